import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { ResolvedEndpointOptions } from './endpoint-options.js';
import { HostFunctionError } from './errors.js';
import type { Exchange } from './exchange.js';
import { requireFromHost } from './host-call.js';
import { kindOf } from './redact.js';

/**
 * The certificates for mutual TLS (RFC 8705) in PEM, the client's own first: what the host's function
 * gives, or those of the connection. Whether one is good is for Authlete to say; a self-signed one
 * may be.
 *
 * @throws HostFunctionError if the host's function throws, is late, or gives something else
 */
export async function clientCertificatesOf(exchange: Exchange): Promise<readonly string[]> {
  const { settings, req, gone } = exchange;
  const { clientCertificate } = settings;
  if (!clientCertificate) return certificatesOfConnection(req.socket);
  const given: unknown = await requireFromHost(hostCall(settings, gone), () =>
    clientCertificate(req),
  );
  const certificates: unknown = typeof given === 'string' ? [given] : (given ?? []);
  if (!Array.isArray(certificates) || !certificates.every((one) => typeof one === 'string')) {
    throw new HostFunctionError(
      'ERR_ATF_HOST_RESULT',
      `clientCertificate must give PEM: a string, an array of strings, or nothing; it gave ${kindOf(given)}`,
    );
  }
  return certificates;
}

function hostCall({ authenticateTimeout }: ResolvedEndpointOptions, gone: AbortSignal) {
  return { name: 'clientCertificate', timeout: authenticateTimeout, gone };
}

function certificatesOfConnection(socket: Socket): string[] {
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
