import type { Request } from 'express';
import {
  checkCount,
  checkFunction,
  checkMilliseconds,
  checkOptionNames,
  copyOwn,
  createOptionsError,
  describeType,
  parsePlainUrl,
} from '../authlete/option-checks.js';
import type { AuthleteClient } from '../authlete/client.js';
import {
  type BruteForceOptions,
  type ResolvedBruteForceOptions,
  resolveBruteForceOptions,
} from '../brute-force/options.js';
import {
  type MiddlewareOptions,
  type ResolvedMiddlewareOptions,
  resolveMiddlewareOptions,
} from '../fail/options.js';
import type {
  TokenAction,
  TokenResponse,
  TokenResponseFields,
} from '../schemas/types.generated.js';
import {
  checkFieldsOption,
  ISSUE_REQUEST_FIELDS,
  type IssueRequestFields,
  TOKEN_REQUEST_FIELDS,
  type TokenRequestFields,
} from './request-fields.js';

/** What a function of your app may need besides its arguments. */
export interface CallbackContext {
  /** The token request. Its body has been read. */
  readonly req: Request;
  /** Aborts when the time is up or the client application disconnects. */
  readonly signal: AbortSignal;
}

/** What `authenticate` may need besides username and password: what Authlete said of the request. */
export interface AuthenticateContext extends CallbackContext {
  /** The client application's ID at Authlete. */
  readonly clientId: number | undefined;
  /** The client application's alias at Authlete. */
  readonly clientIdAlias: string | undefined;
  /** The scopes that the client application asks for. */
  readonly scopes: readonly string[];
  /** The resources that the client application asks for (RFC 8707). */
  readonly resources: readonly string[];
  /** The authorization details that the client application asks for (RFC 9396). */
  readonly authorizationDetails: TokenResponseFields['authorizationDetails'];
  /** The attributes of the client application. */
  readonly clientAttributes: NonNullable<TokenResponseFields['clientAttributes']>;
  /** The attributes of the service. */
  readonly serviceAttributes: NonNullable<TokenResponseFields['serviceAttributes']>;
  /** For a `TokenRequestError` of your app's choice. The endpoint closes it in any case. */
  readonly ticket: string;
}

/**
 * Checks a resource owner's credentials. It returns the subject, or `null`, `undefined` or `false`
 * for a wrong password as well as for an unknown user.
 */
export type Authenticate = (
  username: string,
  password: string,
  context: AuthenticateContext,
) => AuthenticateResult | PromiseLike<AuthenticateResult>;

/** A subject, or that there is none. */
export type AuthenticateResult = string | null | undefined | false;

/** The client's certificate in PEM, or that and those it sent after it, or none. */
export type ClientCertificate = string | readonly string[] | null | undefined;

/** An answer to the client application that a handler decides. */
export interface TokenAnswer {
  /** HTTP status. Default: 200. */
  status?: number | undefined;
  /** The body, JSON, sent unchanged. */
  responseContent: string;
  /** Extra headers. They cannot replace those that RFC 6749 section 5.1 requires. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Decides what to answer where Authlete leaves that to the server. */
export type TokenHandler<A extends TokenAction> = (
  response: Extract<TokenResponse, { action: A }>,
  context: CallbackContext,
) => TokenAnswer | PromiseLike<TokenAnswer>;

/** Handlers, by the action of `/auth/token`. */
export interface TokenHandlers {
  /** Action `TOKEN_EXCHANGE` (RFC 8693). Default: 400 `unsupported_grant_type`. */
  tokenExchange?: TokenHandler<'TOKEN_EXCHANGE'> | undefined;
  /** Action `JWT_BEARER` (RFC 7523). Default: 400 `unsupported_grant_type`. */
  jwtBearer?: TokenHandler<'JWT_BEARER'> | undefined;
  /**
   * Action `NATIVE_SSO`: the reply has what a call to `/nativesso` needs. Default: 400
   * `invalid_grant`.
   */
  nativeSso?: TokenHandler<'NATIVE_SSO'> | undefined;
  /** Action `ID_TOKEN_REISSUABLE`. Default: Authlete's `responseContent`, as for `OK`. */
  idTokenReissuable?: TokenHandler<'ID_TOKEN_REISSUABLE'> | undefined;
}

/** Options of `tokenEndpoint` that `tokenFail` does not have. */
export interface EndpointOptions {
  /** Checks the resource owner's credentials. */
  authenticate: Authenticate;
  /** Milliseconds for one call of a function of your app. Default: 10000. */
  authenticateTimeout?: number | undefined;
  /**
   * Protection against brute force, which RFC 6749 section 4.3.2 requires, by rate-limiter-flexible.
   * `false`: something in front of your app does it. Default: none, with a warning in production.
   */
  bruteForce?: BruteForceOptions | false | undefined;
  /** The realm of `WWW-Authenticate`, visible ASCII without `"` and `\`. Default: `token endpoint`. */
  realm?: string | undefined;
  /** Further fields for `/auth/token`, or a function that returns them. Default: none. */
  tokenRequest?:
    | TokenRequestFields
    | ((
        req: Request,
      ) => TokenRequestFields | undefined | PromiseLike<TokenRequestFields | undefined>)
    | undefined;
  /** Further fields for `/auth/token/issue`, or a function that returns them. Default: none. */
  issueRequest?:
    | IssueRequestFields
    | ((
        subject: string,
        context: AuthenticateContext,
      ) => IssueRequestFields | undefined | PromiseLike<IssueRequestFields | undefined>)
    | undefined;
  /** See {@link TokenHandlers}. */
  handlers?: TokenHandlers | undefined;
  /** Bytes of the form body. Default: 16384. */
  bodyLimit?: number | undefined;
  /**
   * The public URL of the token endpoint, for DPoP (RFC 9449 section 4.2). `false`: the
   * `tokenEndpoint` of the service's configuration counts. Default: derived from the request, by
   * Express's `trust proxy` rules.
   */
  url?: string | false | undefined;
  /**
   * Returns the client's certificate where a proxy ends mutual TLS (RFC 8705). Default: that of the
   * connection; of a TLS session that is resumed, Node has the client's own only.
   */
  clientCertificate?:
    ((req: Request) => ClientCertificate | PromiseLike<ClientCertificate>) | undefined;
}

/** As much of a client as `tokenEndpoint` uses. */
export type EndpointClient = Pick<AuthleteClient, 'token' | 'tokenIssue' | 'tokenFail'> &
  Partial<Pick<AuthleteClient, 'serviceId'>>;

/** Options of `tokenEndpoint`. */
export type TokenEndpointOptions = MiddlewareOptions<EndpointClient> & EndpointOptions;

/** Options of `tokenEndpoint` once checked, with the defaults filled in. */
export interface ResolvedEndpointOptions
  extends ResolvedMiddlewareOptions<EndpointClient>, Omit<EndpointOptions, 'bruteForce'> {
  readonly authenticateTimeout: number;
  /** `undefined`: none was asked for; `false`: none is wanted. */
  readonly bruteForce: ResolvedBruteForceOptions | false | undefined;
  readonly realm: string;
  readonly handlers: TokenHandlers;
  readonly bodyLimit: number;
}

/** Milliseconds: a slow password hash and a slow database together take a tenth of it. */
const DEFAULT_AUTHENTICATE_TIMEOUT = 10_000;

/** Bytes: a token request with client assertion and DPoP takes some four thousand. */
const DEFAULT_BODY_LIMIT = 16 * 1024;

export const ENDPOINT_OPTION_NAMES =
  'authenticate authenticateTimeout bruteForce realm tokenRequest issueRequest handlers bodyLimit url clientCertificate'.split(
    ' ',
  );

const HANDLER_NAMES = 'tokenExchange jwtBearer nativeSso idTokenReissuable'.split(' ');

/**
 * Checks the options of `tokenEndpoint` and fills in the defaults.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first option that cannot work
 */
export function resolveEndpointOptions(options: TokenEndpointOptions): ResolvedEndpointOptions {
  const common = resolveMiddlewareOptions<EndpointClient>(options, {
    caller: 'tokenEndpoint',
    usage: "app.post('/token', tokenEndpoint({ authenticate }))",
    methods: ['token', 'tokenIssue', 'tokenFail'],
    ownNames: ENDPOINT_OPTION_NAMES,
  });
  const {
    authenticate,
    authenticateTimeout = DEFAULT_AUTHENTICATE_TIMEOUT,
    bruteForce,
    realm = 'token endpoint',
    tokenRequest,
    issueRequest,
    handlers = {},
    bodyLimit = DEFAULT_BODY_LIMIT,
    url,
    clientCertificate,
  } = copyOwn(options);
  if (typeof authenticate !== 'function') {
    throw createOptionsError(
      'authenticate must be a function (username, password, context) that returns a subject or ' +
        `null, got ${describeType(authenticate)}`,
    );
  }
  checkFunction('clientCertificate', clientCertificate);
  checkFieldsOption(TOKEN_REQUEST_FIELDS, tokenRequest);
  checkFieldsOption(ISSUE_REQUEST_FIELDS, issueRequest);
  return {
    ...common,
    authenticate,
    authenticateTimeout: checkMilliseconds('authenticateTimeout', authenticateTimeout),
    bruteForce:
      bruteForce === undefined || bruteForce === false
        ? bruteForce
        : resolveBruteForceOptions(bruteForce),
    realm: checkRealm(realm),
    tokenRequest,
    issueRequest,
    handlers: checkHandlers(handlers),
    bodyLimit: checkCount('bodyLimit', bodyLimit, 1),
    url: checkUrl(url),
    clientCertificate,
  };
}

/** What a quoted-string takes without escapes (RFC 9110 section 5.6.4). */
function checkRealm(value: unknown): string {
  if (typeof value !== 'string' || !/^[\x20-\x7e]+$/.test(value) || /["\\]/.test(value)) {
    throw createOptionsError(
      `realm must be visible ASCII without quotation marks and backslashes, got ${describeType(value)}`,
    );
  }
  return value;
}

function checkHandlers(value: TokenHandlers): TokenHandlers {
  const own = checkOptionNames('handlers', value, HANDLER_NAMES);
  for (const [name, handler] of Object.entries(own)) checkFunction(`handlers.${name}`, handler);
  return own;
}

function checkUrl(value: unknown): string | false | undefined {
  if (value === undefined || value === false) return value;
  const url = parsePlainUrl(value);
  if (url) return url.href;
  throw createOptionsError(
    "url must be the token endpoint's public http or https URL, without user information, query " +
      `or fragment, or false; got ${describeType(value)}`,
  );
}
