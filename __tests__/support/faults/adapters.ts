import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import type { AuthleteClientOptions } from 'express-authlete-token-fail';
import { cleanUp } from '../cleanup';

/** A way in which a client sends its calls. */
export interface Adapter {
  readonly name: string;
  /** Whether the axios instance is one of the app's. */
  readonly isApps: boolean;
  /** Client options that choose it, for the current test. */
  readonly options: () => AuthleteClientOptions;
}

/** The package's own adapter, and the one that an axios instance of the app's has by default. */
export const ADAPTERS: readonly Adapter[] = [
  { name: "the package's adapter", isApps: false, options: () => ({}) },
  {
    name: "an app's axios",
    isApps: true,
    options() {
      // Its connections belong to the app: closing the client leaves them open.
      cleanUp(() => {
        for (const { globalAgent } of [http, https]) globalAgent.destroy();
      });
      return { axios: axios.create() };
    },
  },
];
