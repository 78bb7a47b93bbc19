import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import {
  type AuthleteEmulator,
  createAuthleteEmulator,
} from 'express-authlete-token-fail/emulator';
import { createUserStore, type UserStore } from '../quickstart/users.js';

const CLIENT_ID = '26478243745571';

/** Where a service is, and what its APIs are called with. */
export interface Settings {
  baseUrl: string;
  serviceId: string;
  accessToken: string;
}

/** An example's server, and what is to be closed with it. */
export interface ExampleServer {
  app: Express;
  close?: () => Promise<void>;
  /** The path of a page to look at. */
  page?: string;
}

type CreateServer = (
  settings: Settings,
  users: UserStore,
  emulator: AuthleteEmulator,
) => ExampleServer;

/**
 * Runs an example in one process with the emulator and a user store that knows one user, and prints
 * two lines to try it with.
 */
export function runOnEmulator(createServer: CreateServer): void {
  start(createServer).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

async function start(createServer: CreateServer): Promise<void> {
  const emulator = createAuthleteEmulator({ clients: [{ clientId: CLIENT_ID }] });
  const { url: baseUrl, close: closeEmulator } = await emulator.listen();

  const users = createUserStore();
  await users.add('john', 'open-sesame', 'john-1');

  const { serviceId, accessToken } = emulator;
  const { app, close, page } = createServer({ baseUrl, serviceId, accessToken }, users, emulator);
  const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');
  await once(server, 'listening');

  /** First no more requests, then no more calls, then no Authlete. */
  const shutDown = async (): Promise<void> => {
    server.close();
    server.closeIdleConnections();
    await once(server, 'close');
    await close?.();
    await closeEmulator();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void shutDown());

  const { port } = server.address() as AddressInfo;

  if (page) console.log(`\nIn a browser:\n\n  http://127.0.0.1:${port}${page}`);
  const curl = (password: string): string =>
    `curl -i http://127.0.0.1:${port}/token -d grant_type=password -d client_id=${CLIENT_ID} ` +
    `-d username=john -d password=${password}`;
  console.log(`\nA wrong password (400):\n\n  ${curl('wrong')}`);
  console.log(`\nThe right one (200):\n\n  ${curl('open-sesame')}\n`);
}
