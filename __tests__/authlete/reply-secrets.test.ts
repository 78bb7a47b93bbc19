import { Secrets, shareSecrets } from '../../lib/authlete/redact';
import {
  catchError,
  catchFailError,
  REQUEST,
  startClient,
  WITHHELD,
} from '../support/authlete/client';
import { watchChannel } from '../support/observe/channels';
import {
  BEARER_TOKEN,
  CLIENT_SECRET,
  expectNoSecretIn,
  PASSWORD,
  TICKET,
} from '../support/secrets/secrets';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';

/** An upstream that answers 500 with this result. */
function startFailingUpstream(result: object) {
  return startUpstream((res) => res.writeHead(500).end(JSON.stringify(result)));
}

describe('what an error shows of a reply', () => {
  it.each([
    ['the bearer token', BEARER_TOKEN],
    ['the ticket', TICKET],
    ['the ticket in base64', Buffer.from(TICKET).toString('base64')],
    ['the ticket in another case', TICKET.toLowerCase()],
  ])('is withheld when it repeats %s', async (_what, secret) => {
    const upstream = await startFailingUpstream({
      resultCode: `A1 ${secret}`,
      resultMessage: `${secret} failed`,
    });
    const error = await catchFailError(startClient(upstream.url));
    expect(error).toHaveProperty('resultMessage', WITHHELD);
    expect(error).not.toHaveProperty('resultCode');
  });

  it('is withheld when it repeats the token that a function returned', async () => {
    const upstream = await startFailingUpstream({ resultMessage: `${BEARER_TOKEN} is not valid` });
    const client = startClient(upstream.url, { accessToken: () => BEARER_TOKEN });
    expect(await catchFailError(client)).toHaveProperty('resultMessage', WITHHELD);
  });

  it('is on one line', async () => {
    const upstream = await startFailingUpstream({ resultMessage: 'failed\r\nnew line' });
    expect(await catchFailError(startClient(upstream.url))).toMatchObject({
      resultMessage: 'failed  new line',
    });
  });

  it.each(['A067301', 'OT12'])('has the result code %p', async (resultCode) => {
    const upstream = await startFailingUpstream({ resultCode });
    expect(await catchFailError(startClient(upstream.url))).toMatchObject({ resultCode });
  });

  it.each(['', 'a067301', 'A', '7', 'A123456789', 'A067301 ', 'hunter2', 7])(
    'has no result code that does not look like one: %p',
    async (resultCode) => {
      const upstream = await startFailingUpstream({ resultCode });
      expect(await catchFailError(startClient(upstream.url))).not.toHaveProperty('resultCode');
    },
  );

  it('has no result code that is a secret', async () => {
    const upstream = await startFailingUpstream({ resultCode: 'A067301' });
    const call = startClient(upstream.url).tokenFail({ ticket: 'A067301', reason: 'UNKNOWN' });
    expect(await catchError(call)).not.toHaveProperty('resultCode');
  });

  it.each([
    ['the password', PASSWORD],
    ['the client secret', CLIENT_SECRET],
    ['its own ticket', TICKET],
    ['the chosen access token', 'PLANTED-access-token'],
    ['the authentication request ID', 'PLANTED-auth-req-id'],
    ['the pre-authorized code', 'PLANTED-pre-authorized-code'],
    ['the device secret', 'PLANTED-device-secret'],
  ])('is withheld from an error of /auth/token when it repeats %s', async (_what, secret) => {
    const upstream = await startJsonUpstream({
      action: 'PASSWORD',
      ticket: TICKET,
      password: PASSWORD,
      resultMessage: `invalid: ${secret}`,
    });
    const call = startClient(upstream.url).token({
      parameters: new URLSearchParams({
        grant_type: 'password',
        password: PASSWORD,
        auth_req_id: 'PLANTED-auth-req-id',
        'pre-authorized_code': 'PLANTED-pre-authorized-code',
        device_secret: 'PLANTED-device-secret',
      }).toString(),
      clientSecret: CLIENT_SECRET,
      accessToken: 'PLANTED-access-token',
    });
    expect(await catchError(call)).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      resultMessage: WITHHELD,
    });
  });

  it.each([
    ['the ticket', TICKET],
    ['the chosen access token', 'PLANTED-access-token'],
  ])('is withheld from an error of an issue call when it repeats %s', async (_what, secret) => {
    const upstream = await startJsonUpstream({ action: 'OK', resultMessage: `no ${secret}` });
    const accessToken = 'PLANTED-access-token';
    const call = startClient(upstream.url).tokenIssue({
      ticket: TICKET,
      subject: 'j',
      accessToken,
    });
    expect(await catchError(call)).toMatchObject({ resultMessage: WITHHELD });
  });

  it('is withheld when the secret is a single character, too', async () => {
    const upstream = await startFailingUpstream({ resultMessage: 'A failed' });
    const call = startClient(upstream.url).token({
      parameters: `code=A${'&password=*'.repeat(3)}`,
    });
    expect(await catchError(call)).toMatchObject({ resultMessage: WITHHELD });
  });
});

describe('the secrets of the calls of a grant', () => {
  it('are shared: a later call withholds those of the earlier ones', async () => {
    const token = { action: 'PASSWORD', username: 'john', password: PASSWORD, ticket: TICKET };
    const upstream = await startUpstream((res) => {
      if (res.req.url?.endsWith('/auth/token')) res.end(JSON.stringify(token));
      else res.writeHead(500).end(JSON.stringify({ resultMessage: `wrong: ${PASSWORD}` }));
    });
    const client = startClient(upstream.url);
    const secrets = new Secrets();
    const tokenRequest = { parameters: 'grant_type=password' };
    shareSecrets(tokenRequest, secrets);
    await client.token(tokenRequest);
    expect(secrets.occurIn(`a ${PASSWORD} and a ${TICKET}`)).toBe(true);

    const failRequest = { ...REQUEST };
    shareSecrets(failRequest, secrets);
    expect(await catchError(client.tokenFail(failRequest))).toMatchObject({
      resultMessage: WITHHELD,
    });
  });

  it('are not those of other grants', async () => {
    const resultMessage = 'The word is sesame.';
    const upstream = await startFailingUpstream({ resultMessage });
    const client = startClient(upstream.url);
    const parameters = 'grant_type=password&password=sesame';
    expect(await catchError(client.token({ parameters }))).toMatchObject({
      resultMessage: WITHHELD,
    });
    expect(await catchFailError(client)).toMatchObject({ resultMessage });
  });

  it('show in no event of a call', async () => {
    const events = watchChannel('express-authlete-token-fail:call');
    const resultMessage = `[A067301] ${TICKET} ${BEARER_TOKEN}`;
    const good = await startJsonUpstream({ ...FAIL_REPLY, resultMessage });
    await startClient(good.url).tokenFail(REQUEST);
    const bad = await startFailingUpstream({ resultCode: 'A067301', resultMessage });
    await catchFailError(startClient(bad.url));
    expect(events.map(({ status, resultCode }) => [status, resultCode])).toEqual([
      [200, 'A067301'],
      [500, 'A067301'],
    ]);
    expectNoSecretIn(events);
  });
});
