import { isIPv6 } from 'node:net';

/** Groups of an IPv6 address that name its network: whoever has one address of a /64 has them all. */
const NETWORK_GROUPS = 4;

/**
 * Prefixes of 96 bits before an IPv4 address: mapped (RFC 4291 section 2.5.5.2), and translated by
 * NAT64 (RFC 6052 section 2.1) or SIIT (RFC 2765 section 2.1). Everybody behind a translator shares
 * a /64.
 */
const IPV4_PREFIXES = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0', '0:0:0:0:ffff:0'];

/** Not an address of some network's: every host has it to itself. */
const LOOPBACK = '0:0:0:0:0:0:0:1';

/**
 * The address that attempts are counted by: an IPv4 address as it is, also where IPv6 carries it; any
 * other IPv6 address without its interface identifier (RFC 4291 section 2.5.4). A port, which some
 * proxies tell too, is left out.
 *
 * @param ip - what Express gives as `req.ip`
 */
export function addressOf(ip: string | undefined): string {
  if (ip === undefined) return 'unknown';
  const withoutPort = /^\[(.*)\](?::\d+)?$/.exec(ip)?.[1] ?? /^([\d.]+):\d+$/.exec(ip)?.[1] ?? ip;
  const [address = ip] = withoutPort.split('%', 1);
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  const written = groups.map((group) => group.toString(16));
  if (written.join(':') === LOOPBACK) return '::1';
  if (IPV4_PREFIXES.includes(written.slice(0, 6).join(':'))) {
    return dotted(groups[6] ?? 0, groups[7] ?? 0);
  }
  return `${written.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** The eight groups of an IPv6 address; `::` stands for as many zeros as are missing. */
function groupsOf(address: string): number[] {
  const [head = '', tail = ''] = address.split('::');
  const [before, after] = [numbersOf(head), numbersOf(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after];
}

function numbersOf(part: string): number[] {
  return part.split(':').flatMap((group) => {
    if (group === '') return [];
    if (!group.includes('.')) return [parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
