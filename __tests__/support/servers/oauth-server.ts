import type { RequestListener } from 'node:http';
import { createAuthleteClient } from 'express-authlete-token-fail';
import {
  type AuthleteEmulatorOptions,
  createAuthleteEmulator,
} from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../cleanup';
import { BEARER_TOKEN } from '../secrets/secrets';
import { BOTH_CLIENTS } from './emulator';
import { serve } from './listen';
import { tokenServerOf } from './token-server';

let apiVersion: 2 | 3 = 3;

/** Runs the tests of a client library against a server on each version of Authlete's API. */
export function describeOnBothVersions(name: string, tests: () => void): void {
  describe.each([3, 2] as const)(`${name}, with version %i of Authlete's API`, (version) => {
    beforeEach(() => {
      apiVersion = version;
    });
    tests();
  });
}

/** Starts an authorization server with a public and a confidential client; returns its base URL. */
export async function startOAuthServer(options: AuthleteEmulatorOptions = {}): Promise<string> {
  const common = { apiVersion, accessToken: BEARER_TOKEN };
  const emulator = createAuthleteEmulator({
    ...common,
    clients: BOTH_CLIENTS,
    onNotice: () => undefined,
    ...options,
  });
  const { url: baseUrl, close } = await emulator.listen();
  cleanUp(close);
  const service = apiVersion === 3 ? { serviceId: emulator.serviceId } : {};
  const client = createAuthleteClient({ ...common, ...service, baseUrl, timeout: 10_000 });
  cleanUp(() => client.close());
  return serve(tokenServerOf({ client }) as RequestListener);
}
