import { describeServer } from '../../lib/opentelemetry/attributes';

const basePath = '/api/{serviceId}';

describe('describeServer', () => {
  it.each([
    ['https://us.authlete.com', 'us.authlete.com', 443],
    ['https://authlete.example:8443/eu', 'authlete.example', 8443],
    ['http://127.0.0.1', '127.0.0.1', 80],
    ['http://[::1]:3000', '::1', 3000],
  ])('describes %s', (baseUrl, address, port) => {
    expect(describeServer({ baseUrl, basePath })).toEqual({
      origin: new URL(baseUrl).origin,
      attributes: { 'server.address': address, 'server.port': port },
    });
  });

  it('parses the URL of a client once', () => {
    const client = { baseUrl: 'https://us.authlete.com', basePath };
    expect(describeServer(client)).toBe(describeServer(client));
  });
});
