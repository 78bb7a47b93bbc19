import express from 'express';
import { createAuthleteClient } from '../authlete/client.js';
import { tokenEndpoint } from '../endpoint/token-endpoint.js';
import type { TokenOutcome } from '../outcome/outcome.js';
import type { createEmulator } from './emulator.js';
import { createHostGuard } from './hosts.js';
import { type ListeningEmulator, listenWith } from './listen.js';
import type { CheckUser } from './users.js';
import { buildClientOptions } from './variables.js';

/** Options of {@link listenWithTokenEndpoint}. */
export interface TokenServerOptions {
  readonly port: number;
  readonly checkUser: CheckUser;
  /** Called with a line that says why a token request was answered with `server_error`. */
  readonly report: (line: string) => void;
}

/**
 * Makes an emulator listen and, at `/token`, a whole token endpoint, for those who write client
 * applications: that of this package, on the emulator's first service and a list of users.
 */
export async function listenWithTokenEndpoint(
  { emulator, endStalledCalls }: ReturnType<typeof createEmulator>,
  { port, checkUser, report }: TokenServerOptions,
): Promise<ListeningEmulator> {
  // The endpoint calls the APIs on a port that is open until its last token request has ended.
  const inner = await emulator.listen();
  const client = createAuthleteClient(buildClientOptions(emulator, inner.url));
  const closeInner = async (): Promise<void> => {
    await inner.close();
    await client.close();
  };

  const app = express();
  app.disable('x-powered-by');
  app.use(createHostGuard());
  const onOutcome = ({ error }: TokenOutcome) =>
    error && report(`token endpoint: ${error.message}`);
  app.all('/token', tokenEndpoint({ client, authenticate: checkUser, onOutcome }));
  app.use(emulator.app);
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
