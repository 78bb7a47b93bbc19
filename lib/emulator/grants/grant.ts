import type { TokenResponse } from '../../schemas/types.generated.js';
import type { EmulatorClient } from '../clients.js';
import type { Result } from '../results.js';
import type { AccessTokenType, Service } from '../service.js';
import type { TokenForm } from '../token-form.js';
import type { TokenSettings } from '../token-settings.js';

/** A token request once its client is authenticated. */
export interface GrantRequest {
  readonly client: EmulatorClient;
  readonly form: TokenForm;
  /** The type of the access token to issue. */
  readonly tokenType: AccessTokenType;
  /** What the API call says of the tokens to issue. */
  readonly settings: TokenSettings;
}

/** One kind of token request, by its `grant_type`. */
export interface Grant {
  /** The parameters that may be sent more than once. */
  readonly repeatable?: readonly string[];
  /** Answers a token request of this kind. */
  answer(request: GrantRequest, service: Service): TokenResponse & Result;
}
