import { once } from 'node:events';
import { createRequire } from 'node:module';
import express from 'express';
import { createAuthleteClient, tokenEndpoint, tokenFail } from 'express-authlete-token-fail';
import { createAuthleteEmulator } from 'express-authlete-token-fail/emulator';

// A part of the app that is still CommonJS has the package's other build: its errors count too.
const require = createRequire(import.meta.url);
const { InvalidResourceOwnerCredentialsError } = require('express-authlete-token-fail');

/** Starts an app with two token endpoints, and the emulator that they ask. */
export async function start() {
  const emulator = createAuthleteEmulator({ onNotice: () => undefined });
  const { serviceId, accessToken } = emulator;
  const authlete = await emulator.listen();
  const client = createAuthleteClient({ baseUrl: authlete.url, serviceId, accessToken });

  const authenticate = async (_username, _password, { ticket }) => {
    throw new InvalidResourceOwnerCredentialsError(ticket);
  };
  const app = express();
  app.post('/token', tokenEndpoint({ client, authenticate }));
  app.post('/own/token', express.text({ type: '*/*' }), (req, _res, next) => {
    client
      .token({ parameters: req.body })
      .then(({ ticket }) => next(new InvalidResourceOwnerCredentialsError(ticket)))
      .catch(next);
  });
  app.use(tokenFail({ client }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const close = async () => {
    server.close();
    server.closeAllConnections();
    await client.close();
    await authlete.close();
  };
  const url = `http://127.0.0.1:${server.address().port}`;
  return { urls: [`${url}/token`, `${url}/own/token`], emulator, close };
}
