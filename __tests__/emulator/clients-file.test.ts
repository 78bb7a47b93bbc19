import { readClientsFile } from '../../lib/emulator/clients-file';
import { fileOf, jsonFile } from '../support/json-file';
import { CLIENT_SECRET, expectNoSecretIn, PASSWORD } from '../support/secrets/secrets';
import { snippetsOf, USER_PAGES } from '../support/docs/snippets';
import { thrownBy } from '../support/errors/thrown';

const CLIENT = { clientId: '7', clientSecret: CLIENT_SECRET };
const USER = { username: 'john', password: PASSWORD };

/** Why a file is refused, without the file's name. */
function findComplaint(file: string): string {
  const error = thrownBy(() => readClientsFile(file));
  expectNoSecretIn(error);
  const { message } = error as Error;
  const prefix = `--clients ${JSON.stringify(file)}: `;
  expect(message.slice(0, prefix.length)).toBe(prefix);
  return message.slice(prefix.length);
}

describe('readClientsFile', () => {
  it('accepts an array of clients', () => {
    expect(readClientsFile(jsonFile([CLIENT]))).toEqual({ clients: [CLIENT] });
  });

  it('accepts clients, users, both or neither', () => {
    const { clients, checkUser } = readClientsFile(jsonFile({ clients: [CLIENT], users: [USER] }));
    expect(clients).toEqual([CLIENT]);
    expect(checkUser?.('john', PASSWORD)).toBe('john');
    expect(readClientsFile(jsonFile({ clients: [CLIENT] }))).toEqual({ clients: [CLIENT] });
    expect(readClientsFile(jsonFile({ users: [USER] })).clients).toBeUndefined();
    expect(readClientsFile(jsonFile({}))).toEqual({});
  });

  it('accepts the file that the documentation shows', () => {
    const snippets = USER_PAGES.flatMap((page) => snippetsOf(page, 'json'));
    const { code } = snippets.find((snippet) => snippet.code.includes('"users"')) ?? { code: '' };
    expect(readClientsFile(fileOf(code)).checkUser?.('john', 'open-sesame')).toMatch(/^john/);
  });

  it('accepts a byte order mark', () => {
    expect(readClientsFile(fileOf('\uFEFF[]'))).toEqual({ clients: [] });
  });

  it.each<[unknown, string]>([
    [null, 'the file must be an object, got null'],
    [{ client: [CLIENT] }, 'the file has the unknown field "client"; it takes clients, users'],
    [{ clients: CLIENT }, 'clients must be an array, got an object'],
    [
      [{ clientId: '1' }, { ...CLIENT, clientSecret: 7 }],
      'clients[1].clientSecret must be a non-empty string, got a number',
    ],
    [
      [{ ...CLIENT, secret: CLIENT_SECRET }],
      'clients[0] has the unknown field "secret"; it takes clientId, clientIdAlias, clientSecret',
    ],
    [{ users: USER }, 'users must be an array, got an object'],
    [{ users: [USER, 'john'] }, 'users[1] must be an object, got a string'],
    [
      { users: [{ username: 'john' }] },
      'users[0].password must be a non-empty string, got undefined',
    ],
    [
      { users: [{ ...USER, username: '' }] },
      'users[0].username must be a non-empty string, got an empty string',
    ],
    [
      { users: [{ ...USER, subject: 1 }] },
      'users[0].subject must be a non-empty string, got a number',
    ],
    [
      { users: [{ ...USER, sub: 'x' }] },
      'users[0] has the unknown field "sub"; it takes username, pa',
    ],
    [{ users: [USER, USER] }, 'users[1].username is that of another one'],
  ])('refuses %j and names the field', (content, complaint) => {
    expect(findComplaint(jsonFile(content))).toContain(complaint);
  });

  it('refuses a file that does not exist', () => {
    expect(findComplaint('/no/such/file')).toMatch(/^ENOENT/);
  });
});

describe('a file that is not JSON', () => {
  const PLANTED = `{ "clientSecret": "${CLIENT_SECRET}" }`;

  it.each([
    ['ends too early', `[${PLANTED},\n`, 2, 1],
    ['has a comma too many in an array', `[\n  ${PLANTED},\n]`, 3, 1],
    ['has a comma too many in an object', '[\n  {"clientId": "7",\n   }]', 3, 4],
    ['has a word that JSON has not', `[${PLANTED},\n\n {"clientId": tue}]`, 3, 16],
    ['has a comment', `// PLANTED\n[${PLANTED}]`, 1, 1],
    ['has a name without quotes', `[${PLANTED}, {clientId: "7"}]`, 1, PLANTED.length + 5],
    ['goes on after its end', `[${PLANTED}]\n]`, 2, 1],
    ['is empty', '', 1, 1],
  ])('%s: the error names line and column, and quotes nothing', (_what, text, line, column) => {
    expect(findComplaint(fileOf(text))).toBe(
      `it is not valid JSON from line ${line}, column ${column} on`,
    );
  });
});
