import { FAILURE_KINDS, failureKindOf } from '../lib/failures';

describe('failureKindOf', () => {
  it.each<[keyof typeof FAILURE_KINDS, string, unknown]>([
    ['unreachable', 'ECONNREFUSED', 'connect'],
    // Of several addresses of a name, none could be reached: Node's AggregateError has no syscall.
    ['unreachable', 'ECONNREFUSED', undefined],
    ['unreachable', 'ENOTFOUND', 'getaddrinfo'],
    ['unreachable', 'EAI_AGAIN', 'getaddrinfo'],
    ['unreachable', 'EADDRNOTAVAIL', 'connect'],
    ['unreachable', 'EHOSTUNREACH', 'connect'],
    ['unreachable', 'ENETDOWN', 'connect'],
    ['unreachable', 'ETIMEDOUT', 'connect'],
    ['lost', 'EHOSTUNREACH', 'read'],
    ['timedOut', 'ETIMEDOUT', 'read'],
    ['timedOut', 'ECONNABORTED', undefined],
    ['certificate', 'CERT_HAS_EXPIRED', undefined],
    ['certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', undefined],
    ['certificate', 'SELF_SIGNED_CERT_IN_CHAIN', undefined],
    ['certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', undefined],
    ['certificate', 'ERR_TLS_CERT_ALTNAME_INVALID', undefined],
    ['tls', 'EPROTO', 'write'],
    ['tls', 'ERR_SSL_WRONG_VERSION_NUMBER', undefined],
    ['tls', 'ERR_TLS_HANDSHAKE_TIMEOUT', undefined],
    ['notSent', 'EPIPE', 'write'],
    ['lost', 'ECONNRESET', 'read'],
    ['lost', 'ERR_BAD_RESPONSE', undefined],
    ['garbled', 'HPE_INVALID_CONSTANT', undefined],
    ['garbled', 'Z_DATA_ERROR', undefined],
    ['garbled', 'ERR_BROTLI_DECODER_ERROR_1', undefined],
    ['lost', 'whatever', undefined],
  ])('is %s for %s of %p', (name, code, syscall) => {
    expect(failureKindOf(code, syscall)).toBe(FAILURE_KINDS[name]);
  });

  it('lets a call be repeated for these kinds only', () => {
    const repeated = Object.entries(FAILURE_KINDS)
      .filter(([, { processed }]) => processed === 'surely not')
      .map(([name]) => name);
    expect(repeated).toEqual(['unreachable', 'certificate', 'notSent', 'turnedAway']);
  });
});
