import { Authlete } from '@authlete/typescript-sdk';
import { ResultError } from '@authlete/typescript-sdk/models/errors';
import type { AuthleteEmulatorOptions } from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../support/cleanup';
import {
  emulatorOf,
  passwordGrant,
  PUBLIC_CLIENT,
  refreshTokenOf,
  SERVICE_ID,
} from '../support/servers/emulator';
import { BEARER_TOKEN } from '../support/secrets/secrets';

/** Authlete's own client library, which checks every reply against the API description. */
async function sdkWith(bearer: string, options: AuthleteEmulatorOptions = {}) {
  const emulator = emulatorOf(options);
  const { url, close } = await emulator.listen();
  cleanUp(close);
  return { emulator, sdk: new Authlete({ serverURL: url, bearer }) };
}

const tokenRequest = (parameters: string) => ({
  serviceId: SERVICE_ID,
  tokenRequest: { parameters },
});

async function ticketOf(sdk: Authlete): Promise<string> {
  const { ticket } = await sdk.token.process(tokenRequest(passwordGrant()));
  return ticket ?? '';
}

describe("Authlete's official SDK accepts what the emulator answers", () => {
  it('to a password grant', async () => {
    const { sdk } = await sdkWith(BEARER_TOKEN);
    expect(await sdk.token.process(tokenRequest(passwordGrant({ scope: 'read' })))).toMatchObject({
      action: 'PASSWORD',
      username: 'john',
      password: 'open-sesame',
      ticket: expect.stringMatching(/^[\w-]{43}$/) as string,
      grantType: 'PASSWORD',
      clientId: 26478243745571,
      scopes: ['read'],
    });
  });

  it.each([
    ['BAD_REQUEST', passwordGrant({ grant_type: 'client_credentials' })],
    ['INVALID_CLIENT', passwordGrant({ client_id: '7' })],
  ])('to a token request with %s', async (action, parameters) => {
    const { sdk } = await sdkWith(BEARER_TOKEN);
    expect(await sdk.token.process(tokenRequest(parameters))).toMatchObject({ action });
  });

  it.each([
    [
      'TOKEN_EXCHANGE',
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: 'subject.token',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        audience: 'backend',
      },
      { subjectToken: 'subject.token', subjectTokenType: 'JWT', audiences: ['backend'] },
    ],
    [
      'JWT_BEARER',
      { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'e30.e30.' },
      { assertion: 'e30.e30.' },
    ],
  ])('to a token request with %s', async (action, parameters, fields) => {
    const { sdk } = await sdkWith(BEARER_TOKEN);
    const request = new URLSearchParams({ client_id: PUBLIC_CLIENT, ...parameters });
    expect(await sdk.token.process(tokenRequest(request.toString()))).toMatchObject({
      action,
      ...fields,
    });
  });

  it('to an exchange of a code, with a JWT, properties and a challenge', async () => {
    const { sdk, emulator } = await sdkWith(BEARER_TOKEN, { attestationChallengeAlways: true });
    const code = emulator.issueCode({ clientId: PUBLIC_CLIENT, subject: 'john-1' });
    const parameters = `grant_type=authorization_code&client_id=${PUBLIC_CLIENT}&code=${code}`;
    const reply = await sdk.token.process({
      serviceId: SERVICE_ID,
      tokenRequest: { parameters, jwtAtClaims: '{"tenant":"acme"}' },
    });
    expect(reply).toMatchObject({
      action: 'OK',
      grantType: 'AUTHORIZATION_CODE',
      jwtAccessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.$/) as string,
    });
    const properties = [{ key: 'tenant', value: 'acme', hidden: true }];
    const issued = await sdk.token.issue({
      serviceId: SERVICE_ID,
      tokenIssueRequest: { ticket: await ticketOf(sdk), subject: 'john-1', properties },
    });
    expect(issued).toMatchObject({ action: 'OK', properties });
  });

  it('to a token request with half of an attestation', async () => {
    const { sdk } = await sdkWith(BEARER_TOKEN);
    const request = { parameters: passwordGrant(), oauthClientAttestation: 'e30.e30.' };
    const reply = await sdk.token.process({ serviceId: SERVICE_ID, tokenRequest: request });
    expect(reply).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU129' });
  });

  it('to properties that are a string, as a result with HTTP status 400', async () => {
    const { sdk } = await sdkWith(BEARER_TOKEN);
    const request = { parameters: passwordGrant(), properties: 'tenant=acme' };
    const call = sdk.token.process({ serviceId: SERVICE_ID, tokenRequest: request });
    await expect(call).rejects.toMatchObject({ statusCode: 400, resultCode: 'EMU010' });
  });

  it('to a refresh of tokens', async () => {
    const { sdk, emulator } = await sdkWith(BEARER_TOKEN);
    const request = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: PUBLIC_CLIENT,
      refresh_token: await refreshTokenOf(emulator),
    });
    expect(await sdk.token.process(tokenRequest(request.toString()))).toMatchObject({
      action: 'OK',
      grantType: 'REFRESH_TOKEN',
      subject: 'john-1',
    });
  });

  it('to an issue call', async () => {
    const { sdk, emulator } = await sdkWith(BEARER_TOKEN);
    const issued = await sdk.token.issue({
      serviceId: SERVICE_ID,
      tokenIssueRequest: { ticket: await ticketOf(sdk), subject: 'john-1' },
    });
    expect(issued).toMatchObject({ action: 'OK', resultCode: 'A054001', subject: 'john-1' });
    expect(JSON.parse(issued.responseContent ?? '')).toMatchObject({
      access_token: issued.accessToken,
    });
    expect(emulator.openTickets()).toBe(0);
  });

  it.each([
    ['INVALID_RESOURCE_OWNER_CREDENTIALS', 'BAD_REQUEST'],
    ['INVALID_TARGET', 'BAD_REQUEST'],
    ['UNKNOWN', 'INTERNAL_SERVER_ERROR'],
  ] as const)('to a fail call with reason %s', async (reason, action) => {
    const { sdk, emulator } = await sdkWith(BEARER_TOKEN);
    const ticket = await ticketOf(sdk);
    const fail = () =>
      sdk.token.fail({ serviceId: SERVICE_ID, tokenFailRequest: { ticket, reason } });
    expect(await fail()).toMatchObject({ action });
    expect(emulator.openTickets()).toBe(0);
    expect(await fail()).toMatchObject({ action: 'INTERNAL_SERVER_ERROR', resultCode: 'EMU201' });
  });

  it.each([
    ['a wrong bearer token', 401, 'wrong', SERVICE_ID, 'EMU002'],
    ['another service', 403, BEARER_TOKEN, '1', 'EMU003'],
  ])('to %s, as a result with HTTP status %i', async (_what, status, bearer, serviceId, code) => {
    const { sdk } = await sdkWith(bearer);
    const call = sdk.token.fail({
      serviceId,
      tokenFailRequest: { ticket: 'ticket', reason: 'UNKNOWN' },
    });
    await expect(call).rejects.toBeInstanceOf(ResultError);
    await expect(call).rejects.toMatchObject({ statusCode: status, resultCode: code });
  });

  it('to a request without a ticket, as a result with HTTP status 400', async () => {
    const { sdk } = await sdkWith(BEARER_TOKEN);
    const call = sdk.token.fail({
      serviceId: SERVICE_ID,
      tokenFailRequest: { ticket: '', reason: 'UNKNOWN' },
    });
    await expect(call).rejects.toBeInstanceOf(ResultError);
    await expect(call).rejects.toMatchObject({ statusCode: 400, resultCode: 'EMU006' });
  });
});
