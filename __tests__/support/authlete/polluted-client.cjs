// A process of its own: calls Authlete with a polluted Object.prototype, once for each name and value,
// and prints those with which a call failed. Jest's own realm has an Object.prototype of its own, which
// Node's modules do not see. The package is a build, as it is published: tsx would not load it.
'use strict';

/**
 * @type {{
 *   package: string, baseUrl: string, names: string[],
 *   beforeLoading: boolean, appAxios: boolean,
 * }}
 */
const settings = JSON.parse(process.argv[2] ?? '');

const VALUES = [1, true, 'x', {}];

function pollute(name, value) {
  const field = { __proto__: null, value, configurable: true, enumerable: true, writable: true };
  Object.defineProperty(Object.prototype, name, field);
}

async function callWith(name, value) {
  if (settings.beforeLoading) pollute(name, value);
  const { createAuthleteClient } = require(settings.package);
  const axios = settings.appAxios ? require('axios').create() : undefined;
  pollute(name, value);
  try {
    const { baseUrl } = settings;
    const own = { __proto__: null, baseUrl, serviceId: '1', accessToken: 'token', timeout: 5000 };
    const client = createAuthleteClient({ ...own, ...(axios && { axios }) });
    // Twice, because the second call reuses the connection.
    for (let call = 0; call < 2; call++) {
      const reply = await client.tokenFail({ ticket: 'ticket', reason: 'UNKNOWN' });
      if (reply.action !== 'BAD_REQUEST') return 'an odd reply';
    }
    await client.close();
    return undefined;
  } catch (error) {
    return error.message;
  } finally {
    delete Object.prototype[name];
  }
}

async function main() {
  const failures = [];
  for (const name of settings.names) {
    for (const value of VALUES) {
      const failure = await callWith(name, value);
      if (failure !== undefined) failures.push(`${name} = ${JSON.stringify(value)}: ${failure}`);
    }
  }
  process.stdout.write(JSON.stringify(failures), () => process.exit());
}

void main();
