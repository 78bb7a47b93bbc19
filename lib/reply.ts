import { AuthleteApiError, type AuthleteApiErrorDetails } from './errors.js';
import { type CallFailure, FAILURE_KINDS, type FailureKind, type Outcome } from './failures.js';
import { safeText } from './redact.js';
import { retryAfterOf } from './retry-after.js';
import type { Check } from './validate.js';
import type { WireReply } from './wire.js';

/** Fields of a reply that are secrets: none of them may show in an error either. */
const SECRET_REPLY_FIELDS = [
  'ticket',
  'password',
  'accessToken',
  'jwtAccessToken',
  'refreshToken',
  'idToken',
  'subjectToken',
  'actorToken',
  'assertion',
  'deviceSecret',
];

/**
 * Reads what came over the wire. Authlete answers 200 whatever the `action`; every other status comes
 * without one.
 *
 * @param path - of the API, for errors
 * @param secrets - gives what must not show in an error
 */
export function readReply(
  path: string,
  check: Check,
  { status, body, retryAfter }: WireReply,
  secrets: () => string[],
): Outcome<unknown> {
  const reply = parseJson(body);
  const fail = (kind: FailureKind, message: string): { failure: CallFailure } => ({
    failure: {
      kind,
      error: new AuthleteApiError(kind.code, message, { status, ...resultOf(reply, secrets) }),
    },
  });
  if (status !== 200) {
    const comeBackIn = retryAfterOf(retryAfter, Date.now());
    const { failure } = fail(
      kindOfStatus(status, comeBackIn),
      `Authlete answered ${path} with HTTP status ${status}`,
    );
    return { failure: comeBackIn === undefined ? failure : { ...failure, retryAfter: comeBackIn } };
  }
  const problem = reply === undefined ? 'it is no JSON in UTF-8' : check(reply);
  return problem === undefined
    ? { value: reply }
    : fail(FAILURE_KINDS.unexpected, `Authlete's reply for ${path} is invalid: ${problem}`);
}

function kindOfStatus(status: number, comeBackIn: number | undefined): FailureKind {
  if ((status === 429 || status === 503) && comeBackIn !== undefined)
    return FAILURE_KINDS.turnedAway;
  return status === 429 || status >= 500 ? FAILURE_KINDS.serverError : FAILURE_KINDS.refused;
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** RFC 8259 section 8.1: JSON is UTF-8, whatever a charset parameter says; a BOM may be ignored. */
function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(UTF_8.decode(body));
  } catch {
    return undefined;
  }
}

/** The `result` object that comes with an HTTP error of the API. */
function resultOf(reply: unknown, secretsOfCall: () => string[]): AuthleteApiErrorDetails {
  const fields = (reply ?? {}) as Record<string, unknown>;
  const secrets = [...secretsOfCall(), ...SECRET_REPLY_FIELDS.map((name) => fields[name])].filter(
    (secret) => typeof secret === 'string',
  );
  const { resultCode, resultMessage } = fields;
  return {
    ...(typeof resultCode === 'string' && { resultCode: safeText(resultCode, secrets) }),
    ...(typeof resultMessage === 'string' && { resultMessage: safeText(resultMessage, secrets) }),
  };
}
