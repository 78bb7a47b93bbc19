/**
 * What cannot be seen in a username (control characters, white space, accents and blank letters), and
 * the letters that a store which ignores accents ignores too (Unicode Technical Standard 10, base
 * letters). One of them is iota: in upper case, the accent U+0345 is one.
 */
const UNSEEN =
  /[\p{C}\p{M}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u0399\u0640\u07fa\u0824\u0828\u180a\u1cd3\u1cf2\u1cf3\ufe73]/gu;

/**
 * Folds usernames that a user store may take for the same name into one, or each spelling would have
 * a count of its own. Stores compare by upper or by lower case, and some ignore accents.
 */
export function foldUsername(username: string): string {
  const upper = (text: string): string => text.toLowerCase().toUpperCase().normalize('NFKD');
  // Twice, because each step can make letters that the others change.
  return upper(upper(username)).replace(UNSEEN, '').toLowerCase();
}
