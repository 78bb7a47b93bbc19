import { createBruteForceProtection } from './brute-force.js';
import type { ResolvedBruteForceOptions } from './brute-force-options.js';
import { ClientGoneError } from './host-call.js';
import { listenersOf } from './hooks.js';
import { type DecidePasswordGrant, decidePasswordGrant } from './password-grant.js';

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
    const outcome = await decidePasswordGrant(exchange, reply);
    if ('issued' in outcome) await attempt.succeed();
    else if (outcome.reason === 'INVALID_RESOURCE_OWNER_CREDENTIALS') attempt.fail();
    else await attempt.takeBack();
    return outcome;
  };
}
