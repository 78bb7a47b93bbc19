import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// What the README says for an empty folder, with its server, its command and its curl line.
const README = readFileSync('node_modules/express-authlete-token-fail/README.md', 'utf8');
const [, server] = /^```ts\n([^]*?)^```/m.exec(README);
const [, fields] = /^curl -i http:\/\/127\.0\.0\.1:3000\/token -d (.*)$/m.exec(README);
writeFileSync('server.ts', server);

const children = [];
const start = (args, env) => {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
};

/** A port where nothing listens: the README's server does not say where it does. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}

/** Sends the curl line, once somebody listens. */
async function answerTo(url, changes = {}) {
  const body = new URLSearchParams(fields.replaceAll(' -d ', '&'));
  for (const [name, value] of Object.entries(changes)) body.set(name, value);
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetch(url, { method: 'POST', body });
    } catch (error) {
      if (attempt > 300) throw error;
      await sleep(100);
    }
  }
}

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
  const PORT = String(await freePort());
  start(['--import', 'tsx', 'server.ts'], { ...process.env, ...exported, PORT });

  const url = `http://127.0.0.1:${PORT}/token`;
  const wrong = await answerTo(url);
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /\[A067301\]/);
  assert.equal((await answerTo(url, { password: 'open-sesame' })).status, 200);
} finally {
  for (const child of children) child.kill();
}
