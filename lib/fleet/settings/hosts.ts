import * as z from 'zod';
import { BadRequest } from '../../errors/errors.ts';

/** A URI as RFC 3986 spells it, with the scheme http or https. */
const HTTP_URI = /^https?:\/\/(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})+$/i;

/** An address with the scheme http or https. */
export const httpUri = z.string().refine((text) => HTTP_URI.test(text) && URL.canParse(text), {
  error: 'expected URI with scheme [http|https].',
  abort: true,
});

/** `host:port` of a Logstash. */
export const logstashHost = z.string().check(({ value, issues }) => {
  const problem = problemOfLogstashHost(value);
  if (problem !== undefined) issues.push({ code: 'custom', message: problem, input: value });
});

function problemOfLogstashHost(host: string): string | undefined {
  if (/^https?:\/\//.test(host)) return 'Host address must begin with a domain name or IP address';
  const url = `http://${host}`;
  if (!URL.canParse(url)) return 'Invalid Logstash host';
  // Also port 80 is refused, which a URL never shows: Kibana compares the same way.
  return new URL(url).host === host.toLowerCase() ? undefined : 'Invalid host';
}

/** `host:port` of a Kafka broker. */
export const kafkaHost = z.string().check(({ value, issues }) => {
  const problem = problemOfKafkaHost(value);
  if (problem !== undefined) issues.push({ code: 'custom', message: problem, input: value });
});

function problemOfKafkaHost(broker: string): string | undefined {
  const [host = '', port = '', ...rest] = broker.split(':');
  if (host === '' || rest.length > 0 || !broker.includes(':')) {
    return 'Invalid format. Expected "host:port" without protocol';
  }
  const number = Number.parseInt(port, 10);
  const fits = number >= 1 && number <= 65_535;
  return fits ? undefined : 'Invalid port number. Expected a number between 1 and 65535';
}

const DEFAULT_PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' };

/**
 * An address as agents get it: `<protocol>//<hostname>:<port><pathname>`. The port is always there; query, fragment and
 * user information are not.
 *
 * @throws BadRequest when it is no URL
 */
export function normalizeHost(address: string): string {
  if (!URL.canParse(address)) throw new BadRequest('Invalid URL');
  const { protocol, hostname, port, pathname } = new URL(address);
  const number = port === '' ? (DEFAULT_PORTS[protocol] ?? '80') : port;
  return `${protocol}//${hostname}:${number}${pathname === '/' ? '' : pathname}`;
}
