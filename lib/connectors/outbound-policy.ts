import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { config } from '../config.ts';
import { isPublicAddress } from './addresses.ts';

/** A host that connectors must not reach. The text is Kibana's. */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused';
}

/** Finds the addresses of a host name. */
export type Resolve = (hostname: string) => Promise<Address[]>;
export type Address = { address: string; family: number };

const resolveBySystem: Resolve = (hostname) => systemLookup(hostname, { all: true });

/**
 * The hosts that connectors may reach: names separated by commas. `*`, the default, means every host on the public
 * internet; hosts elsewhere have to be listed by name (`*,jira.internal`).
 */
function allowedHosts(): ReadonlySet<string> {
  return config().connectorsAllowedHosts;
}

/** A host as it is compared: an IPv6 literal without its brackets. */
function bare(hostname: string): string {
  return hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
}

function isListed(hostname: string): boolean {
  return allowedHosts().has(bare(hostname));
}

function isHostnameAllowed(hostname: string): boolean {
  if (isListed(hostname)) return true;
  if (!allowedHosts().has('*')) return false;
  // Nobody resolves a literal, so it is judged here; names are judged by what they resolve to, when they are used.
  return isIP(bare(hostname)) === 0 || isPublicAddress(bare(hostname));
}

/**
 * The URL, if connectors may call it.
 *
 * @throws TypeError when it is no URL; OutboundRefused for other hosts, other protocols than HTTP, and URLs that hold a
 * user name or password
 */
export function ensureUriAllowed(uri: string): URL {
  const url = new URL(uri);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new OutboundRefused(`target url has the protocol "${url.protocol}" where "http:" or "https:" is expected`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundRefused('target url must not contain credentials');
  }
  if (!isHostnameAllowed(url.hostname)) throw notAllowed('url', uri);
  return url;
}

/** @throws OutboundRefused when connectors may not reach the host; the text names no more than the host */
export function ensureHostnameAllowed(hostname: string): void {
  if (!isHostnameAllowed(hostname)) throw notAllowed('hostname', hostname);
}

function notAllowed(kind: 'url' | 'hostname', target: string): OutboundRefused {
  return new OutboundRefused(`target ${kind} "${target}" is not added to the Kibana config xpack.actions.allowedHosts`);
}

/**
 * The addresses of a host, once all of them are known to be allowed: none outside the public internet, unless the host is
 * listed by name.
 *
 * @throws OutboundRefused
 */
export async function allowedAddresses(hostname: string, resolve: Resolve = resolveBySystem): Promise<Address[]> {
  ensureHostnameAllowed(hostname);
  const name = bare(hostname);
  const family = isIP(name);
  const addresses = family === 0 ? await resolve(name) : [{ address: name, family }];
  if (!isListed(name) && !addresses.every(({ address }) => isPublicAddress(address))) {
    throw notAllowed('hostname', hostname);
  }
  return addresses;
}

/**
 * A `lookup` for connections that gives only allowed addresses. The connection uses what was checked here: a name cannot
 * answer differently in between.
 */
export function checkedLookup(resolve?: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    allowedAddresses(hostname, resolve).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all === true) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error) => callback(error, ''),
    );
  };
}
