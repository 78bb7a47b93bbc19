// A process of its own: a server whose every grant fails, with its client made from the environment.
// It sends its URL to the parent process; once the parent answers, it sends the errors of its outcomes,
// closes everything and so ends on its own.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import {
  AuthleteApiError,
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  tokenFail,
} from 'express-authlete-token-fail';
import { everythingOf, TICKET } from '../secrets/secrets';

/** The error of an outcome. */
export interface ToldError {
  readonly code: string;
  /** Everything that a log could show of it. */
  readonly everything: string;
}

async function main(): Promise<void> {
  const told: ToldError[] = [];
  const client = createAuthleteClient();
  const app = express();
  app.use((_req, _res, next) => next(new InvalidResourceOwnerCredentialsError(TICKET)));
  app.use(
    tokenFail({
      client,
      onOutcome({ error }) {
        if (!error) return;
        const code = error instanceof AuthleteApiError ? error.code : String(error);
        told.push({ code, everything: everythingOf(error) });
      },
    }),
  );
  const server = createServer(app as RequestListener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.once('message', () => {
    server.close();
    server.closeIdleConnections();
    void client.close();
    process.send?.(told, () => process.disconnect());
  });
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

void main();
