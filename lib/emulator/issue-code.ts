import { checkOptionNames, createOptionsError, describeType } from '../authlete/option-checks.js';
import { checkArray, checkText, checkWithin } from './fields.js';
import type { GrantedCode, Service } from './service.js';

/** What `issueCode` issues an authorization code for. */
export interface IssueCodeOptions {
  /** The client application, by its ID or alias. */
  clientId: string;
  /** The resource owner, as `/auth/token/issue` would name it. */
  subject: string;
  /** Default: none. */
  scopes?: readonly string[] | undefined;
  /** If given, the token request must have the same `redirect_uri`. */
  redirectUri?: string | undefined;
  /** If given, the token request must have the `code_verifier` for it (RFC 7636). */
  codeChallenge?: string | undefined;
  /** The one method that the emulator has. Default: `S256`. */
  codeChallengeMethod?: 'S256' | undefined;
  /** The service that the code is for. Default: the emulator's first. */
  serviceId?: string | undefined;
}

const OPTION_NAMES = Object.keys({
  clientId: true,
  subject: true,
  scopes: true,
  redirectUri: true,
  codeChallenge: true,
  codeChallengeMethod: true,
  serviceId: true,
} satisfies Record<keyof IssueCodeOptions, true>);

/** Issues a code that one token request of the grant `authorization_code` can use. */
export function issueCode(
  services: ReadonlyMap<string, Service>,
  options: IssueCodeOptions,
): string {
  checkOptionNames('issueCode', options, OPTION_NAMES);
  return checkWithin('issueCode: ', () => {
    const [first] = services.keys();
    const service = services.get(options.serviceId ?? String(first));
    if (!service) throw createOptionsError("serviceId is none of the emulator's services");
    return service.codes.keep(checkGrant(options, service));
  });
}

function checkGrant(options: IssueCodeOptions, { clients }: Service): GrantedCode {
  const { clientId, subject, scopes = [], redirectUri } = options;
  const { codeChallenge, codeChallengeMethod = 'S256' } = options;
  const client = clients.find(clientId);
  if (!client) {
    const got = describeType(clientId);
    throw createOptionsError(`clientId must be that of one of the service's clients, got ${got}`);
  }
  checkText('subject', subject);
  const checkedScopes = checkArray('scopes', scopes) as readonly string[];
  checkedScopes.forEach((scope, index) => checkText(`scopes[${index}]`, scope));
  if (redirectUri !== undefined) checkText('redirectUri', redirectUri);
  if (codeChallenge !== undefined && !/^[\w-]{43}$/.test(codeChallenge)) {
    throw createOptionsError(
      'codeChallenge must be 43 characters of base64url, the SHA-256 digest of the code verifier ' +
        '(RFC 7636 section 4.2)',
    );
  }
  if (codeChallengeMethod !== 'S256') throw createOptionsError('codeChallengeMethod must be S256');
  return { client, subject, scopes: [...checkedScopes], redirectUri, codeChallenge };
}
