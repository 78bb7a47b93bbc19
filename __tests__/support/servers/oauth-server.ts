import type { RequestListener } from 'node:http';
import type { AuthleteEmulatorOptions } from 'express-authlete-token-fail/emulator';
import { BOTH_CLIENTS } from './emulator';
import { serve } from './listen';
import { emulatorAndClient, tokenServerOf } from './token-server';

/** Starts an authorization server with a public and a confidential client; gives its base URL. */
export async function startOAuthServer(options: AuthleteEmulatorOptions = {}): Promise<string> {
  const { client } = await emulatorAndClient({ clients: BOTH_CLIENTS, ...options });
  return serve(tokenServerOf({ client }) as RequestListener);
}
