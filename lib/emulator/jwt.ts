/**
 * Decodes the payload of a JWT in compact form; `undefined` if there is none. The signature is not
 * verified.
 */
export function decodeJwtPayload(jwt: string): Readonly<Record<string, unknown>> | undefined {
  const encoded = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(jwt)?.[1];
  return encoded === undefined
    ? undefined
    : parseJsonObject(Buffer.from(encoded, 'base64url').toString());
}

/**
 * Encodes an unsecured JWT (RFC 7519 section 6): `alg` is `none` and the signature is empty, so that
 * nothing that verifies signatures accepts it. `typ` is that of access tokens (RFC 9068 section 2.1).
 */
export function encodeUnsecuredJwt(payload: object): string {
  const parts = [{ alg: 'none', typ: 'at+jwt' }, payload].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return `${parts.join('.')}.`;
}

/** Parses a JSON object; `undefined` if the text is anything else. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
