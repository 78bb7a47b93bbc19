import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { md, pki } from 'node-forge';

/** A certificate with its private key, both as PEM. */
export interface Certificate {
  name: string;
  /** As X509Certificate writes it. */
  pem: string;
  key: string;
}

/** What a certificate is for; by default, for no host, from 2020 to 2049. */
export interface CertificateOptions {
  /** Who signs it; without one it signs itself. */
  issuer?: Certificate;
  /** The DNS name that it is for. */
  host?: string;
  notBefore?: Date;
  notAfter?: Date;
}

let serialNumber = 1;

/** Makes a certificate (RFC 5280 section 4.1), which may issue others. */
export function certificateOf(name: string, options: CertificateOptions = {}): Certificate {
  const { issuer, host, notBefore, notAfter } = options;
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromPem(keys.publicKey);
  certificate.serialNumber = String(serialNumber++).padStart(2, '0');
  certificate.validity.notBefore = notBefore ?? new Date('2020-01-01');
  certificate.validity.notAfter = notAfter ?? new Date('2049-12-31');
  certificate.setSubject([{ name: 'commonName', value: name }]);
  certificate.setIssuer([{ name: 'commonName', value: issuer?.name ?? name }]);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    ...(host === undefined
      ? []
      : [{ name: 'subjectAltName', altNames: [{ type: DNS_NAME, value: host }] }]),
  ]);
  certificate.sign(pki.privateKeyFromPem(issuer?.key ?? keys.privateKey), md.sha256.create());
  const pem = new X509Certificate(pki.certificateToPem(certificate)).toString();
  return { name, pem, key: keys.privateKey };
}

/** The GeneralName of a DNS name (RFC 5280 section 4.2.1.6). */
const DNS_NAME = 2;
