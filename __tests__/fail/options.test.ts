import {
  createAuthleteClient,
  tokenFail,
  type TokenFailOptions,
} from 'express-authlete-token-fail';
import { thrownBy } from '../support/errors/thrown';

const CLIENT_OPTIONS = { serviceId: '715948317', accessToken: 'token' };

const CLIENT = createAuthleteClient(CLIENT_OPTIONS);

describe('the options of tokenFail', () => {
  it('may be a client, or the options to create one', () => {
    expect(tokenFail({ client: CLIENT }).name).toBe('tokenFailMiddleware');
    expect(tokenFail(CLIENT_OPTIONS)).toHaveLength(4);
  });

  it('may have a client with nothing but tokenFail, or a function that returns one', () => {
    const client = { tokenFail: CLIENT.tokenFail };
    expect(tokenFail({ client })).toHaveLength(4);
    expect(tokenFail({ client: () => client })).toHaveLength(4);
  });

  it('may be an instance of a class, whose own fields count', () => {
    class Config {
      readonly serviceId = '715948317';
      readonly accessToken = 'token';
      readonly baseUrl = 'us.authlete.com';
    }
    expect(() => tokenFail(new Config())).toThrow(/^baseUrl must be/);
  });

  it('are not inherited, so that a polluted prototype sets none', () => {
    const polluted = { serviceId: '1', timeout: -1, mapError: 7, baseUrl: 'http://evil.example' };
    const withOptions = Object.assign(Object.create(polluted) as object, CLIENT_OPTIONS);
    expect(tokenFail(withOptions)).toHaveLength(4);
    const withClient = Object.assign(Object.create(polluted) as object, { client: CLIENT });
    expect(tokenFail(withClient)).toHaveLength(4);
  });

  it('may all come from the environment', () => {
    const saved = { ...process.env };
    process.env['AUTHLETE_SERVICE_ID'] = '715948317';
    process.env['AUTHLETE_BEARER'] = 'token';
    try {
      expect(tokenFail()).toHaveLength(4);
    } finally {
      process.env = saved;
    }
  });

  it.each([null, 'options', 7, []])('cannot be %p', (options) => {
    const mount = () => tokenFail(options as unknown as TokenFailOptions);
    expect(thrownBy(mount)).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect(mount).toThrow(/^tokenFail: options must be an object, got /);
  });

  it.each<[string, unknown, string | RegExp]>([
    ['no service ID', { accessToken: 'token' }, /^serviceId is missing/],
    ['an unknown option', { ...CLIENT_OPTIONS, onfail: 1 }, /^tokenFail: unknown option "onfail"/],
    [
      'an option of tokenEndpoint',
      { ...CLIENT_OPTIONS, authenticate: () => null },
      /^tokenFail: unknown option "authenticate"/,
    ],
    [
      'a client beside options for one',
      { client: CLIENT, timeout: 1 },
      'timeout cannot be passed beside client: pass it to createAuthleteClient',
    ],
    [
      'a client that is not one',
      { client: {} },
      'client must be what createAuthleteClient returns, got an object without tokenFail',
    ],
    ['a client that is null', { client: null }, /^client must be .* got null without tokenFail/],
    [
      'a client itself',
      CLIENT,
      'tokenFail got a client instead of options; did you mean { client }?',
    ],
    [
      'a mapError that is not a function',
      { ...CLIENT_OPTIONS, mapError: {} },
      'mapError must be a function, got an object',
    ],
    [
      'an onOutcome that is not a function',
      { ...CLIENT_OPTIONS, onOutcome: 'log' },
      'onOutcome must be a function, got a string',
    ],
    [
      'an onOutcome that is null',
      { ...CLIENT_OPTIONS, onOutcome: null },
      'onOutcome must be a function, got null',
    ],
    [
      'a logger that cannot log errors',
      { ...CLIENT_OPTIONS, logger: { info: () => undefined } },
      "logger must be a logger such as pino's or console, got an object without error",
    ],
  ])('throw for %s', (_what, options, message) => {
    const mount = () => tokenFail(options as TokenFailOptions);
    expect(thrownBy(mount)).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect(mount).toThrow(message);
  });
});
