import type { RequestListener } from 'node:http';
import type { Express } from 'express';
import supertest from 'supertest';
import { type AuthleteClient, createAuthleteClient } from 'express-authlete-token-fail';
import type { AuthleteEmulator } from 'express-authlete-token-fail/emulator';
import { createUserStore, type UserStore } from '../../../examples/quickstart/users.js';
import type { Settings } from '../../../examples/support/run-on-emulator.js';
import { cleanUp } from '../cleanup.js';
import { emulatorOf } from '../servers/emulator.js';

/** An example's server and the emulator behind it. */
export interface Example {
  emulator: AuthleteEmulator;
  server: RequestListener;
}

/** Starts an example for the current test; its user store knows `john` unless another is given. */
export async function startExample(
  createServer: (settings: Settings, users: UserStore) => Express,
  users?: UserStore,
): Promise<Example> {
  const emulator = emulatorOf();
  const { url: baseUrl, close } = await emulator.listen();
  cleanUp(close);
  const { serviceId, accessToken } = emulator;
  const server = createServer({ baseUrl, serviceId, accessToken }, users ?? (await johnOnly()));
  return { emulator, server: server as RequestListener };
}

/** Makes a client for the current test. */
export function clientOf(settings: Settings): AuthleteClient {
  const client = createAuthleteClient(settings);
  cleanUp(() => client.close());
  return client;
}

async function johnOnly(): Promise<UserStore> {
  const users = createUserStore();
  await users.add('john', 'open-sesame', 'john-1');
  return users;
}

/** A user store that breaks down. */
export function brokenStore(error: Error): UserStore {
  return { add: () => Promise.resolve(), authenticate: () => Promise.reject(error) };
}

/** Sends a token request. */
export function send({ server }: Example, parameters: string, path = '/token') {
  return supertest(server).post(path).type('form').send(parameters);
}

/** What a client application sees of an answer, but for the time. */
export function seen({ status, headers, text }: supertest.Response) {
  const { date, ...rest } = headers as Record<string, string>;
  return { status, headers: rest, text };
}

/** RFC 6749 sections 5.1 and 5.2 */
export const TOKEN_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  pragma: 'no-cache',
};

/** Authlete's `responseContent` for a wrong password. */
export const WRONG_PASSWORD_CONTENT =
  '{"error_description":"[A067301] The credentials (username & password) passed to the token ' +
  'endpoint are invalid.","error":"invalid_request",' +
  '"error_uri":"https://docs.authlete.com/#A067301"}';

/** What the emulator was called for, in order, with the reasons of fail calls. */
export function callsOf({ emulator }: Example) {
  return emulator.journal.calls().map(({ api, reason }) => (reason ? [api, reason] : [api]));
}
