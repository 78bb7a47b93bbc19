import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAuthleteClient } from 'express-authlete-token-fail';
import { createAuthleteEmulator } from 'express-authlete-token-fail/emulator';
import { createServer } from './server.js';
import { createUserStore } from './users.js';

const CLIENT_ID = '26478243745571';

async function start(): Promise<void> {
  const emulator = createAuthleteEmulator({ clients: [{ clientId: CLIENT_ID }] });
  const { url: baseUrl } = await emulator.listen();

  const users = createUserStore();
  await users.add('john', 'open-sesame', 'john-1');

  const { serviceId, accessToken } = emulator;
  const client = createAuthleteClient({ baseUrl, serviceId, accessToken });
  const server = createServer(client, users).listen(
    Number(process.env['PORT'] ?? 3000),
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const curl = (password: string): string =>
    `curl -i http://127.0.0.1:${port}/token -d grant_type=password -d client_id=${CLIENT_ID} ` +
    `-d username=john -d password=${password}`;
  console.log(`\nA wrong password (400):\n\n  ${curl('wrong')}`);
  console.log(`\nThe right one (200):\n\n  ${curl('open-sesame')}\n`);
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
