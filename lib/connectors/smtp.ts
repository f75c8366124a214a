import { connect, isIP, type Socket } from 'node:net';
import type { SendMailOptions } from 'nodemailer';
import { HttpFailure, type Outbound } from './http.ts';
import { checkedLookup, ensureHostnameAllowed } from './outbound-policy.ts';

export type SmtpServer = {
  host: string;
  port: number;
  /** TLS from the first byte on; otherwise as soon as the server offers it. */
  secure: boolean;
  requireTls: boolean;
  auth: { user: string; pass: string } | undefined;
};

/**
 * Sends a mail. The connection is made here, so that its addresses are those that were checked, and that its time is
 * limited as a whole.
 *
 * @throws OutboundRefused, HttpFailure after too long, Error with what the server said
 */
export async function sendMail(server: SmtpServer, mail: SendMailOptions, outbound: Outbound) {
  const { timeoutMs, deadline = Number.POSITIVE_INFINITY, resolve } = outbound;
  const { host, port, secure, requireTls, auth } = server;
  ensureHostnameAllowed(host);
  const left = Math.max(1, Math.min(timeoutMs, deadline - Date.now()));
  const signal = AbortSignal.timeout(left);
  const socket = connect({ host, port, lookup: checkedLookup(resolve), signal });
  try {
    // Only runs that send a mail pay for loading this.
    const [{ createTransport }] = await Promise.all([import('nodemailer'), connected(socket)]);
    const transport = createTransport({
      host,
      port,
      secure,
      requireTLS: requireTls,
      connection: socket,
      tls: isIP(host) === 0 ? { servername: host } : {},
      ...(auth !== undefined && { auth }),
      greetingTimeout: left,
      socketTimeout: left,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return await Promise.race([transport.sendMail(mail), expiry(signal)]);
  } catch (error) {
    if (signal.aborted) throw new HttpFailure(`timeout of ${timeoutMs}ms exceeded`, 'ETIMEDOUT', error);
    throw error;
  } finally {
    socket.destroy();
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
}

function expiry(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
