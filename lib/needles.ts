/** Characters in a row that give a secret away. Of a shorter secret, it takes all. */
const PIECE = 12;

/** Pieces of a secret that are looked for, from its beginning on. */
const MAX_PIECES = 4;

/** Characters of an encoded secret that are looked for at the least: fewer are in any text. */
const MIN_ENCODED = 4;

/**
 * Control and format characters, white space, accents and whatever else text may lose or gain on its
 * way without looking much different.
 */
const IGNORED = /[\p{C}\p{M}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * The text as needles are looked for in it: what differs in letter case, Unicode form, accents or
 * white space is the same, and so is what differs between base64 and base64url (RFC 4648 section 5).
 */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(IGNORED, '')
    .toUpperCase()
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/**
 * What to look for, in folded text, to find a secret: a text that repeats 23 characters in a row of
 * its first 48 has a whole piece of it. In base64 and hexadecimals, only its beginning is looked for.
 */
export function needlesOf(secret: string): string[] {
  const beginning = secret.slice(0, PIECE * MAX_PIECES * 2);
  const bytes = Buffer.from(beginning);
  const encoded = [0, 1, 2]
    .map((offset) => base64Of(bytes, offset).slice(0, PIECE))
    .concat(bytes.toString('hex').slice(0, 2 * PIECE))
    .filter((text) => text.length >= MIN_ENCODED);
  return [...piecesOf(folded(beginning)), ...encoded.map(folded)];
}

function piecesOf(text: string): string[] {
  if (text.length < PIECE) return text === '' ? [] : [text];
  const count = Math.min(Math.floor(text.length / PIECE), MAX_PIECES);
  return Array.from({ length: count }, (_, index) =>
    text.slice(index * PIECE, (index + 1) * PIECE),
  );
}

/**
 * The characters in base64 that come of these bytes alone, whatever is around them, if their distance
 * from the beginning leaves this remainder by three (RFC 4648 section 4).
 */
function base64Of(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const bits = 8 * (offset + bytes.length);
  return text.slice(Math.ceil((8 * offset) / 6), Math.floor(bits / 6));
}
