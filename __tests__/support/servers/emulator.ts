import supertest from 'supertest';
import {
  type AuthleteEmulator,
  type AuthleteEmulatorOptions,
  createAuthleteEmulator,
} from 'express-authlete-token-fail/emulator';
import { BEARER_TOKEN, CLIENT_SECRET } from '../secrets/secrets';

/** The ID of a public client that every test emulator knows. */
export const PUBLIC_CLIENT = '26478243745571';

/** The ID of a confidential client whose secret is the planted one. */
export const CONFIDENTIAL_CLIENT = '57297408867';

export const SERVICE_ID = '715948317';

/** The clients of an emulator that is to know a confidential client too. */
export const BOTH_CLIENTS = [
  { clientId: PUBLIC_CLIENT },
  { clientId: CONFIDENTIAL_CLIENT, clientIdAlias: 'my-client', clientSecret: CLIENT_SECRET },
];

/** Makes an emulator that takes the planted bearer token. */
export function emulatorOf(options: AuthleteEmulatorOptions = {}): AuthleteEmulator {
  return createAuthleteEmulator({
    serviceId: SERVICE_ID,
    accessToken: BEARER_TOKEN,
    clients: [{ clientId: PUBLIC_CLIENT }],
    onNotice: () => undefined,
    ...options,
  });
}

/** A reply of one of the APIs. */
export interface Reply {
  status: number;
  body: Record<string, unknown>;
}

/** Calls one of the emulator's APIs as a well-behaved server does. */
export async function callApi(
  { app }: AuthleteEmulator,
  api: '/auth/token' | '/auth/token/issue' | '/auth/token/fail',
  request: object,
): Promise<Reply> {
  const reply = await supertest(app)
    .post(`/api/${SERVICE_ID}${api}`)
    .auth(BEARER_TOKEN, { type: 'bearer' })
    .send(request);
  return { status: reply.status, body: reply.body as Record<string, unknown> };
}

/** The form body of a password grant. */
export function passwordGrant(changes: Record<string, string> = {}): string {
  return new URLSearchParams({
    grant_type: 'password',
    client_id: PUBLIC_CLIENT,
    username: 'john',
    password: 'open-sesame',
    ...changes,
  }).toString();
}

/** Opens a ticket. */
export async function ticketOf(emulator: AuthleteEmulator, parameters = passwordGrant()) {
  const { body } = await callApi(emulator, '/auth/token', { parameters });
  return String(body['ticket']);
}

/** A reply's `responseContent`, parsed. */
export function contentOf({ body }: Reply): Record<string, unknown> {
  return JSON.parse(String(body['responseContent'])) as Record<string, unknown>;
}

/** Carries a password grant through to its refresh token. */
export async function refreshTokenOf(emulator: AuthleteEmulator, parameters = passwordGrant()) {
  const ticket = await ticketOf(emulator, parameters);
  const { body } = await callApi(emulator, '/auth/token/issue', { ticket, subject: 'john-1' });
  return String(body['refreshToken']);
}
