import type { Request } from 'express';
import { basicCredentialsOf } from './basic-credentials.js';
import { clientCertificatesOf } from './client-certificate.js';
import type { ResolvedEndpointOptions } from './endpoint-options.js';
import type { Exchange } from './exchange.js';
import { createFormReader } from './form-body.js';
import { ClientGoneError } from './host-call.js';
import { RefusedTokenRequest } from './refusal.js';
import type { TokenRequest } from './schemas/token.js';

/** Makes the request for Authlete's `/auth/token` from a token request. */
export type TokenRequestReader = (exchange: Exchange) => Promise<TokenRequest>;

/**
 * Makes a reader of token requests. It fails with RefusedTokenRequest for a request that is none,
 * and with HostFunctionError or ClientGoneError if the host's `clientCertificate` fails.
 */
export function createTokenRequestReader({
  bodyLimit,
  url,
}: ResolvedEndpointOptions): TokenRequestReader {
  const readForm = createFormReader(bodyLimit);

  return async function readTokenRequest(exchange) {
    const { req, res, gone } = exchange;
    // RFC 6749 section 3.2.
    if (req.method !== 'POST') {
      throw new RefusedTokenRequest(405, 'invalid_request', 'The method must be POST.', {
        Allow: 'POST',
      });
    }
    const credentials = basicCredentialsOf(req.get('Authorization'));
    const parameters = await readForm(req, res);
    // What was read of a body that broke off is no token request.
    if (gone.aborted) throw new ClientGoneError();
    const [clientCertificate, ...path] = await clientCertificatesOf(exchange);
    const dpop = req.get('DPoP');
    return {
      parameters,
      ...credentials,
      clientCertificate,
      clientCertificatePath: path.length > 0 ? path : undefined,
      ...(dpop !== undefined && { dpop, htm: req.method, htu: url ?? publicUrlOf(req) }),
      oauthClientAttestation: req.get('OAuth-Client-Attestation'),
      oauthClientAttestationPop: req.get('OAuth-Client-Attestation-PoP'),
    };
  };
}

/**
 * The URL that the client application used, without its query (RFC 9449 section 4.2), as far as
 * Express's `trust proxy` lets a proxy tell it. `req.host` would not do: that of Express 4 leaves
 * out the port.
 */
function publicUrlOf(req: Request): string {
  const trusts = req.app.get('trust proxy fn') as (address?: string, hop?: number) => boolean;
  const forwarded = trusts(req.socket.remoteAddress, 0) ? req.get('X-Forwarded-Host') : undefined;
  const host = forwarded?.split(',', 1)[0]?.trim() || req.get('Host') || '';
  // A request line may have the whole URL (RFC 9112 section 3.2.2).
  const [path = ''] = req.originalUrl.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1);
  return `${req.protocol}://${host}${path}`;
}
