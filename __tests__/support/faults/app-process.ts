// A process of its own: an app whose every grant fails, with a client created from the environment.
// It sends its URL to the parent process; once the parent answers, it sends the errors of its outcomes,
// closes everything and so ends by itself.
import { closeSync, openSync } from 'node:fs';
import { createServer, globalAgent, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { globalAgent as tlsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import express from 'express';
import {
  AuthleteApiError,
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  tokenFail,
} from 'express-authlete-token-fail';
import { everythingOf, TICKET } from '../secrets/secrets';

/** How the parent process starts it. */
export interface AppProcessOptions {
  /** Whether its client has an axios instance of the app's. */
  readonly isApps: boolean;
  /** Whether it has no file descriptor left when the first of its grants fails. */
  readonly starved: boolean;
}

/** The error of an outcome. */
export interface ReportedError {
  readonly code: string;
  readonly message: string;
  /** Everything that a log could show of it. */
  readonly everything: string;
}

/** Opens files until there is no descriptor left. */
function useUpDescriptors(descriptors: number[]): void {
  try {
    for (;;) descriptors.push(openSync('/dev/null', 'r'));
  } catch {
    // There is none left.
  }
}

async function main({ isApps, starved }: AppProcessOptions): Promise<void> {
  const errors: ReportedError[] = [];
  const descriptors: number[] = [];
  let isStarved = starved;
  const client = createAuthleteClient({
    ...(isApps && { axios: axios.create() }),
    accessToken() {
      // Before each attempt, because something else may have given one back.
      if (isStarved) useUpDescriptors(descriptors);
      return process.env['AUTHLETE_BEARER'] ?? '';
    },
  });
  const app = express();
  app.use((_req, _res, next) => next(new InvalidResourceOwnerCredentialsError(TICKET)));
  app.use(
    tokenFail({
      client,
      onOutcome({ error }) {
        isStarved = false;
        for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
        if (!error) return;
        const code = error instanceof AuthleteApiError ? error.code : String(error);
        errors.push({ code, message: error.message, everything: everythingOf(error) });
      },
    }),
  );
  const server = createServer(app as RequestListener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.once('message', () => {
    server.close();
    server.closeIdleConnections();
    // Those of the app's axios instance.
    for (const agent of [globalAgent, tlsAgent]) agent.destroy();
    void client.close();
    process.send?.(errors, () => process.disconnect());
  });
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

void main(JSON.parse(process.argv[2] ?? '') as AppProcessOptions);
