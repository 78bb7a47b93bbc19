import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { TOKEN_FAIL_REASONS } from '../../lib/errors';
import { TOKEN_FAIL_REQUEST, TOKEN_FAIL_RESPONSE } from '../../scripts/schemas/token-fail';
import { TOKEN_ISSUE_REQUEST, TOKEN_ISSUE_RESPONSE } from '../../scripts/schemas/token-issue';
import { TOKEN_REQUEST, TOKEN_RESPONSE } from '../../scripts/schemas/token';
import facts from '../fixtures/authlete-token-api-facts.json';
import { type ApiFacts, readFacts } from '../support/schemas/api-facts';

const API_DESCRIPTION = join(__dirname, '../../../shared/api/authlete-token-api.openapi.yaml');

/** Reasons that the published API description (3.0.16) does not list yet. */
const NEWER_REASONS = ['INVALID_CLIENT', 'UNAUTHORIZED_CLIENT', 'INVALID_SCOPE'];

/**
 * Version 3.0.16, corrected in one field: it says that `properties` of `/auth/token` is a string, but
 * the API takes a list, as Authlete's Java, Go and Ruby libraries send it.
 */
const published: Record<string, ApiFacts> = facts.schemas;
const ours = readFacts({
  token_request: TOKEN_REQUEST,
  token_response: TOKEN_RESPONSE,
  token_issue_request: TOKEN_ISSUE_REQUEST,
  token_issue_response: TOKEN_ISSUE_RESPONSE,
  token_fail_request: TOKEN_FAIL_REQUEST,
  token_fail_response: TOKEN_FAIL_RESPONSE,
});

describe('the schemas agree with the published API description', () => {
  it.each(['token_request', 'token_issue_request'])(
    'in the fields, types, enums and required fields of %s',
    (name) => {
      expect(ours[name]).toEqual(published[name]);
    },
  );

  it.each(['token_issue_response', 'token_fail_response'])(
    'in the fields, types and enums of %s',
    (name) => {
      expect(ours[name]?.fields).toEqual(published[name]?.fields);
    },
  );

  it('in the fields, types and enums of token_response, but for a newer field', () => {
    expect(ours['token_response']?.fields).toEqual({
      ...published['token_response']?.fields,
      attestationChallenge: 'string',
    });
  });

  it('in token_fail_request, but for three newer reasons', () => {
    const { required, fields } = published['token_fail_request'] ?? { required: [], fields: {} };
    expect(ours['token_fail_request']?.required).toEqual(required);
    expect(ours['token_fail_request']?.fields['ticket']).toBe(fields['ticket']);
    const publishedReasons = fields['reason']?.split('|') ?? [];
    expect([...TOKEN_FAIL_REASONS].sort()).toEqual([...publishedReasons, ...NEWER_REASONS].sort());
  });
});

describe('the fixture of the API description', () => {
  const present = existsSync(API_DESCRIPTION);

  (present ? it : it.skip)(
    'agrees with the API description beside the project, if that is there',
    () => {
      const { info, components } = parse(readFileSync(API_DESCRIPTION, 'utf8')) as {
        info: { version: string };
        components: { schemas: Record<string, object> };
      };
      expect(facts.version).toBe(info.version);
      expect(readFacts(components.schemas)).toMatchObject(published);
    },
  );
});
