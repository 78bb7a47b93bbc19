import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { relative } from 'node:path';
import type { Express } from 'express';
import {
  type AuthleteEmulator,
  createAuthleteEmulator,
} from 'express-authlete-token-fail/emulator';
import { createUserStore, type UserStore } from '../quickstart/users.js';

const CLIENT_ID = '26478243745571';

const DEFAULT_PORT = 3000;

/**
 * Milliseconds that requests have to end on shutdown. After that, connections are cut: a browser
 * opens some without sending anything, and Node does not count those as idle.
 */
const GRACE = 3000;

/** Milliseconds between two looks for connections that have become idle on shutdown. */
const SWEEP_INTERVAL = 50;

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
 * Runs an example in one process with the emulator and a user store that has one user, and prints
 * two lines to try it with. Where it cannot start, the process ends with exit code 1.
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
  /** First no more calls, then no Authlete. */
  const closeAll = async (): Promise<void> => {
    await close?.();
    await closeEmulator();
  };

  let server: Server;
  try {
    server = await listen(app);
  } catch (error) {
    // Whatever stays open would keep the process alive.
    await closeAll();
    throw error;
  }
  const shutDown = async (): Promise<void> => {
    await stop(server);
    await closeAll();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void shutDown());
  printHelp(server.address() as AddressInfo, page);
}

/** @throws Error that says how to choose another port, if this one cannot be used */
async function listen(app: Express): Promise<Server> {
  const port = Number(process.env['PORT'] ?? DEFAULT_PORT);
  try {
    const server = app.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  } catch (error) {
    throw new Error(describeListenError(error as NodeJS.ErrnoException, port), { cause: error });
  }
}

/** What is wrong with a port, by Node's code. */
const PORT_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already in use',
  EACCES: 'needs more rights than you have',
  ERR_SOCKET_BAD_PORT: 'is not a port',
};

function describeListenError({ code = '', message }: NodeJS.ErrnoException, port: number): string {
  const problem = PORT_PROBLEMS[code];
  if (!problem) return message;
  const other = code === 'EADDRINUSE' && port < 65_535 ? port + 1 : DEFAULT_PORT + 1;
  const shown = Number.isNaN(port) ? `"${process.env['PORT']}"` : port;
  return `\nPort ${shown} ${problem}. Choose another one:\n\n  PORT=${other} ${getStartCommand()}\n`;
}

/** The command that started this process. */
function getStartCommand(): string {
  const script = relative(process.cwd(), process.argv[1] ?? '');
  return process.env['npm_lifecycle_event'] === 'start' ? 'npm start' : `npx tsx ${script}`;
}

/** Stops listening, lets requests end, and closes all connections. */
async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL);
  const cut = setTimeout(() => server.closeAllConnections(), GRACE);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

function printHelp({ port }: AddressInfo, page: string | undefined): void {
  if (page) console.log(`\nIn a browser:\n\n  http://127.0.0.1:${port}${page}`);
  const curl = (password: string): string =>
    `curl -i http://127.0.0.1:${port}/token -d grant_type=password -d client_id=${CLIENT_ID} ` +
    `-d username=john -d password=${password}`;
  console.log(`\nA wrong password (400):\n\n  ${curl('wrong')}`);
  console.log(`\nThe right one (200):\n\n  ${curl('open-sesame')}\n`);
}
