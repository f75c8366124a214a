import { isIPv4, isIPv6 } from 'node:net';

const mappedIpv4 = 0xffff_0000_0000n;

/**
 * The number of an IP address in the 128-bit space, IPv4 as the addresses mapped into it, which is how Elasticsearch
 * orders both kinds in one field; undefined when the text is no address. A scope (`%eth0`) is ignored.
 */
export function ipNumber(text: string): bigint | undefined {
  const scope = text.indexOf('%');
  if (scope === text.length - 1) return undefined;
  const address = scope === -1 ? text : text.slice(0, scope);
  if (isIPv4(address)) return mappedIpv4 + ipv4Number(address);
  return isIPv6(address) ? ipv6Number(address) : undefined;
}

/** Whether a text is an IP range in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`. */
export function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const number = ipNumber(address);
  if (number === undefined || rest.some((part) => part !== '') || !/^\+?\d{1,9}$/.test(prefix)) return false;
  if (!address.includes(':')) return Number(prefix) <= 32;
  // An IPv4 address in IPv6 clothes: it is not clear which kind of prefix is meant.
  return number >> 32n !== mappedIpv4 >> 32n && Number(prefix) <= 128;
}

const ipv4Number = (address: string): bigint =>
  BigInt(address.split('.').reduce((number, part) => number * 256 + Number(part), 0));

function ipv6Number(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array<bigint>(8 - before.length - after.length).fill(0n);
  return [...before, ...zeros, ...after].reduce((number, group) => (number << 16n) + group, 0n);
}

/** 16-bit groups; an IPv4 address at the end makes two. */
function groupsOf(part: string): bigint[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const number = ipv4Number(group);
    return [number >> 16n, number & 0xffffn];
  });
}
