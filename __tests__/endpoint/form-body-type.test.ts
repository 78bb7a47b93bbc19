import {
  type EndpointServerOptions,
  errorOf,
  FORM_TYPE,
  sendRaw,
  startEndpoint,
  parametersOf,
} from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';

describe.each(EXPRESS_VERSIONS)('the Content-Type of the form body on $version', ({ express }) => {
  const start = (options: Partial<EndpointServerOptions> = {}) =>
    startEndpoint({ express, ...options });

  it.each([
    FORM_TYPE,
    `${FORM_TYPE}; charset=UTF-8`,
    `${FORM_TYPE};charset=utf-8`,
    `${FORM_TYPE} ; a=b`,
    `${FORM_TYPE};`,
    'Application/X-WWW-Form-URLEncoded',
  ])('like %p is accepted', async (type) => {
    const server = await start();
    const answer = await sendRaw(server.url, { headers: { 'Content-Type': type }, body: 'a=b' });
    expect(answer.status).toBe(200);
    expect(parametersOf(server)).toEqual(['a=b']);
  });

  it.each([
    'application/json',
    'multipart/form-data; boundary=a',
    'text/plain',
    `${FORM_TYPE}x`,
    `text/plain; ${FORM_TYPE}`,
    '',
    ';',
  ])('like %p is rejected', async (type) => {
    const server = await start();
    const answer = await sendRaw(server.url, { headers: { 'Content-Type': type }, body: 'a=b' });
    expect(errorOf(answer)).toEqual([400, 'invalid_request']);
    expect(answer.text).toContain(FORM_TYPE);
    expect(server.upstream.requests).toEqual([]);
    expect(server.errors).toEqual([]);
  });

  it('is rejected without one', async () => {
    const server = await start();
    const answer = await fetch(server.url, { method: 'POST', body: Buffer.from('a=b') });
    expect(answer.status).toBe(400);
    await expect(answer.json()).resolves.toMatchObject({ error: 'invalid_request' });
    expect(server.upstream.requests).toEqual([]);
  });

  it('that is wrong is rejected even behind a parser that has read it', async () => {
    const server = await start({ before: [express.json()] });
    const answer = await sendRaw(server.url, {
      headers: { 'Content-Type': 'application/json' },
      body: '{"grant_type":"password"}',
    });
    expect(errorOf(answer)).toEqual([400, 'invalid_request']);
    expect(server.upstream.requests).toEqual([]);
  });
});
