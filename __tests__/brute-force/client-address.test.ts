import { addressOf } from '../lib/address';

describe('addressOf', () => {
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
  ])('of %p is %p', (ip, address) => {
    expect(addressOf(ip)).toBe(address);
  });

  it('keeps networks apart', () => {
    expect(addressOf('2001:db8:1:2::1')).toBe(addressOf('2001:db8:1:2:ffff:ffff:ffff:ffff'));
    expect(addressOf('2001:db8:1:2::1')).not.toBe(addressOf('2001:db8:1:3::1'));
  });

  // Azure Application Gateway is one that writes the port into X-Forwarded-For, and with it each
  // connection would have a count of its own.
  it.each([
    ['192.0.2.1:50123', '192.0.2.1'],
    ['[2001:db8:1:2::1]:50123', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]', '2001:db8:1:2::/64'],
  ])('leaves out the port of %p', (ip, address) => {
    expect(addressOf(ip)).toBe(address);
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
    expect(addressOf(ip)).toBe(address);
  });

  it.each([
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['1::2:3:4:5:192.0.2.1', addressOf('1:0:2:3:4:5:c000:201')],
  ])('takes another spelling, %p, for the same address', (ip, address) => {
    expect(addressOf(ip)).toBe(address);
  });
});
