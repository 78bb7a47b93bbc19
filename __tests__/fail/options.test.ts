import { createAuthleteClient, tokenFail } from 'express-authlete-token-fail';
import { thrownBy } from './support/thrown';

const CLIENT_OPTIONS = { serviceId: '715948317', accessToken: 'token' };

describe('the options of tokenFail', () => {
  it('may be a client, or the options to make one', () => {
    const client = createAuthleteClient(CLIENT_OPTIONS);
    expect(tokenFail({ client }).name).toBe('tokenFailMiddleware');
    expect(tokenFail(CLIENT_OPTIONS)).toHaveLength(4);
  });

  it('may be an instance of a class with getters', () => {
    class Config {
      readonly #values = { ...CLIENT_OPTIONS, baseUrl: 'us.authlete.com' };
      get serviceId() {
        return this.#values.serviceId;
      }
      get accessToken() {
        return this.#values.accessToken;
      }
      get baseUrl() {
        return this.#values.baseUrl;
      }
    }
    expect(() => tokenFail(new Config())).toThrow(/^baseUrl must be/);
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

  it.each<[string, Record<string, unknown>, string | RegExp]>([
    ['no service ID', { accessToken: 'token' }, /^serviceId is missing/],
    ['an unknown option', { ...CLIENT_OPTIONS, onfail: 1 }, /^tokenFail: unknown option "onfail"/],
    [
      'a client beside options for one',
      { client: createAuthleteClient(CLIENT_OPTIONS), timeout: 1 },
      'timeout cannot be passed beside client: pass it to createAuthleteClient',
    ],
    [
      'a client beside the getter of an option for one',
      {
        client: createAuthleteClient(CLIENT_OPTIONS),
        __proto__: {
          get serviceId() {
            return '715948317';
          },
        },
      },
      'serviceId cannot be passed beside client: pass it to createAuthleteClient',
    ],
    [
      'a client that is none',
      { client: {} },
      'client must be what createAuthleteClient gives, got an object without tokenFail',
    ],
    ['a client that is null', { client: null }, /^client must be .* got null without tokenFail/],
    [
      'a mapError that is no function',
      { ...CLIENT_OPTIONS, mapError: {} },
      'mapError must be a function, got an object',
    ],
    [
      'an onFail that is no function',
      { ...CLIENT_OPTIONS, onFail: 'log' },
      'onFail must be a function, got a string',
    ],
    [
      'an onError that is null',
      { ...CLIENT_OPTIONS, onError: null },
      'onError must be a function, got null',
    ],
  ])('are refused with %s', (_what, options, message) => {
    const mount = () => tokenFail(options);
    expect(thrownBy(mount)).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect(mount).toThrow(message);
  });
});
