/** Stands for a secret. */
export const MASK = '••••••';

/** Members of a token response that are secrets (RFC 6749 section 5.1). */
const TOKENS = ['access_token', 'refresh_token'];

/** A token response with its tokens masked and everything else as it came. */
export function maskedTokens(body: string): string {
  const members = new RegExp(`("(?:${TOKENS.join('|')})"\\s*:\\s*")[^"]*`, 'g');
  return body.replace(members, `$1${MASK}`);
}
