'use strict';

const { once } = require('node:events');
const express = require('express');
const { createAuthleteClient, tokenEndpoint } = require('express-authlete-token-fail');
const { createAuthleteEmulator } = require('express-authlete-token-fail/emulator');

/** Starts a token endpoint, and the emulator that it asks. */
module.exports.start = async () => {
  const emulator = createAuthleteEmulator({ onNotice: () => undefined });
  const { serviceId, accessToken } = emulator;
  const authlete = await emulator.listen();
  const client = createAuthleteClient({ baseUrl: authlete.url, serviceId, accessToken });

  const app = express();
  app.post('/token', tokenEndpoint({ client, authenticate: async () => null }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const close = async () => {
    server.close();
    server.closeAllConnections();
    await client.close();
    await authlete.close();
  };
  return { urls: [`http://127.0.0.1:${server.address().port}/token`], emulator, close };
};
