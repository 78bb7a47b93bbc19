import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pickCases } from '../support/matrix';
import { buildPackage } from '../support/package/build';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';

const SCRIPT = join(__dirname, '../support/authlete/polluted-client.cjs');

/** Fields of requests and replies, options of the client, of axios, and of its configuration. */
const PACKAGE_NAMES = (
  'x ticket reason subject parameters properties clientId clientSecret hidden action responseContent ' +
  'resultCode resultMessage additional instancePath parentData rootData serviceId accessToken baseUrl ' +
  'maxConcurrent maxQueued apiKey apiSecret apiVersion axios reply failure error problem ' +
  'retryAfter secrets authorization'
).split(' ');

const AXIOS_NAMES = (
  'adapter auth baseURL beforeRedirect cancelToken data decompress env formSerializer headers httpAgent ' +
  'httpsAgent maxBodyLength maxContentLength maxRate maxRedirects method onDownloadProgress ' +
  'onUploadProgress params proxy responseEncoding responseType transformRequest transformResponse ' +
  'transitional transport url validateStatus withCredentials xsrfCookieName'
).split(' ');

/**
 * Options of node:http, node:net and streams. A few others break Node itself: `signal`, `encoding`, and
 * the names of events, such as `timeout`.
 */
const NODE_NAMES = (
  'agent allowHalfOpen autoDestroy autoSelectFamily construct createConnection defaultPort destroy family ' +
  'fd final handle highWaterMark hints host hostname insecureHTTPParser joinDuplicateHeaders keepAlive ' +
  'localAddress localPort lookup maxHeaderSize noDelay objectMode onread path port protocol read ' +
  'readableHighWaterMark setHost socketPath uniqueHeaders writable writableHighWaterMark write writev'
).split(' ');

/** What the script is told besides the package and the base URL. */
interface Pollution {
  names: readonly string[];
  /** Whether the first name is there before the package is loaded. Default: false. */
  beforeLoading?: boolean;
  /** Whether calls go over an axios instance of the app's. Default: false. */
  appAxios?: boolean;
}

let packageFile: string;

beforeAll(() => {
  packageFile = buildPackage();
});

/** Runs the script; returns the names and values with which a call failed. */
async function findFailures(pollution: Pollution): Promise<string[]> {
  const { url: baseUrl } = await startJsonUpstream(FAIL_REPLY);
  const settings = { beforeLoading: false, appAxios: false, ...pollution };
  const argument = JSON.stringify({ ...settings, package: packageFile, baseUrl });
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, argument]);
  return JSON.parse(stdout) as string[];
}

describe('with Object.prototype polluted after the package was loaded, calls succeed', () => {
  it.each([
    ['the package and Ajv', PACKAGE_NAMES],
    ['axios', AXIOS_NAMES],
    ['Node', NODE_NAMES],
  ])('for every name that %s reads', async (_who, names) => {
    expect(await findFailures({ names })).toEqual([]);
  });

  it('for every name that the package and axios read, with an axios instance of the app', async () => {
    const names = [...PACKAGE_NAMES, ...AXIOS_NAMES];
    expect(await findFailures({ names, appAxios: true })).toEqual([]);
  });
});

describe('with Object.prototype polluted before the package is loaded, calls succeed', () => {
  it.each(pickCases(PACKAGE_NAMES))('by %s', async (name) => {
    expect(await findFailures({ names: [name], beforeLoading: true })).toEqual([]);
  });
});
