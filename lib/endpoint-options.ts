import type { Request } from 'express';
import {
  type BruteForceOptions,
  resolveBruteForceOptions,
  type ResolvedBruteForceOptions,
} from './brute-force-options.js';
import type { AuthleteClient } from './client.js';
import { optionsError } from './errors.js';
import {
  resolveTokenFailOptions,
  type ResolvedHooks,
  type TokenFailOptions,
} from './fail-options.js';
import { checkedCount, checkedMilliseconds, checkHook, checkOptionNames } from './options.js';
import { kindOf } from './redact.js';
import type { TokenIssueRequest } from './schemas/token-issue.js';
import type { TokenAction, TokenResponse } from './schemas/token.js';
import { checkTokenIssueRequest } from './validate.js';

/** What a function of the host's may need besides its arguments. */
export interface HostContext {
  /** The token request. Its body has been read. */
  readonly req: Request;
  /** Aborts when the time is over or the client application goes away. */
  readonly signal: AbortSignal;
}

/** What `authenticate` may need besides username and password. */
export interface AuthenticateContext extends HostContext {
  /** The client application's ID at Authlete, if the reply had one. */
  readonly clientId: number | undefined;
  /** The scopes that the client application asks for, as Authlete took them. */
  readonly scopes: readonly string[];
  /** For a `TokenRequestError` of the host's own choice. The endpoint closes it, come what may. */
  readonly ticket: string;
}

/**
 * Checks a resource owner's credentials. It gives the subject, or `null` or `undefined` for a wrong
 * password just as for an unknown user.
 */
export type Authenticate = (
  username: string,
  password: string,
  context: AuthenticateContext,
) => string | null | undefined | PromiseLike<string | null | undefined>;

/** The client's certificate in PEM, or that and those it sent after it, or none. */
export type ClientCertificate = string | readonly string[] | null | undefined;

/** An answer to the client application that a handler decides. */
export interface TokenAnswer {
  /** HTTP status. Default: 200. */
  status?: number | undefined;
  /** The body, JSON, sent as it is. */
  responseContent: string;
  /** Extra headers. They cannot replace those that RFC 6749 section 5.1 demands. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Decides what to answer where Authlete leaves that to the server. */
export type TokenHandler<A extends TokenAction> = (
  response: Extract<TokenResponse, { action: A }>,
  context: HostContext,
) => TokenAnswer | PromiseLike<TokenAnswer>;

/** Handlers, by the action of `/auth/token`. */
export interface TokenHandlers {
  /** Action `TOKEN_EXCHANGE` (RFC 8693). Default: 400 `unsupported_grant_type`. */
  tokenExchange?: TokenHandler<'TOKEN_EXCHANGE'> | undefined;
  /** Action `JWT_BEARER` (RFC 7523). Default: 400 `unsupported_grant_type`. */
  jwtBearer?: TokenHandler<'JWT_BEARER'> | undefined;
  /** Action `NATIVE_SSO`. Default: 400 `unsupported_grant_type`. */
  nativeSso?: TokenHandler<'NATIVE_SSO'> | undefined;
  /** Action `ID_TOKEN_REISSUABLE`. Default: Authlete's `responseContent`, as for `OK`. */
  idTokenReissuable?: TokenHandler<'ID_TOKEN_REISSUABLE'> | undefined;
}

/** Extra properties to keep with the access token. */
export type TokenProperties = NonNullable<TokenIssueRequest['properties']>;

/** What `tokenEndpoint` takes besides the options of `tokenFail`. */
export interface TokenEndpointSettings {
  /** Checks the resource owner's credentials, and may hash them: see the README on timing. */
  authenticate: Authenticate;
  /** Milliseconds for one run of a function of the host's. Default: 10000. */
  authenticateTimeout?: number | undefined;
  /**
   * Protection against brute force, which RFC 6749 section 4.3.2 demands, by rate-limiter-flexible.
   * Default: none; something in front of the server has to do it.
   */
  bruteForce?: BruteForceOptions | undefined;
  /** The realm of `WWW-Authenticate`, visible ASCII without `"` and `\`. Default: `token endpoint`. */
  realm?: string | undefined;
  /** Extra properties for `/auth/token/issue`, or a function that gives them. Default: none. */
  properties?:
    | TokenProperties
    | ((
        subject: string,
        context: AuthenticateContext,
      ) => TokenProperties | undefined | PromiseLike<TokenProperties | undefined>)
    | undefined;
  /** See {@link TokenHandlers}. */
  handlers?: TokenHandlers | undefined;
  /** Bytes of the form body. Default: 16384. */
  bodyLimit?: number | undefined;
  /**
   * The public URL of the token endpoint, for DPoP (RFC 9449 section 4.2). Default: derived from the
   * request, by Express's `trust proxy` rules.
   */
  url?: string | undefined;
  /**
   * Gives the client's certificate where a proxy ends mutual TLS (RFC 8705). Default: that of the
   * connection; Node has only the client's own for a TLS session that is resumed.
   */
  clientCertificate?:
    ((req: Request) => ClientCertificate | PromiseLike<ClientCertificate>) | undefined;
}

/** Options of `tokenEndpoint`. */
export type TokenEndpointOptions = TokenFailOptions & TokenEndpointSettings;

/** Endpoint options once checked, with the defaults filled in. */
export interface ResolvedEndpointOptions extends Omit<TokenEndpointSettings, 'bruteForce'> {
  readonly client: AuthleteClient;
  readonly hooks: ResolvedHooks;
  readonly authenticateTimeout: number;
  readonly bruteForce: ResolvedBruteForceOptions | undefined;
  readonly realm: string;
  readonly handlers: TokenHandlers;
  readonly bodyLimit: number;
}

/** Milliseconds: a slow password hash and a slow database together take a tenth of it. */
const DEFAULT_AUTHENTICATE_TIMEOUT = 10_000;

/** Bytes: a token request with client assertion and DPoP takes some four thousand. */
const DEFAULT_BODY_LIMIT = 16 * 1024;

/** A compile-time check that these are all of them. */
export const ENDPOINT_SETTING_NAMES = Object.keys({
  authenticate: true,
  authenticateTimeout: true,
  bruteForce: true,
  realm: true,
  properties: true,
  handlers: true,
  bodyLimit: true,
  url: true,
  clientCertificate: true,
} satisfies Record<keyof TokenEndpointSettings, true>);

const HANDLER_NAMES = Object.keys({
  tokenExchange: true,
  jwtBearer: true,
  nativeSso: true,
  idTokenReissuable: true,
} satisfies Record<keyof TokenHandlers, true>);

/**
 * Checks the options of `tokenEndpoint` and fills in the defaults.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first option that cannot work
 */
export function resolveEndpointOptions(options: TokenEndpointOptions): ResolvedEndpointOptions {
  const { client, ...hooks } = resolveTokenFailOptions(options, {
    caller: 'tokenEndpoint',
    methods: ['token', 'tokenIssue', 'tokenFail'],
    ownNames: ENDPOINT_SETTING_NAMES,
  });
  const {
    authenticate,
    authenticateTimeout = DEFAULT_AUTHENTICATE_TIMEOUT,
    bruteForce,
    realm = 'token endpoint',
    properties,
    handlers = {},
    bodyLimit = DEFAULT_BODY_LIMIT,
    url,
    clientCertificate,
  } = options;
  if (typeof authenticate !== 'function') {
    throw optionsError(
      `authenticate must be a function (username, password, context) that gives a subject or null, ` +
        `got ${kindOf(authenticate)}`,
    );
  }
  checkHook('clientCertificate', clientCertificate);
  return {
    client,
    hooks,
    authenticate,
    authenticateTimeout: checkedMilliseconds('authenticateTimeout', authenticateTimeout),
    bruteForce: bruteForce === undefined ? undefined : resolveBruteForceOptions(bruteForce),
    realm: checkedRealm(realm),
    properties: checkedProperties(properties),
    handlers: checkedHandlers(handlers),
    bodyLimit: checkedCount('bodyLimit', bodyLimit, 1),
    url: checkedUrl(url),
    clientCertificate,
  };
}

/** What a quoted-string takes without escapes (RFC 9110 section 5.6.4). */
function checkedRealm(value: unknown): string {
  if (typeof value !== 'string' || !/^[\x20-\x7e]+$/.test(value) || /["\\]/.test(value)) {
    throw optionsError(
      `realm must be visible ASCII without quotation marks and backslashes, got ${kindOf(value)}`,
    );
  }
  return value;
}

function checkedProperties(
  value: TokenEndpointSettings['properties'],
): TokenEndpointSettings['properties'] {
  if (value === undefined || typeof value === 'function') return value;
  const problem = checkTokenIssueRequest({ ticket: '-', subject: '-', properties: value });
  if (problem !== undefined) {
    throw optionsError(
      `properties must be an array of { key, value, hidden? }, or a function that gives one: ${problem}`,
    );
  }
  return value;
}

function checkedHandlers(value: TokenHandlers): TokenHandlers {
  checkOptionNames('handlers', value, HANDLER_NAMES);
  for (const [name, handler] of Object.entries(value)) checkHook(`handlers.${name}`, handler);
  return value;
}

function checkedUrl(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  const plain = url?.username === '' && url.password === '' && !/[?#]/.test(url.href);
  if (!url || !plain || !/^https?:$/.test(url.protocol)) {
    throw optionsError(
      `url must be the token endpoint's public http or https URL, without user information, query ` +
        `or fragment; got ${kindOf(value)}`,
    );
  }
  return url.href;
}
