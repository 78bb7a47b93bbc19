import type { TokenResponse } from '../schemas/token.js';
import type { Authentication, EmulatorClient } from './clients.js';
import { errorReply, type Result, type ResultName, resultOf } from './results.js';
import { type ApiRequest, type EmulatorState, isText } from './state.js';

/** Answers `/auth/token`. */
export function answerToken(
  request: ApiRequest,
  { authenticate, tickets }: EmulatorState,
): (TokenResponse & Result) | ResultName {
  if (typeof request['parameters'] !== 'string') return 'PARAMETER_MISSING';
  const form = new URLSearchParams(request['parameters']);
  // RFC 6749 section 3.2: a parameter is sent once, and one without a value counts as not sent.
  if (new Set(form.keys()).size !== form.size) {
    return errorReply('BAD_REQUEST', 'PARAMETER_REPEATED', 'invalid_request');
  }
  const parameter = (name: string) => form.get(name) || undefined;

  const authentication = authenticate({
    clientId: isText(request['clientId']) ? request['clientId'] : parameter('client_id'),
    clientSecret: isText(request['clientSecret'])
      ? request['clientSecret']
      : parameter('client_secret'),
  });
  if ('failure' in authentication) return clientError(authentication);

  const grantType = parameter('grant_type');
  if (grantType === undefined) {
    return errorReply('BAD_REQUEST', 'GRANT_TYPE_MISSING', 'invalid_request');
  }
  if (grantType !== 'password') {
    return errorReply('BAD_REQUEST', 'GRANT_TYPE_UNSUPPORTED', 'unsupported_grant_type');
  }

  const username = parameter('username');
  const password = parameter('password');
  if (username === undefined || password === undefined) {
    return errorReply('BAD_REQUEST', 'CREDENTIALS_MISSING', 'invalid_request');
  }
  const { client } = authentication;
  const scopes = parameter('scope')?.split(' ').filter(Boolean) ?? [];
  return {
    ...resultOf('PASSWORD_TICKET'),
    action: 'PASSWORD',
    username,
    password,
    ticket: tickets.open({ client, scopes }),
    grantType: 'PASSWORD',
    ...clientFields(client),
    ...(scopes.length > 0 && { scopes }),
  };
}

/** How a reply names the client. */
export function clientFields({ clientId, clientIdAlias }: EmulatorClient): {
  clientId: number;
  clientIdAlias?: string;
} {
  return {
    clientId: Number(clientId),
    ...(clientIdAlias !== undefined && { clientIdAlias }),
  };
}

function clientError({
  failure,
}: Exclude<Authentication, { client: unknown }>): TokenResponse & Result {
  return errorReply('INVALID_CLIENT', `CLIENT_${failure}`, 'invalid_client');
}
