/** Characters of a secret that are searched for: more would only take longer. */
export const MAX_SECRET_LENGTH = 64;

/** In both directions, because a lower-case sigma depends on the letter after it. */
export function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase();
}

/** A secret as it stands, and as URLs, forms, JSON, HTML, base64 and hexadecimal would have it. */
export function listEncodings(secret: string): string[] {
  // Without half a character at the cut.
  const text = secret.slice(0, MAX_SECRET_LENGTH).replace(/[\ud800-\udbff]$/, '');
  const bytes = Buffer.from(text);
  const url = encodeUrl(text);
  // Without the last character, if that depends on what follows.
  const base64 = bytes.toString('base64').slice(0, Math.floor((bytes.length * 4) / 3));
  return [
    ...[text, url, url.replaceAll('%20', '+'), encodeForm(text)],
    ...[JSON.stringify(text).slice(1, -1), escapeHtml(text), bytes.toString('hex')],
    // Of one byte, nothing characteristic is left.
    ...(bytes.length > 1 ? [base64, base64.replaceAll('+', '-').replaceAll('/', '_')] : []),
  ].map(foldCase);
}

function encodeUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** As HTML forms do, which encode more than a URL needs. */
function encodeForm(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character] ?? character);
}
