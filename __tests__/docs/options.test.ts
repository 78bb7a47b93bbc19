import { APIS } from '../../lib/authlete/apis';
import {
  FAILURE_RATE,
  MINIMUM_CALLS,
  RESET_TIMEOUT,
  WINDOW_CALLS,
  WINDOW_TIME,
} from '../../lib/authlete/circuit-breaker';
import { CLIENT_OPTION_NAMES, resolveClientOptions } from '../../lib/authlete/client-options';
import { ENDPOINT_OPTION_NAMES, resolveEndpointOptions } from '../../lib/endpoint/options';
import { ISSUE_REQUEST_FIELDS, TOKEN_REQUEST_FIELDS } from '../../lib/endpoint/request-fields';
import { readPage } from '../support/docs/snippets';

const COMMON_NAMES = ['client', 'mapError', 'onOutcome', 'logger'];

/** The first two cells of each row of a page's tables. */
function listRows(page: string): [first: string, second: string][] {
  const rows = [...readPage(page).matchAll(/^\| ([^|]+?) +\| ([^|]+?) +\|/gm)];
  return rows.map(([, first = '', second = '']) => [first, second]);
}

/** What a page's tables have in the first column, in backticks. */
function listNames(page: string): string[] {
  return listRows(page).flatMap(([first]) => first.match(/(?<=`)\w+(?=`)/g) ?? []);
}

/** What a page's tables say of names, such as `maxConcurrent`. */
function readDefaults(page: string, names: readonly string[]): Record<string, string> {
  const defaults: Record<string, string> = {};
  for (const [first, second] of listRows(page)) {
    const values = second.replaceAll('`', '').split(', ');
    const row = first.match(/(?<=`)\w+(?=`)/g) ?? [];
    row.forEach((name, index) => {
      // The first table is that of the options.
      if (names.includes(name)) defaults[name] ??= values[index] ?? '';
    });
  }
  return defaults;
}

const GIVEN = { serviceId: '1', accessToken: 'token' };
const { timeout, maxConcurrent, maxQueued, apiVersion } = resolveClientOptions(GIVEN, {});
const CLIENT_DEFAULTS = { timeout, maxConcurrent, maxQueued, apiVersion };
const { authenticateTimeout, bodyLimit, realm } = resolveEndpointOptions({
  ...GIVEN,
  authenticate: () => null,
});
const ENDPOINT_DEFAULTS = { authenticateTimeout, bodyLimit, realm };

const asText = (defaults: object): Record<string, string> =>
  Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, String(value)]));

describe('the option tables', () => {
  it('of the README have every option', () => {
    expect(listNames('README.md')).toEqual(
      expect.arrayContaining([...CLIENT_OPTION_NAMES, ...COMMON_NAMES, ...ENDPOINT_OPTION_NAMES]),
    );
  });

  it('of docs/token-endpoint.md have every option of the endpoint', () => {
    const names = listNames('docs/token-endpoint.md');
    expect(names).toEqual(expect.arrayContaining([...COMMON_NAMES, ...ENDPOINT_OPTION_NAMES]));
  });

  it('of docs/token-endpoint.md have every further field', () => {
    const names = listNames('docs/token-endpoint.md');
    expect(names).toEqual(expect.arrayContaining([...TOKEN_REQUEST_FIELDS.fields]));
    const rows = listRows('docs/token-endpoint.md');
    for (const field of ISSUE_REQUEST_FIELDS.fields) {
      expect(rows.find(([first]) => first.includes(`\`${field}\``))?.[1]).toBe('yes');
    }
  });

  it('have the defaults that there are', () => {
    const defaults = { ...CLIENT_DEFAULTS, ...ENDPOINT_DEFAULTS };
    expect(readDefaults('README.md', Object.keys(defaults))).toEqual(asText(defaults));
    expect(readDefaults('docs/token-endpoint.md', Object.keys(ENDPOINT_DEFAULTS))).toEqual(
      asText(ENDPOINT_DEFAULTS),
    );
  });
});

describe('docs/when-authlete-is-down.md', () => {
  const page = readPage('docs/when-authlete-is-down.md').replace(/ +/g, ' ');

  it('has the numbers of the circuit breaker', () => {
    const second = page.slice(page.indexOf('## The circuit breaker'), page.indexOf('## Large'));
    for (const number of [
      `${FAILURE_RATE * 100} %`,
      `| ${WINDOW_CALLS} |`,
      `${WINDOW_TIME / 1000} seconds`,
      `| ${MINIMUM_CALLS} |`,
      `${RESET_TIMEOUT / 1000} second |`,
    ]) {
      expect(second).toContain(number);
    }
  });

  it('has the limits of calls and replies', () => {
    expect(page).toContain(`${maxConcurrent} calls are in flight at most`);
    expect(page).toContain(`${maxQueued} wait`);
    for (const { path, maxReplyBytes } of APIS) {
      const row = page.split('\n').find((line) => line.startsWith('| `') && line.includes(path));
      expect(row).toContain(`${maxReplyBytes / 1024} KiB`);
    }
  });
});
