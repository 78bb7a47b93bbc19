/** A malformed token request: it is rejected before Authlete is asked. */
export class InvalidTokenRequestError extends Error {
  /**
   * @param status - the HTTP status of the answer
   * @param error - RFC 6749 section 5.2
   * @param description - goes to the client application as `error_description`
   */
  constructor(
    readonly status: 400 | 401 | 405 | 413 | 415,
    readonly error: 'invalid_request' | 'invalid_client',
    readonly description: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(description);
  }

  /** The body of the answer. */
  get content(): string {
    return JSON.stringify({ error: this.error, error_description: this.description });
  }
}
