import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { describeType } from '../authlete/option-checks.js';
import { createResultError, requireFromApp } from './callback.js';
import type { TokenRequestContext } from './context.js';

/**
 * Returns the certificates for mutual TLS (RFC 8705) in PEM, the client's own first: what the app's
 * function returns, or those of the connection. Authlete decides whether they are good; a self-signed
 * one may be.
 *
 * @throws CallbackError if the app's function throws, is late, or returns something else
 */
export async function getClientCertificates(
  context: TokenRequestContext,
): Promise<readonly string[]> {
  const { options, req } = context;
  const { clientCertificate } = options;
  if (!clientCertificate) return getConnectionCertificates(req.socket);
  const name = 'clientCertificate';
  const given: unknown = await requireFromApp(context, name, () => clientCertificate(req));
  const certificates: unknown = typeof given === 'string' ? [given] : (given ?? []);
  if (!Array.isArray(certificates) || !certificates.every((one) => typeof one === 'string')) {
    const wanted = 'must return PEM: a string, an array of strings, or nothing';
    throw createResultError(name, `${wanted}; it returned ${describeType(given)}`);
  }
  return certificates;
}

function getConnectionCertificates(socket: Socket): string[] {
  const certificates: string[] = [];
  const seen = new Set<DetailedPeerCertificate>();
  let certificate = (socket as Partial<TLSSocket>).getPeerCertificate?.(true);
  // The last one of a chain names itself as its issuer; without a client certificate there is no
  // `raw`.
  while (certificate?.raw && !seen.has(certificate)) {
    seen.add(certificate);
    certificates.push(new X509Certificate(certificate.raw).toString());
    certificate = certificate.issuerCertificate;
  }
  return certificates;
}
