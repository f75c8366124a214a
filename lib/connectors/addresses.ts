import { BlockList, isIP } from 'node:net';

/** IPv4 networks that are not the public internet (IANA special-purpose registry), and Azure's metadata address. */
const closedIpv4: readonly [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** IPv6 prefixes that carry an IPv4 address in their last 32 bits: IPv4-mapped, and the well-known NAT64 prefix. */
const carriesIpv4 = ['::ffff:', '64:ff9b::'] as const;
const CARRIER_PREFIX = 96;

/** What of IPv6 is the public internet: global unicast, and public IPv4 addresses in another notation. */
const openIpv6 = new BlockList();
openIpv6.addSubnet('2000::', 3, 'ipv6');
for (const carrier of carriesIpv4) openIpv6.addSubnet(`${carrier}0.0.0.0`, CARRIER_PREFIX, 'ipv6');

const closed = new BlockList();
for (const [network, prefix] of closedIpv4) {
  closed.addSubnet(network, prefix, 'ipv4');
  for (const carrier of carriesIpv4) closed.addSubnet(`${carrier}${network}`, CARRIER_PREFIX + prefix, 'ipv6');
}
// Protocol assignments with Teredo, documentation (two blocks), 6to4. The tunnels can hold any IPv4 address.
closed.addSubnet('2001::', 23, 'ipv6');
closed.addSubnet('2001:db8::', 32, 'ipv6');
closed.addSubnet('3fff::', 20, 'ipv6');
closed.addSubnet('2002::', 16, 'ipv6');

/** True for an address on the public internet: not loopback, private, link-local, metadata, multicast, tunnelled … */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !closed.check(address, 'ipv4');
    case 6:
      // A zone id (`fe80::1%eth0`) makes an address local to this machine.
      return !address.includes('%') && openIpv6.check(address, 'ipv6') && !closed.check(address, 'ipv6');
    default:
      return false;
  }
}
