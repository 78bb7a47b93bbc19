/** The form body of a token request. */
export interface TokenForm {
  /** A parameter's value. One without a value counts as not sent (RFC 6749 section 3.2). */
  parameter(name: string): string | undefined;
  /** The values of a parameter that may be repeated, those without a value left out. */
  parameters(name: string): readonly string[];
  /** The parameter `scope`, split (RFC 6749 section 3.3); empty if it was not sent. */
  readonly scopes: readonly string[];
  /** Checks whether a parameter is sent more than once, other than those named here. */
  repeatsParameter(repeatable: readonly string[]): boolean;
}

/** Parses the form body of a token request. */
export function parseTokenForm(body: string): TokenForm {
  const form = new URLSearchParams(body);
  const parameter = (name: string) => form.get(name) || undefined;
  return {
    parameter,
    parameters: (name) => form.getAll(name).filter(Boolean),
    scopes: parameter('scope')?.split(' ').filter(Boolean) ?? [],
    repeatsParameter(repeatable) {
      const names = [...form.keys()].filter((name) => !repeatable.includes(name));
      return new Set(names).size !== names.length;
    },
  };
}
