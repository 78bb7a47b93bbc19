/** How deep encodings are looked through: JSON within a form field is three. */
const MAX_ENCODINGS = 3;

/** The text as it is, and with escapes undone, in any order. */
export function readingsOf(text: string): string[] {
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
