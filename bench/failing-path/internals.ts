import { createRequire } from 'node:module';
import { join } from 'node:path';

/*
 * Parts of the package that no entry point exports, from the build that is measured: to see what each
 * of them costs, some variants leave some of them out.
 */

const load = createRequire(join(__dirname, '../../../dist/cjs/index.js'));

type Apis = typeof import('../../lib/authlete/apis.js');
type Circuit = typeof import('../../lib/authlete/circuit-breaker.js');
type Limiter = typeof import('../../lib/authlete/concurrency-limiter.js');
type DeadlineModule = typeof import('../../lib/authlete/deadline.js');
type Redact = typeof import('../../lib/authlete/redact.js');
type Retry = typeof import('../../lib/authlete/retry.js');
type Transport = typeof import('../../lib/authlete/transport.js');

export type Api = import('../../lib/authlete/apis.js').Api;
export type CircuitBreaker = import('../../lib/authlete/circuit-breaker.js').CircuitBreaker;
export type ConcurrencyLimiter =
  import('../../lib/authlete/concurrency-limiter.js').ConcurrencyLimiter;
export type Deadline = import('../../lib/authlete/deadline.js').Deadline;
export type Secrets = import('../../lib/authlete/redact.js').Secrets;

export const { TOKEN_FAIL } = load('./authlete/apis.js') as Apis;
export const { createCircuitBreaker } = load('./authlete/circuit-breaker.js') as Circuit;
export const { createConcurrencyLimiter } = load('./authlete/concurrency-limiter.js') as Limiter;
export const { Deadline: RealDeadline } = load('./authlete/deadline.js') as DeadlineModule;
export const { getSecrets } = load('./authlete/redact.js') as Redact;
export const { sendWithRetries } = load('./authlete/retry.js') as Retry;
export const { createTransport } = load('./authlete/transport.js') as Transport;
