/**
 * What cannot be seen in a username (control characters, white space, accents and blank letters), and
 * the letters that a store which ignores accents ignores too (Unicode Technical Standard 10, base
 * letters). One of them is iota: in upper case, the accent U+0345 is one.
 */
const UNSEEN =
  /[\p{C}\p{M}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u0399\u0640\u07fa\u0824\u0828\u180a\u1cd3\u1cf2\u1cf3\ufe73]/gu;

/** Code units of a username that are folded. No user has a longer name, and one would take time. */
const MAX_FOLDED_LENGTH = 1000;

/**
 * Folds usernames that a user store may take for the same name into one, or each spelling would have
 * a count of its own. Stores compare by upper or by lower case, and some ignore accents.
 */
export function foldUsername(username: string): string {
  // Without accents before they are normalized, which takes quadratic time for many of them.
  const upper = (text: string): string =>
    text.toLowerCase().toUpperCase().replace(/\p{M}/gu, '').normalize('NFKD');
  const beginning = username.slice(0, MAX_FOLDED_LENGTH);
  // Twice, because each step can make letters that the others change.
  const folded = upper(upper(beginning)).replace(UNSEEN, '').toLowerCase();
  return folded + username.slice(MAX_FOLDED_LENGTH);
}
