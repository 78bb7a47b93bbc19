import type { Request } from 'express';
import type { TokenRequest } from '../schemas/types.generated.js';
import { parseBasicCredentials } from './basic-auth.js';
import { getClientCertificates } from './client-certificate.js';
import type { TokenRequestContext } from './context.js';
import { ClientDisconnectedError } from './disconnect.js';
import type { FormReader } from './form-body.js';
import { InvalidTokenRequestError } from './invalid-request.js';

/** Modes of requests that a browser makes by itself for a page (Fetch Metadata, `Sec-Fetch-Mode`). */
const FORM_POST_MODES = ['navigate', 'no-cors'];

/**
 * Builds the request for Authlete's `/auth/token` from a token request.
 *
 * @throws InvalidTokenRequestError if it is malformed, CallbackError if the app's `clientCertificate`
 * fails, or ClientDisconnectedError
 */
export async function readTokenRequest(
  context: TokenRequestContext,
  readForm: FormReader,
): Promise<TokenRequest> {
  const { options, req, res, disconnected } = context;
  // RFC 6749 section 3.2.
  if (req.method !== 'POST') {
    throw invalidRequest(405, 'The method must be POST.', { Allow: 'POST' });
  }
  // A web page could have its visitor locked out by posting forms with wrong passwords.
  if (FORM_POST_MODES.includes(req.get('Sec-Fetch-Mode') ?? '')) {
    throw invalidRequest(400, 'A web page may not post a form to the token endpoint.');
  }
  const authorization = req.get('Authorization');
  const credentials = parseBasicCredentials(authorization);
  const parameters = await readForm(req, res);
  context.parameters = parameters;
  // Before a function of the app's is called, which may throw what it has read of the request.
  context.secrets.addRequest({ parameters, ...credentials });
  context.secrets.add(authorization?.split(' ').pop());
  // What was read of a body that broke off is not a token request.
  if (disconnected.aborted) throw new ClientDisconnectedError();
  const [clientCertificate, ...path] = await getClientCertificates(context);
  const dpop = req.get('DPoP');
  const htu = options.url === undefined ? buildPublicUrl : () => options.url || undefined;
  return {
    parameters,
    ...credentials,
    clientCertificate,
    clientCertificatePath: path.length > 0 ? path : undefined,
    ...(dpop !== undefined && { dpop, htm: req.method, htu: htu(req) }),
    oauthClientAttestation: req.get('OAuth-Client-Attestation'),
    oauthClientAttestationPop: req.get('OAuth-Client-Attestation-PoP'),
  };
}

function invalidRequest(
  status: 400 | 405,
  description: string,
  headers?: Readonly<Record<string, string>>,
): InvalidTokenRequestError {
  return new InvalidTokenRequestError(status, 'invalid_request', description, headers);
}

/**
 * The URL that the client application used, without its query (RFC 9449 section 4.2), as far as
 * Express's `trust proxy` lets a proxy say it. `req.host` would not do: that of Express 4 has no port.
 */
function buildPublicUrl(req: Request): string {
  const trusts = req.app.get('trust proxy fn') as (address?: string, hop?: number) => boolean;
  const forwarded = trusts(req.socket.remoteAddress, 0) ? req.get('X-Forwarded-Host') : undefined;
  const host = forwarded?.split(',', 1)[0]?.trim() || req.get('Host') || '';
  // A request line may have the whole URL (RFC 9112 section 3.2.2).
  const [path = ''] = req.originalUrl.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1);
  return `${req.protocol}://${host}${path}`;
}
