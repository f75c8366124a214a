import { afterEach, describe, expect, it } from 'vitest';
import { useConfig } from '../../../lib/config.ts';
import {
  allowedAddresses,
  checkedLookup,
  ensureHostnameAllowed,
  ensureUriAllowed,
} from '../../../lib/connectors/outbound-policy.ts';

const refused = (target: string) => `target ${target} is not added to the Kibana config xpack.actions.allowedHosts`;
const allow = (hosts: string) => {
  useConfig({ CONNECTORS_ALLOWED_HOSTS: hosts });
};
afterEach(() => useConfig({}));

const resolving =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('ensureUriAllowed', () => {
  it('lets every public host pass by default', () => {
    expect(ensureUriAllowed('https://example.com:8443/x?y').host).toBe('example.com:8443');
    expect(ensureUriAllowed('http://1.1.1.1/').hostname).toBe('1.1.1.1');
  });

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://017700000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://１２７.0.0.1/',
    'http://0/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1:9200/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/',
  ])('refuses the literal in %s', (url) => {
    expect(() => ensureUriAllowed(url)).toThrow(refused(`url "${url}"`));
  });

  it('lets only listed hosts pass when there is a list', () => {
    allow('jira.example, 10.0.0.1,::1');
    for (const url of ['http://jira.example/a', 'http://JIRA.example', 'https://10.0.0.1:1/', 'http://[::1]/']) {
      expect(ensureUriAllowed(url)).toBeInstanceOf(URL);
    }
    for (const url of [
      'http://a.jira.example/',
      'http://jira.example.org/',
      'http://10.0.0.2/',
      'http://jira.example./',
    ]) {
      expect(() => ensureUriAllowed(url)).toThrow(refused(`url "${url}"`));
    }
  });

  it('lets nothing pass when the list is empty', () => {
    allow('');
    expect(() => ensureUriAllowed('http://example.com')).toThrow(refused('url "http://example.com"'));
  });

  it.each([
    ['ftp://example.com/', 'target url has the protocol "ftp:" where "http:" or "https:" is expected'],
    ['file:///etc/passwd', 'target url has the protocol "file:" where "http:" or "https:" is expected'],
    ['http://user:hidden@example.com/', 'target url must not contain credentials'],
    ['http://user@example.com/', 'target url must not contain credentials'],
    ['http://[fe80::1%25eth0]/', 'Invalid URL'],
    ['nonsense', 'Invalid URL'],
  ])('refuses %s', (url, text) => expect(() => ensureUriAllowed(url)).toThrow(new RegExp(`^${text}$`)));
});

describe('ensureHostnameAllowed', () => {
  it('names the host only', () => {
    expect(() => ensureHostnameAllowed('127.0.0.1')).toThrow(refused('hostname "127.0.0.1"'));
    expect(() => ensureHostnameAllowed('[::1]')).toThrow(refused('hostname "[::1]"'));
    expect(ensureHostnameAllowed('example.com')).toBeUndefined();
  });
});

describe('allowedAddresses', () => {
  it('gives what a name resolves to', async () => {
    expect(await allowedAddresses('a.example', resolving('1.1.1.1', '2606:4700::1'))).toEqual([
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ]);
  });

  it.each([[['127.0.0.1']], [['1.1.1.1', '10.0.0.1']], [['::ffff:169.254.169.254']], [['fe80::1%eth0']]])(
    'refuses a name that resolves to %s',
    async (addresses) => {
      await expect(allowedAddresses('a.example', resolving(...addresses))).rejects.toThrow(
        refused('hostname "a.example"'),
      );
    },
  );

  it('lets a listed name be private', async () => {
    allow('*,a.example');
    expect(await allowedAddresses('a.example', resolving('10.0.0.1'))).toEqual([{ address: '10.0.0.1', family: 4 }]);
    await expect(allowedAddresses('b.example', resolving('10.0.0.1'))).rejects.toThrow(refused('hostname "b.example"'));
  });

  it('resolves this machine’s own name, and refuses it', async () => {
    await expect(allowedAddresses('localhost')).rejects.toThrow(refused('hostname "localhost"'));
    allow('localhost');
    expect((await allowedAddresses('localhost')).length).toBeGreaterThan(0);
  });
});

describe('checkedLookup', () => {
  const look = (addresses: string[], all: boolean) =>
    new Promise((resolve) =>
      checkedLookup(resolving(...addresses))('a.example', { all }, (...given) => resolve(given)),
    );

  it('answers in both forms that connections ask for', async () => {
    expect(await look(['1.1.1.1'], false)).toEqual([null, '1.1.1.1', 4]);
    expect(await look(['1.1.1.1'], true)).toEqual([null, [{ address: '1.1.1.1', family: 4 }]]);
  });

  it('fails for what is not allowed', async () => {
    expect(await look(['127.0.0.1'], true)).toEqual([expect.objectContaining({ name: 'OutboundRefused' }), '']);
  });
});
