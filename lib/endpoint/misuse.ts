import type { Request } from 'express';
import { createWarnOnce } from '../outcome/reporter.js';
import type { ResolvedEndpointOptions } from './options.js';

/** Looks for mistakes in how an app is set up, and warns of each once. */
export interface MisuseWarnings {
  /** Called with each token request. */
  readonly check: (req: Request) => void;
}

/** Creates the warnings of one endpoint; that of missing brute force protection comes at once. */
export function createMisuseWarnings({ bruteForce }: ResolvedEndpointOptions): MisuseWarnings {
  const warn = createWarnOnce();
  if (bruteForce === undefined && process.env['NODE_ENV'] === 'production') {
    warn(
      'ERR_ATF_NO_BRUTE_FORCE',
      'tokenEndpoint has no brute force protection (RFC 6749 section 4.3.2): set bruteForce, or ' +
        'set it to false if something in front of your app does it',
    );
  }

  return {
    check(req) {
      if (!bruteForce) return;
      const trustProxy: unknown = req.app.get('trust proxy');
      if (trustProxy === true) {
        warn(
          'ERR_ATF_PERMISSIVE_TRUST_PROXY',
          'trust proxy is true, so any client can choose the address that its attempts are ' +
            'counted by: set it to the number or the addresses of your proxies',
        );
      } else if (!trustProxy && req.get('X-Forwarded-For') !== undefined) {
        warn(
          'ERR_ATF_UNEXPECTED_X_FORWARDED_FOR',
          'X-Forwarded-For arrives but trust proxy is not set, so the attempts of all clients ' +
            'count as those of your proxy: set it to the number or the addresses of your proxies',
        );
      }
    },
  };
}
