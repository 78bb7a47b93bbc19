import { classifyThrown, createFailure, FAILURE_KINDS } from '../../lib/authlete/failures';

describe('classifyThrown', () => {
  it.each<[keyof typeof FAILURE_KINDS, string, string | undefined]>([
    ['unreachable', 'ECONNREFUSED', 'connect'],
    // Of several addresses of a name, none could be reached: Node's AggregateError has no syscall.
    ['unreachable', 'ECONNREFUSED', undefined],
    ['unreachable', 'ENOTFOUND', 'getaddrinfo'],
    ['unreachable', 'EAI_AGAIN', 'getaddrinfo'],
    ['unreachable', 'EADDRNOTAVAIL', 'connect'],
    ['unreachable', 'EHOSTUNREACH', 'connect'],
    ['unreachable', 'ENETUNREACH', 'connect'],
    ['unreachable', 'EHOSTDOWN', 'connect'],
    ['unreachable', 'ENETDOWN', 'connect'],
    ['unreachable', 'ETIMEDOUT', 'connect'],
    ['noSocket', 'EMFILE', 'connect'],
    ['noSocket', 'ENFILE', 'connect'],
    ['noSocket', 'EMFILE', 'getaddrinfo'],
    ['connectionLost', 'EHOSTUNREACH', 'read'],
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
    ['notSent', 'ECONNRESET', 'write'],
    ['connectionLost', 'ECONNRESET', 'read'],
    ['connectionLost', 'ECONNRESET', undefined],
    ['connectionLost', 'ERR_BAD_RESPONSE', undefined],
    ['malformedResponse', 'HPE_INVALID_CONSTANT', undefined],
    ['connectionLost', 'whatever', undefined],
    ['connectionLost', '', undefined],
  ])('is %s for %s of %p', (name, code, syscall) => {
    expect(classifyThrown({ code, syscall })).toBe(FAILURE_KINDS[name]);
  });

  it('tells a reused connection that was closed from a new one', () => {
    const { staleConnection, connectionLost, notSent, unreachable } = FAILURE_KINDS;
    const reused = { reusedSocket: true };
    expect(classifyThrown({ code: 'ECONNRESET', ...reused })).toBe(staleConnection);
    expect(classifyThrown(reused)).toBe(staleConnection);
    expect(classifyThrown({ code: 'ECONNRESET', reusedSocket: 'yes' })).toBe(connectionLost);
    expect(classifyThrown({ code: 'EPIPE', ...reused })).toBe(notSent);
    expect(classifyThrown({ code: 'ECONNREFUSED', ...reused })).toBe(unreachable);
  });

  it.each([undefined, null, 7, {}, ['ECONNREFUSED']])('says little about the code %p', (code) => {
    expect(classifyThrown({ code })).toBe(FAILURE_KINDS.connectionLost);
  });
});

describe('FAILURE_KINDS', () => {
  const names = Object.entries(FAILURE_KINDS);

  it('lets a call be sent again for these only', () => {
    expect(names.filter(([, kind]) => kind.safeToRetry).map(([name]) => name)).toEqual([
      'unreachable',
      'noSocket',
      'certificate',
      'notSent',
      'throttled',
      'unavailable',
    ]);
  });

  it('takes Authlete for neither up nor down for these only', () => {
    const isUnknown = ([, { health }]: (typeof names)[number]) => health === 'unknown';
    expect(names.filter(isUnknown).map(([name]) => name)).toEqual([
      'noSocket',
      'notSent',
      'staleConnection',
      'throttled',
    ]);
  });

  it('takes Authlete for up for one only', () => {
    const isUp = ([, { health }]: (typeof names)[number]) => health === 'up';
    expect(names.filter(isUp).map(([name]) => name)).toEqual(['rejected']);
  });
});

describe('createFailure', () => {
  it('names the API, and what went wrong', () => {
    expect(createFailure(FAILURE_KINDS.throttled, '/auth/token').error).toMatchObject({
      name: 'AuthleteApiError',
      code: 'ERR_ATF_THROTTLED',
      api: '/auth/token',
      message: '/auth/token: Authlete throttles calls',
    });
    const { kind, error } = createFailure(FAILURE_KINDS.tls, '/auth/token/fail', 'No TLS');
    expect(kind).toBe(FAILURE_KINDS.tls);
    expect(error.message).toBe('/auth/token/fail: No TLS');
  });
});
