import { TOKEN_FAIL_REASONS } from '../../lib/errors';
import {
  checkTokenFailRequest,
  checkTokenFailResponse,
  checkTokenIssueRequest,
  checkTokenIssueResponse,
  checkTokenRequest,
  checkTokenResponse,
} from '../../lib/schemas/validate';
import { TOKEN_ACTION_NEEDS } from '../../scripts/schemas/token';
import { PASSWORD, TICKET } from '../support/secrets/secrets';

describe('a request of /auth/token/fail', () => {
  it.each(TOKEN_FAIL_REASONS)('may have the reason %s', (reason) => {
    expect(checkTokenFailRequest({ ticket: TICKET, reason })).toBeUndefined();
  });

  it.each([
    ['is null', null, 'must be object'],
    ['is an array', [], 'must be object'],
    ['has no ticket', { reason: 'UNKNOWN' }, "must have required property 'ticket'"],
    [
      'has an empty ticket',
      { ticket: '', reason: 'UNKNOWN' },
      'ticket must NOT have fewer than 1 characters',
    ],
    ['has no reason', { ticket: TICKET }, "must have required property 'reason'"],
    [
      'has an unknown reason',
      { ticket: TICKET, reason: 'BECAUSE' },
      'reason must be equal to one of the allowed values',
    ],
    [
      'has a field that the API does not know',
      { ticket: TICKET, reason: 'UNKNOWN', subject: 'john' },
      'must NOT have additional properties "subject"',
    ],
  ])('is rejected when it %s', (_what, request, problem) => {
    expect(checkTokenFailRequest(request)).toBe(problem);
  });
});

describe('a request of /auth/token/issue', () => {
  it('may have properties', () => {
    const properties = [{ key: 'k', value: 'v', hidden: true }];
    expect(checkTokenIssueRequest({ ticket: TICKET, subject: 'john', properties })).toBeUndefined();
  });

  it('is rejected without a subject', () => {
    expect(checkTokenIssueRequest({ ticket: TICKET, subject: '' })).toMatch(/^subject must/);
  });

  it('is rejected with a malformed property', () => {
    const properties = [{ key: 'k', valeu: 'v' }];
    expect(checkTokenIssueRequest({ ticket: TICKET, subject: 'john', properties })).toBe(
      'properties/0 must NOT have additional properties "valeu"',
    );
  });
});

describe('a request of /auth/token', () => {
  it('may leave optional fields undefined', () => {
    expect(checkTokenRequest({ parameters: 'a=b', clientId: undefined })).toBeUndefined();
  });

  it('may have properties, as a list', () => {
    const properties = [{ key: 'k', value: 'v', hidden: true }, {}];
    expect(checkTokenRequest({ parameters: 'a=b', properties })).toBeUndefined();
    expect(checkTokenRequest({ parameters: 'a=b', properties: { key: 'k' } })).toBe(
      'properties must be array',
    );
    expect(checkTokenRequest({ parameters: 'a=b', properties: [{ kee: 'k' }] })).toBe(
      'properties/0 must NOT have additional properties "kee"',
    );
  });

  it('may have durations in whole seconds', () => {
    expect(checkTokenRequest({ parameters: 'a=b', accessTokenDuration: 3600 })).toBeUndefined();
    expect(checkTokenRequest({ parameters: 'a=b', accessTokenDuration: 0.5 })).toBe(
      'accessTokenDuration must be integer',
    );
  });

  it('has fields of its own only', () => {
    expect(checkTokenRequest(Object.create({ parameters: 'a=b' }))).toBe(
      "must have required property 'parameters'",
    );
  });

  it('is rejected without parameters', () => {
    expect(checkTokenRequest({})).toBe("must have required property 'parameters'");
  });

  it('is rejected with a wrong type, and does not show the value', () => {
    expect(checkTokenRequest({ parameters: { password: PASSWORD } })).toBe(
      'parameters must be string',
    );
  });
});

describe.each([
  ['/auth/token/fail', checkTokenFailResponse, 'BAD_REQUEST'],
  ['/auth/token/issue', checkTokenIssueResponse, 'OK'],
  ['/auth/token', checkTokenResponse, 'OK'],
])('a reply of %s', (_api, check, action) => {
  const reply = { resultCode: 'A1', resultMessage: 'm', action, responseContent: '{}' };

  it('may have unknown fields, and any type in those that are not read', () => {
    expect(check({ ...reply, newField: 1, clientId: 'text', scopes: 7 })).toBeUndefined();
  });

  it('may lack a result code, or have null for it', () => {
    expect(check({ action, responseContent: '{}' })).toBeUndefined();
    expect(check({ ...reply, resultCode: null, resultMessage: null })).toBeUndefined();
  });

  it.each([
    ['action is missing', { action: undefined }],
    ['action is null', { action: null }],
    ['action is unknown', { action: 'LOCATION' }],
    ['action is in another case', { action: action.toLowerCase() }],
    ['action is of the wrong type', { action: [action] }],
    ['responseContent is missing', { responseContent: undefined }],
    ['responseContent is null', { responseContent: null }],
    ['responseContent is empty', { responseContent: '' }],
    ['responseContent is an object', { responseContent: { error: 'x' } }],
    ['resultCode is a number', { resultCode: 1 }],
  ])('is rejected when %s', (_what, change) => {
    expect(check({ ...reply, ...change })).toMatch(/^(action|responseContent|resultCode|must)/);
  });

  it.each([null, [], 'text', 1, true])('is rejected when it is %p', (value) => {
    expect(check(value)).toBe('must be object');
  });
});

describe('a reply of /auth/token', () => {
  const fields = { responseContent: '{}', username: 'u', password: 'p', ticket: 't' };

  it.each(Object.entries(TOKEN_ACTION_NEEDS))('with action %s needs %p', (action, needed) => {
    expect(checkTokenResponse({ ...fields, action })).toBeUndefined();
    for (const field of needed) {
      for (const missing of [undefined, null]) {
        expect(checkTokenResponse({ ...fields, action, [field]: missing })).toContain(field);
      }
    }
  });

  it('may lack what only another action needs', () => {
    for (const action of ['TOKEN_EXCHANGE', 'JWT_BEARER', 'NATIVE_SSO']) {
      expect(checkTokenResponse({ action })).toBeUndefined();
    }
  });

  it('with action PASSWORD may have an empty username or password, but no empty ticket', () => {
    const reply = { action: 'PASSWORD', username: '', password: '', ticket: 't' };
    expect(checkTokenResponse(reply)).toBeUndefined();
    expect(checkTokenResponse({ ...reply, ticket: '' })).toMatch(/^ticket must/);
  });

  it('may have null in fields that its action does not need', () => {
    const reply = { action: 'OK', responseContent: '{}', ticket: null, username: null };
    expect(checkTokenResponse(reply)).toBeUndefined();
  });
});
