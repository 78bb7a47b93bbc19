import type express5 from 'express';
import supertest from 'supertest';
import type * as EmulatorPackage from 'express-authlete-token-fail/emulator';
import { emulatorOf, passwordGrant, PUBLIC_CLIENT, SERVICE_ID } from '../support/servers/emulator';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { BEARER_TOKEN, PASSWORD } from '../support/secrets/secrets';

const APIS = ['/auth/token', '/auth/token/issue', '/auth/token/fail'] as const;

/** Creates an emulator on this version of Express. */
function emulatorOn(express: typeof express5) {
  jest.resetModules();
  jest.doMock('express', () => express);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const emulator = require('express-authlete-token-fail/emulator') as typeof EmulatorPackage;
  return emulator.createAuthleteEmulator({ serviceId: SERVICE_ID, accessToken: BEARER_TOKEN });
}

describe.each(EXPRESS_VERSIONS)('the emulator on $version', ({ express }) => {
  const { app, journal } = emulatorOn(express);

  const url = (api: string) => `/api/${SERVICE_ID}${api}`;

  it.each(APIS)('refuses a call of %s without an Authorization header', async (api) => {
    const answer = await supertest(app).post(url(api)).send({});
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="authlete-emulator"');
    expect(answer.body).toEqual({
      resultCode: 'A001202',
      resultMessage: '[A001202] Authorization header is missing.',
    });
  });

  it.each([
    ['of another scheme', `Basic ${BEARER_TOKEN}`, 'EMU001'],
    ['without a token', 'Bearer', 'EMU001'],
    ['with two tokens', `Bearer ${BEARER_TOKEN} ${BEARER_TOKEN}`, 'EMU001'],
    ['with another token', `Bearer ${BEARER_TOKEN}x`, 'EMU002'],
    ['with a part of the token', `Bearer ${BEARER_TOKEN.slice(0, -1)}`, 'EMU002'],
  ])('refuses an Authorization header %s', async (_what, header, resultCode) => {
    const answer = await supertest(app)
      .post(url('/auth/token'))
      .set('Authorization', header)
      .send({ parameters: passwordGrant() });
    expect(answer.status).toBe(401);
    expect(answer.headers).toHaveProperty('www-authenticate');
    expect(answer.body).toMatchObject({ resultCode });
  });

  it('accepts the Bearer scheme in any case (RFC 9110 section 11.1)', async () => {
    const answer = await supertest(app)
      .post(url('/auth/token'))
      .set('Authorization', `bEARER ${BEARER_TOKEN}`)
      .send({ parameters: passwordGrant() });
    expect(answer.status).toBe(200);
  });

  it('refuses a call for another service with 403', async () => {
    const answer = await supertest(app)
      .post('/api/1/auth/token')
      .auth(BEARER_TOKEN, { type: 'bearer' })
      .send({ parameters: passwordGrant() });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ resultCode: 'EMU003' });
  });

  it.each([
    ['JSON', (parameters: string) => ({ parameters }), 'json'],
    ['a form', (parameters: string) => new URLSearchParams({ parameters }).toString(), 'form'],
  ])('accepts a body of %s', async (_what, build, type) => {
    const answer = await supertest(app)
      .post(url('/auth/token'))
      .auth(BEARER_TOKEN, { type: 'bearer' })
      .type(type)
      .send(build(passwordGrant({ password: 'a & b' })));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ action: 'PASSWORD', password: 'a & b' });
  });

  it.each([
    ['that is broken JSON', 'application/json', '{"parameters":', 'EMU005'],
    ['that is larger than a megabyte', 'application/json', `"${'x'.repeat(1 << 20)}"`, 'EMU005'],
    ['of another type', 'text/plain', `parameters=${passwordGrant()}`, 'EMU006'],
    ['that is a JSON array', 'application/json', '[]', 'EMU006'],
  ])('answers a body %s with 400 and a result', async (_what, type, body, resultCode) => {
    const answer = await supertest(app)
      .post(url('/auth/token'))
      .auth(BEARER_TOKEN, { type: 'bearer' })
      .set('Content-Type', type)
      .send(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ resultCode });
    expect(answer.body).not.toHaveProperty('action');
  });

  it.each([
    ['a path that it does not have', 'post', url('/auth/revocation'), 404, 'EMU004'],
    ['another method', 'get', url('/auth/token'), 404, 'EMU004'],
    ['a path that is not well-formed', 'post', '/api/%E0/auth/token', 400, 'EMU005'],
  ] as const)('answers %s with a result', async (_what, method, path, status, resultCode) => {
    const answer = await supertest(app)[method](path).auth(BEARER_TOKEN, { type: 'bearer' });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ resultCode });
  });

  it('sends JSON without names of software or an ETag', async () => {
    const answer = await supertest(app).post(url('/auth/token')).send({});
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    expect(answer.headers).not.toHaveProperty('etag');
  });

  it('records refused and unreadable calls too', async () => {
    const before = journal.calls().length;
    await supertest(app).post(url('/auth/token/fail')).send({});
    await supertest(app)
      .post(url('/auth/token/issue'))
      .auth(BEARER_TOKEN, { type: 'bearer' })
      .type('json')
      .send('{');
    expect(journal.calls().slice(before)).toMatchObject([
      { api: '/auth/token/fail', status: 401, resultCode: 'A001202' },
      { api: '/auth/token/issue', status: 400, resultCode: 'EMU005' },
    ]);
  });
});

it('can be mounted in an app of yours', async () => {
  const { app } = emulatorOf();
  const [{ express }] = EXPRESS_VERSIONS as [(typeof EXPRESS_VERSIONS)[number]];
  const yours = express().use('/authlete', app);
  const answer = await supertest(yours)
    .post(`/authlete/api/${SERVICE_ID}/auth/token`)
    .auth(BEARER_TOKEN, { type: 'bearer' })
    .send({ parameters: passwordGrant({ password: PASSWORD, client_id: PUBLIC_CLIENT }) });
  expect(answer.body).toMatchObject({ action: 'PASSWORD', password: PASSWORD });
});
