import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// The apps of the README, as they are but for the port, with the emulator's command.
const README = readFileSync('node_modules/express-authlete-token-fail/README.md', 'utf8');
const apps = [...README.matchAll(/^```js\n([^]*?)^```/gm)].map(([, code]) => code);
assert.equal(apps.length, 2);
const PORT = 'app.listen(3000)';

const EXPRESS = createRequire(import.meta.url)('express/package.json').version;
// Express 4 does not catch what an async route throws, as the README says.
const runnable = apps.filter((code) => !EXPRESS.startsWith('4.') || code.includes('tokenEndpoint'));
assert.notEqual(runnable.length, 0);

const children = [];
const start = (args, env) => {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
};

/** A port on which nothing listens: an app of the README does not print its own. */
async function findFreePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}

/** Sends a password grant, once somebody listens. */
async function send(url, password) {
  const user = { username: 'john', password };
  const body = new URLSearchParams({ grant_type: 'password', client_id: CLIENT_ID, ...user });
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetch(url, { method: 'POST', body });
    } catch (error) {
      if (attempt > 300) throw error;
      await sleep(100);
    }
  }
}

const CLIENT_ID = '26478243745571';

try {
  const emulator = start(['node_modules/.bin/authlete-emulator', '--port', '0'], process.env);
  let printed = '';
  for await (const chunk of emulator.stdout) {
    printed += chunk;
    if (/AUTHLETE_BEARER=.*\n/.test(printed)) break;
  }
  const exported = Object.fromEntries(
    [...printed.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  for (const [at, code] of runnable.entries()) {
    assert.ok(code.includes(PORT));
    const port = await findFreePort();
    writeFileSync(`app-${at}.js`, code.replace(PORT, `app.listen(${port})`));
    start([`app-${at}.js`], { ...process.env, ...exported });

    const url = `http://127.0.0.1:${port}/token`;
    const wrong = await send(url, 'wrong');
    assert.equal(wrong.status, 400);
    assert.match(await wrong.text(), /\[A067301\]/);
    const right = await send(url, 'open-sesame');
    assert.equal(right.status, 200);
    assert.ok((await right.json()).access_token);
  }
} finally {
  for (const child of children) child.kill();
}
