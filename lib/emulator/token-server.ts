import express from 'express';
import { createAuthleteClient } from '../authlete/client.js';
import { tokenEndpoint } from '../endpoint/token-endpoint.js';
import type { TokenOutcome } from '../outcome/outcome.js';
import type { createEmulator } from './emulator.js';
import { type ListeningEmulator, listenWith } from './listen.js';
import type { CheckUser } from './users.js';

/** What {@link listenWithTokenEndpoint} takes besides an emulator. */
export interface TokenServerOptions {
  readonly port: number;
  readonly checkUser: CheckUser;
  /** Is told in a line why a token request was answered with `server_error`. */
  readonly report: (line: string) => void;
}

/**
 * Listens with an emulator and, at `/token`, a whole token endpoint, for those who write client
 * applications: it is what this package makes of the emulator's APIs and a list of users.
 */
export async function listenWithTokenEndpoint(
  { emulator, endStalledCalls }: ReturnType<typeof createEmulator>,
  { port, checkUser, report }: TokenServerOptions,
): Promise<ListeningEmulator> {
  const { app: apis, serviceId, accessToken } = emulator;
  // The endpoint calls the APIs on a port that outlives its last token request.
  const inner = await emulator.listen();
  const client = createAuthleteClient({ baseUrl: inner.url, serviceId, accessToken });
  const closeInner = async (): Promise<void> => {
    await inner.close();
    await client.close();
  };

  const app = express();
  app.disable('x-powered-by');
  const onOutcome = ({ error }: TokenOutcome) =>
    error && report(`token endpoint: ${error.message}`);
  app.all('/token', tokenEndpoint({ client, authenticate: checkUser, onOutcome }));
  app.use(apis);
  try {
    const outer = await listenWith(app, { port }, { onClose: endStalledCalls });
    return {
      url: outer.url,
      async close(options) {
        await outer.close(options);
        await closeInner();
      },
    };
  } catch (error) {
    await closeInner();
    throw error;
  }
}
