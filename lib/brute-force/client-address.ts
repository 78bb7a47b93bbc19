import { isIPv6 } from 'node:net';

/**
 * Prefixes of 96 bits before an IPv4 address: mapped (RFC 4291 section 2.5.5.2), and translated by
 * NAT64 (RFC 6052 section 2.1) or SIIT (RFC 2765 section 2.1). Everybody behind a translator shares
 * a /64.
 */
const IPV4_PREFIXES = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0', '0:0:0:0:ffff:0'];

/** Not an address of a network: each host has its own. */
const LOOPBACK = '0:0:0:0:0:0:0:1';

/**
 * Returns the address that attempts are counted by: an IPv4 address as it is, also where IPv6 carries
 * it; of any other IPv6 address, the prefix. A port, which some proxies add, is left out.
 *
 * @param ip - Express's `req.ip`
 * @param ipv6PrefixLength - bits
 */
export function parseClientAddress(ip: string | undefined, ipv6PrefixLength: number): string {
  if (ip === undefined) return 'unknown';
  const withoutPort = /^\[(.*)\](?::\d+)?$/.exec(ip)?.[1] ?? /^([\d.]+):\d+$/.exec(ip)?.[1] ?? ip;
  const [address = ip] = withoutPort.split('%', 1);
  if (!isIPv6(address)) return address;
  const groups = parseGroups(address);
  const written = groups.map((group) => group.toString(16));
  if (written.join(':') === LOOPBACK) return '::1';
  if (IPV4_PREFIXES.includes(written.slice(0, 6).join(':'))) {
    return formatIpv4(groups[6] ?? 0, groups[7] ?? 0);
  }
  return formatPrefix(groups, ipv6PrefixLength);
}

/** In the form of RFC 4291 section 2.3, with all groups that are not wholly cut off. */
function formatPrefix(groups: readonly number[], length: number): string {
  const kept = groups.slice(0, Math.ceil(length / 16)).map((group, index) => {
    const cut = Math.max(0, (index + 1) * 16 - length);
    return ((group >> cut) << cut).toString(16);
  });
  return `${kept.join(':')}${kept.length < 8 ? '::' : ''}/${length}`;
}

/** The eight groups of an IPv6 address; `::` stands for as many zeros as are missing. */
function parseGroups(address: string): number[] {
  const [head = '', tail = ''] = address.split('::');
  const [before, after] = [parseNumbers(head), parseNumbers(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after];
}

function parseNumbers(part: string): number[] {
  return part.split(':').flatMap((group) => {
    if (group === '') return [];
    if (!group.includes('.')) return [parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function formatIpv4(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
