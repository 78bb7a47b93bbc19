import { parseClientAddress } from '../../lib/brute-force/client-address';

/** By the default prefix. */
const parse = (ip: string | undefined) => parseClientAddress(ip, 64);

describe('parseClientAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
    ['1::', '1:0:0:0::/64'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::2', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b:0:0:0:1:c000:201', '64:ff9b:0:0::/64'],
    ['64:ff9b:1::192.0.2.1', '64:ff9b:1:0::/64'],
    ['::192.0.2.1', '0:0:0:0::/64'],
    // Whatever a proxy that Express trusts may say.
    ['_hidden', '_hidden'],
    ['', ''],
    [undefined, 'unknown'],
  ])('returns for %p the address %p', (ip, address) => {
    expect(parse(ip)).toBe(address);
  });

  it('keeps networks apart', () => {
    expect(parse('2001:db8:1:2::1')).toBe(parse('2001:db8:1:2:ffff:ffff:ffff:ffff'));
    expect(parse('2001:db8:1:2::1')).not.toBe(parse('2001:db8:1:3::1'));
  });

  // Azure Application Gateway is one that writes the port into X-Forwarded-For, and with it each
  // connection would have a count of its own.
  it.each([
    ['192.0.2.1:50123', '192.0.2.1'],
    ['[2001:db8:1:2::1]:50123', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]', '2001:db8:1:2::/64'],
  ])('leaves out the port of %p', (ip, address) => {
    expect(parse(ip)).toBe(address);
  });

  // Or everybody behind one translator would have one count.
  it.each([
    ['64:ff9b::192.0.2.1', '192.0.2.1'],
    ['64:ff9b::c000:201', '192.0.2.1'],
    ['0064:FF9B:0:0:0:0:192.0.2.1', '192.0.2.1'],
    ['[64:ff9b::192.0.2.1]:50123', '192.0.2.1'],
    ['::ffff:0:192.0.2.1', '192.0.2.1'],
    ['::ffff:0:c000:201', '192.0.2.1'],
  ])('reads the IPv4 address that is translated to %p', (ip, address) => {
    expect(parse(ip)).toBe(address);
  });

  it.each([
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['1::2:3:4:5:192.0.2.1', parse('1:0:2:3:4:5:c000:201')],
  ])('takes another spelling, %p, for the same address', (ip, address) => {
    expect(parse(ip)).toBe(address);
  });

  it.each([
    [32, '2001:db8::/32'],
    [33, '2001:db8:8000::/33'],
    [36, '2001:db8:f000::/36'],
    [47, '2001:db8:fffe::/47'],
    [48, '2001:db8:ffff::/48'],
    [49, '2001:db8:ffff:8000::/49'],
    [52, '2001:db8:ffff:a000::/52'],
    [56, '2001:db8:ffff:ab00::/56'],
    [60, '2001:db8:ffff:abc0::/60'],
    [63, '2001:db8:ffff:abcc::/63'],
    [64, '2001:db8:ffff:abcd::/64'],
    [65, '2001:db8:ffff:abcd:8000::/65'],
    [112, '2001:db8:ffff:abcd:ffff:2:3::/112'],
    [127, '2001:db8:ffff:abcd:ffff:2:3:4/127'],
    [128, '2001:db8:ffff:abcd:ffff:2:3:5/128'],
  ])('keeps %d bits', (length, prefix) => {
    expect(parseClientAddress('2001:db8:ffff:abcd:ffff:2:3:5', length)).toBe(prefix);
  });

  it.each([32, 47, 48, 49, 56, 63, 64, 65, 100, 127])(
    'counts addresses together that differ after bit %d, and no others',
    (length) => {
      const address = (1n << 125n) + 12345n;
      const lastOfPrefix = address ^ (1n << BigInt(127 - length));
      const firstBefore = address ^ (1n << BigInt(128 - length));
      const [one, other, another] = [address, lastOfPrefix, firstBefore].map((bits) =>
        parseClientAddress(formatAddress(bits), length),
      );
      expect(other).toBe(one);
      expect(another).not.toBe(one);
    },
  );

  it.each([32, 56, 64, 128])(
    'knows IPv4 and loopback addresses whatever the length, such as %d bits',
    (length) => {
      expect(parseClientAddress('::ffff:192.0.2.1', length)).toBe('192.0.2.1');
      expect(parseClientAddress('64:ff9b::192.0.2.1', length)).toBe('192.0.2.1');
      expect(parseClientAddress('::1', length)).toBe('::1');
    },
  );
});

function formatAddress(bits: bigint): string {
  const digits = bits.toString(16).padStart(32, '0');
  return digits.replace(/(.{4})(?!$)/g, '$1:');
}
