/** A token request that is refused before Authlete is asked: its form is not that of RFC 6749. */
export class RefusedTokenRequest extends Error {
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status - the HTTP status of the answer
   * @param error - RFC 6749 section 5.2
   * @param description - goes to the client application as `error_description`
   */
  constructor(
    readonly status: 400 | 401 | 405 | 413 | 415,
    readonly error: 'invalid_request' | 'invalid_client',
    readonly description: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(description);
    this.headers = headers;
  }

  /** The body of the answer. */
  get responseContent(): string {
    return JSON.stringify({ error: this.error, error_description: this.description });
  }
}
