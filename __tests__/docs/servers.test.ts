import { startServer } from '../support/docs/run';
import {
  findMissingPackages,
  type Snippet,
  snippetsOf,
  USER_PAGES,
} from '../support/docs/snippets';

/** They need something else, or answer something else: see special-servers.test.ts. */
const SPECIAL = [
  'authlete-2.3.mjs',
  'basic-check.mjs',
  'brute-force-redis.mjs',
  'mutual-tls.mjs',
  'native-sso.mjs',
  'outgoing-proxy.mjs',
  'tenants.mjs',
];

const SERVERS = USER_PAGES.flatMap((page) => snippetsOf(page, 'js'))
  .filter(({ file, page }) => file !== undefined || page === 'README.md')
  .filter(({ code }) => code.includes('app.listen('))
  .filter(({ file = '' }) => !SPECIAL.includes(file));

const isRunnable = (snippet: Snippet) => findMissingPackages(snippet).length === 0;
const describeServer = ({ page, file, line }: Snippet) => `${page}: ${file ?? `line ${line}`}`;

describe('the server of', () => {
  it.each(SERVERS.filter(isRunnable).map((server) => [describeServer(server), server] as const))(
    '%s answers a wrong password and the right one, and leaves no ticket open',
    async (_name, server) => {
      const { emulator, grant, stop } = await startServer(server);
      const wrong = await grant('wrong');
      expect([wrong.status, await wrong.json()]).toEqual([
        400,
        expect.objectContaining({ error: 'invalid_request' }),
      ]);
      const right = await grant('open-sesame');
      expect([right.status, await right.json()]).toEqual([
        200,
        expect.objectContaining({ token_type: 'Bearer' }),
      ]);
      expect(emulator.openTickets()).toBe(0);
      expect((await stop()).stderr).toBe('');
    },
  );

  const incomplete = SERVERS.filter((server) => !isRunnable(server)).map(describeServer);
  // `npm install --no-save cors express-rate-limit pino-http` makes them run.
  for (const name of incomplete)
    it.skip(`${name} needs a package that is not installed`, () => undefined);
});
