import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

// The project's server, by `main` of its package.json.
const { start } = await import(createRequire(import.meta.url).resolve('.'));

const CONTENT = Buffer.from(
  '{"error_description":"[A067301] The credentials (username & password) passed to the token ' +
    'endpoint are invalid.","error":"invalid_request",' +
    '"error_uri":"https://docs.authlete.com/#A067301"}',
);

const { urls, emulator, close } = await start();
const grant = { client_id: '26478243745571', username: 'john', password: 'wrong' };
const body = new URLSearchParams({ grant_type: 'password', ...grant });

for (const url of urls) {
  const answer = await fetch(url, { method: 'POST', body });
  assert.equal(answer.status, 400);
  const header = (name) => answer.headers.get(name);
  assert.equal(header('content-type'), 'application/json');
  assert.equal(header('cache-control'), 'no-store');
  assert.equal(header('pragma'), 'no-cache');
  assert.equal(header('content-length'), String(CONTENT.length));
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), CONTENT);
}

assert.equal(emulator.journal.calls({ api: '/auth/token/fail' }).length, urls.length);
assert.equal(emulator.openTickets(), 0);

// Nothing else keeps the process alive: it ends by itself.
await close();
