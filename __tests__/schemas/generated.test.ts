import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { TokenFailRequest, TokenRequest, TokenResponse } from 'express-authlete-token-fail';
import { GENERATED_FILES } from '../../scripts/schemas/generate';

describe('a generated file', () => {
  it.each(GENERATED_FILES.map((generated) => [basename(generated.file), generated] as const))(
    'is what the schemas give: %s',
    (_name, { file, generate }) => {
      // Otherwise: npm run schemas
      expect(readFileSync(file, 'utf8')).toBe(generate());
    },
  );
});

describe('the generated types', () => {
  it('say which fields a reply has, once its action is known', () => {
    const read = (reply: TokenResponse): string => {
      // @ts-expect-error -- it is there only with the action PASSWORD
      const early: string = reply.ticket;
      if (reply.action === 'PASSWORD') return `${reply.username}:${reply.password}:${reply.ticket}`;
      if (reply.action === 'OK') return reply.responseContent;
      return early;
    };
    const ticket = { action: 'PASSWORD', username: 'a', password: 'b', ticket: 'c' } as const;
    expect(read(ticket)).toBe('a:b:c');
    expect(read({ action: 'OK', responseContent: '{}' })).toBe('{}');
  });

  it('let an optional field of a request be undefined, and require the others', () => {
    const request: TokenRequest = {
      parameters: '',
      clientId: undefined,
      properties: [{ key: 'k' }],
    };
    // @ts-expect-error -- the reason is missing
    const incomplete: TokenFailRequest = { ticket: 'a' };
    // @ts-expect-error -- there is no such reason
    const unknown: TokenFailRequest = { ticket: 'a', reason: 'BECAUSE' };
    expect([request, incomplete, unknown]).toHaveLength(3);
  });
});
