export type {
  AttemptLimiter,
  BruteForceLimiters,
  BruteForceOptions,
} from './brute-force-options.js';
export { createAuthleteClient, type AuthleteClient, type CallOptions } from './client.js';
export type {
  CallEvent,
  CircuitEvent,
  CircuitState,
  ClientIdentity,
  DiagnosticsEvents,
  LoadEvent,
} from './diagnostics.js';
export { tokenEndpoint } from './endpoint.js';
export type {
  Authenticate,
  AuthenticateContext,
  ClientCertificate,
  HostContext,
  TokenAnswer,
  TokenEndpointOptions,
  TokenEndpointSettings,
  TokenHandler,
  TokenHandlers,
  TokenProperties,
} from './endpoint-options.js';
export {
  AuthleteApiError,
  HostFunctionError,
  InvalidResourceOwnerCredentialsError,
  InvalidTargetError,
  TokenRequestError,
  type AuthleteApiErrorCode,
  type AuthleteApiErrorDetails,
  type HostFunctionErrorCode,
  type TokenRequestErrorOptions,
} from './errors.js';
export { tokenFail } from './fail.js';
export type { TokenFailEvent } from './fail-event.js';
export type { MappedError, TokenFailHooks, TokenFailOptions } from './fail-options.js';
export type { TokenFailLogger } from './log.js';
export type { AccessTokenFunction, AuthleteClientOptions, AxiosLike } from './options.js';
export type { TokenFailReason } from './reasons.js';
export type { TokenFailAction, TokenFailRequest, TokenFailResponse } from './schemas/token-fail.js';
export type { TokenIssueRequest, TokenIssueResponse } from './schemas/token-issue.js';
export type {
  TokenAction,
  TokenRequest,
  TokenResponse,
  TokenResponseFields,
} from './schemas/token.js';
