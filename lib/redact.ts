/** Characters of upstream text that an error message may carry. */
const MAX_TEXT_LENGTH = 300;

/** Characters of upstream text that are searched for secrets: room for 300 in any encoding. */
const MAX_SEARCHED_LENGTH = 16 * MAX_TEXT_LENGTH;

/** Characters of a secret that are searched for: more of it may have been cut off. */
const MAX_NEEDLE_LENGTH = 32;

/** Stands for upstream text that repeats a secret. */
const WITHHELD = '(withheld: it repeats a secret)';

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
 * an encoding that upstream may have put it in; otherwise without the characters that could end or
 * garble a log line, and cut to 300 characters.
 */
export function safeText(text: string, secrets: readonly string[]): string {
  const searched = text.slice(0, MAX_SEARCHED_LENGTH);
  const needles = new Set(secrets.map((secret) => secret.slice(0, MAX_NEEDLE_LENGTH)));
  needles.delete('');
  const clean = searched.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
  const shown = clean.length > MAX_TEXT_LENGTH ? `${clean.slice(0, MAX_TEXT_LENGTH)}…` : clean;
  const views = [...readingsOf(searched), shown];
  for (const needle of needles) {
    if (views.some((view) => view.includes(needle))) return WITHHELD;
  }
  return shown;
}

/** How deep encodings are looked through: JSON within a form field is three. */
const MAX_ENCODINGS = 3;

/** The text as it is, and with escapes undone, in any order. */
function readingsOf(text: string): string[] {
  const readings = new Set([text]);
  for (let depth = 0; depth < MAX_ENCODINGS; depth++) {
    for (const reading of [...readings]) {
      for (const decode of DECODERS) readings.add(decode(reading));
    }
  }
  return [...readings];
}

/** Each leaves alone what is not well-formed: upstream may have cut the text short. */
const DECODERS: readonly ((text: string) => string)[] = [
  // Percent-encoded bytes (RFC 3986 section 2.1), and a form's spaces.
  (text) =>
    text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
      Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
    ),
  (text) => text.replaceAll('+', ' '),
  // JSON (RFC 8259 section 7).
  (text) =>
    text.replace(/\\(?:u([0-9a-f]{4})|([^u]))/gi, (_escape, code?: string, plain = '') =>
      code === undefined
        ? (JSON_ESCAPES[plain as string] ?? String(plain))
        : String.fromCharCode(parseInt(code, 16)),
    ),
  // HTML: what escapers of text make, and any character by its number.
  (text) =>
    text.replace(
      /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|apos|gt|lt|quot));/gi,
      (entity, decimal?: string, hex?: string, name = '') => {
        if (decimal === undefined && hex === undefined) {
          return HTML_ENTITIES[String(name).toLowerCase()] ?? entity;
        }
        const codePoint = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
        return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : entity;
      },
    ),
];

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  gt: '>',
  lt: '<',
  quot: '"',
};

/** What kind of value this is, for an error message that must not show the value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'an array';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
