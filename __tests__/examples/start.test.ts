import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { cleanUp } from '../support/cleanup';
import { runToEnd } from '../support/examples/playground';
import { runExample } from '../support/examples/start-script';

describe('an example that starts', () => {
  it('says how to choose another port where npm start finds the port in use, and ends', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    cleanUp(() => other.close());
    const { port } = other.address() as AddressInfo;
    const { exitCode, errors } = await runToEnd(['npm', 'start'], { PORT: String(port) });
    expect(exitCode).toBe(1);
    expect(errors).toContain(`Port ${port} is already in use. Choose another one:`);
    expect(errors).toContain(`  PORT=${port + 1} npm start\n`);
    expect(errors).not.toContain('    at ');
  });

  it.each(['abc', '65536'])('says what is wrong with port %s, and ends', async (port) => {
    const script = 'examples/quickstart/start.ts';
    const command = [process.execPath, '--import', 'tsx', script] as const;
    const env = { PORT: port, npm_lifecycle_event: undefined };
    const { exitCode, errors } = await runToEnd(command, env);
    expect(exitCode).toBe(1);
    expect(errors).toMatch(/^Port .* is not a port\. Choose another one:$/m);
    expect(errors).toContain(`  PORT=3001 npx tsx ${script}\n`);
  });

  it('ends though a browser has a connection open that it does not use', async () => {
    const { page = '', stop } = await runExample('playground');
    const socket = connect(Number(new URL(page).port), '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    expect(await stop('SIGINT')).toBe(0);
    await closed;
  });
});
