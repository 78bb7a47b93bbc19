import { folded, needlesOf } from './needles.js';
import { readingsOf } from './readings.js';

/** Characters of upstream text that an error message may carry. */
const MAX_TEXT_LENGTH = 300;

/** Characters of upstream text that are searched for secrets: room for 300 in any encoding. */
const MAX_SEARCHED_LENGTH = 16 * MAX_TEXT_LENGTH;

/** Secrets that are searched for: a call has ten or so, unless somebody is out to keep us busy. */
const MAX_SECRETS = 50;

/** Stands for upstream text that repeats a secret. */
const WITHHELD = '(withheld: it repeats a secret)';

/** Stands for upstream text that may repeat a secret. */
const NOT_SEARCHED = '(withheld: too many secrets to look for)';

/**
 * Form parameters of a token request whose values are secrets: RFC 6749 sections 2.3.1, 4.1.3,
 * 4.3.2 and 6, RFC 7521 section 4, RFC 7636 section 4.5, RFC 8628 section 3.4, RFC 8693 section 2.1,
 * OpenID CIBA, OpenID Native SSO and OpenID4VCI.
 */
const SECRET_PARAMETERS = [
  'password',
  'client_secret',
  'code',
  'code_verifier',
  'refresh_token',
  'assertion',
  'client_assertion',
  'device_code',
  'subject_token',
  'actor_token',
  'auth_req_id',
  'device_secret',
  'pre-authorized_code',
  'tx_code',
];

/** The secrets in the form body of a token request, decoded and as they were sent. */
export function secretsOfParameters(parameters: string): string[] {
  return parameters.split('&').flatMap((pair) => {
    const [decoded] = new URLSearchParams(pair);
    if (decoded === undefined || !SECRET_PARAMETERS.includes(decoded[0])) return [];
    return [decoded[1], pair.slice(pair.indexOf('=') + 1)];
  });
}

/**
 * Makes text from upstream fit for an error message: withheld if it repeats a secret, in plain or in
 * an encoding or a spelling that upstream may have put it in; otherwise without the characters that
 * could end or garble a log line, and cut to 300 characters.
 */
export function safeText(text: string, secrets: readonly string[]): string {
  const distinct = [...new Set(secrets)].filter((secret) => secret !== '');
  if (distinct.length > MAX_SECRETS) return NOT_SEARCHED;
  const searched = text.slice(0, MAX_SEARCHED_LENGTH);
  const clean = searched.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
  const shown = clean.length > MAX_TEXT_LENGTH ? `${clean.slice(0, MAX_TEXT_LENGTH)}…` : clean;
  // As it stands, too: of a secret that is nothing but spaces, folding leaves nothing.
  const repeats =
    distinct.some((secret) => searched.includes(secret) || shown.includes(secret)) ||
    hasNeedle([...readingsOf(searched), shown], distinct);
  return repeats ? WITHHELD : shown;
}

/** Whether one of the texts has in it what is looked for of one of the secrets. */
function hasNeedle(texts: readonly string[], secrets: readonly string[]): boolean {
  const needles = new Set(secrets.flatMap(needlesOf));
  const haystacks = new Set(texts.map(folded));
  return [...needles].some((needle) =>
    [...haystacks].some((haystack) => haystack.includes(needle)),
  );
}

/** What kind of value this is, for an error message that must not show the value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'an array';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
