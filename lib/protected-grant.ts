import { type Attempt, createBruteForceProtection } from './brute-force.js';
import type { ResolvedBruteForceOptions } from './brute-force-options.js';
import type { Authenticate } from './endpoint-options.js';
import type { Exchange } from './exchange.js';
import { ClientGoneError } from './host-call.js';
import { listenersOf } from './hooks.js';
import {
  type DecidePasswordGrant,
  decidePasswordGrant,
  isWrongPassword,
} from './password-grant.js';

/** Milliseconds after an answer in which an attempt is still taken back: far less than a duration. */
const LATEST_TAKE_BACK = 60_000;

/** As {@link decidePasswordGrant}, for attempts that are not blocked. */
export function protectedDecision(options: ResolvedBruteForceOptions): DecidePasswordGrant {
  const protection = createBruteForceProtection(options);

  return async function decideUnlessBlocked(exchange, reply) {
    const { settings, req, gone } = exchange;
    const { onError } = listenersOf(req, settings.hooks);
    let attempt;
    try {
      attempt = await protection.begin({
        username: reply.username,
        ip: req.ip,
        gone,
        onProblem: onError,
      });
    } catch (problem) {
      return { reason: 'UNKNOWN', problems: problem instanceof ClientGoneError ? [] : [problem] };
    }
    const { blockedFor } = attempt;
    if (blockedFor !== undefined) {
      return {
        reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
        headers: options.retryAfter && blockedFor > 0 ? { 'Retry-After': String(blockedFor) } : {},
        problems: [],
      };
    }
    const { watched, cutOff } = watchAuthenticate(exchange);
    const outcome = await decidePasswordGrant(watched, reply);
    if ('issued' in outcome) await attempt.succeed();
    else if (outcome.reason === 'INVALID_RESOURCE_OWNER_CREDENTIALS') attempt.fail();
    else {
      const result = cutOff();
      if (result) void takeBackLate(attempt, result, exchange);
      else await attempt.takeBack();
    }
    return outcome;
  };
}

/** What `authenticate` gives, sooner or later. */
type Result = Promise<Awaited<ReturnType<Authenticate>>>;

/**
 * The same exchange, with an eye on its `authenticate`: `cutOff` gives the result of one that was
 * still under way when the time was over or the client application went away.
 */
function watchAuthenticate(exchange: Exchange): {
  watched: Exchange;
  cutOff: () => Result | undefined;
} {
  const { settings } = exchange;
  let call: { readonly result: Result; readonly signal: AbortSignal } | undefined;
  const authenticate: Authenticate = (username, password, context) => {
    const result: Result = new Promise((resolve) =>
      resolve(settings.authenticate(username, password, context)),
    );
    call = { result, signal: context.signal };
    return result;
  };
  return {
    watched: { ...exchange, settings: { ...settings, authenticate } },
    cutOff: () => (call?.signal.aborted ? call.result : undefined),
  };
}

/**
 * Nobody waits for `authenticate` any more, but it may well go on and check the password: whoever
 * hangs up must not get checks that do not count. If it never settles, the attempt stays counted.
 */
async function takeBackLate(attempt: Attempt, result: Result, exchange: Exchange): Promise<void> {
  const answered = performance.now();
  const isWrong = await isWrongPassword(result, exchange);
  if (!isWrong && performance.now() - answered < LATEST_TAKE_BACK) await attempt.takeBack();
}
