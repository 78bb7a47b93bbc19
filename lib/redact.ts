/** What a masked secret reads as. */
const MASK = '***';

/** Characters of upstream text that an error message may carry. */
const MAX_TEXT_LENGTH = 300;

/**
 * Form parameters of a token request whose values are secrets: RFC 6749 sections 2.3.1, 4.1.3,
 * 4.3.2 and 6, RFC 7521 section 4, RFC 7636 section 4.5, RFC 8628 section 3.4, RFC 8693 section 2.1.
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
 * Makes text from upstream fit for an error message: secrets masked, in their plain and their
 * percent-encoded spellings, characters that could end or garble a log line replaced, and the whole
 * cut to 300 characters.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap(spellingsOf)
    // Longest first, so that a secret within another does not leave the rest of it standing.
    .sort((a, b) => b.length - a.length);
  let masked = text;
  for (const spelling of spellings) masked = masked.replaceAll(spelling, MASK);
  masked = masked.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
  return masked.length > MAX_TEXT_LENGTH ? `${masked.slice(0, MAX_TEXT_LENGTH)}…` : masked;
}

function spellingsOf(secret: string): string[] {
  const formEncoded = new URLSearchParams([['', secret]]).toString().slice(1);
  return [secret, encodeURIComponent(secret.toWellFormed()), formEncoded];
}

/** What kind of value this is, for an error message that must not show the value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'an array';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
