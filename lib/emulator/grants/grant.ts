import type { TokenResponse } from '../../schemas/token.js';
import type { EmulatorClient } from '../clients.js';
import type { Result } from '../results.js';
import type { EmulatorState } from '../state.js';
import type { TokenForm } from '../token-form.js';
import type { AccessTokenType } from '../token-response.js';

/** A token request once its client is authenticated. */
export interface GrantRequest {
  readonly client: EmulatorClient;
  readonly form: TokenForm;
  /** The type of the access token to issue. */
  readonly tokenType: AccessTokenType;
}

/** One kind of token request, by its `grant_type`. */
export interface Grant {
  /** The parameters that may be sent more than once. */
  readonly repeatable?: readonly string[];
  /** Answers a token request of this kind. */
  answer(request: GrantRequest, state: EmulatorState): TokenResponse & Result;
}
