import { expect, it } from 'vitest';
import { type Credentials, readCredentials } from '../../../lib/security/credentials.ts';
import { endsSoon } from '../../support/soon.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');
const none: Credentials = { scheme: 'none' };
const noValue: Credentials = { scheme: 'unreadable', failure: { kind: 'no-value' } };
const badBasic = (what: string, cause?: string): Credentials => ({
  scheme: 'unreadable',
  failure: { kind: 'basic', reason: `invalid basic authentication header ${what}`, ...(cause && { cause }) },
});
const badKey = (problem: string): Credentials => ({
  scheme: 'unreadable',
  failure: { kind: 'api-key', detail: `API key: ${problem}` },
});
const jack: Credentials = { scheme: 'basic', username: 'jack', password: 'secret' };
const key: Credentials = { scheme: 'apikey', id: 'id', secret: 'secret' };

it.each<[string | undefined, Credentials]>([
  [undefined, none],
  ['', none],
  ['   ', none],
  ['Digest username="jack"', none],
  ['Bearer abc', none],
  [encode('jack:secret'), none],
  ['Basically x', none],
  [`Basic ${encode('jack:secret')}`, jack],
  [`basic ${encode('jack:secret')}`, jack],
  [`BASIC\t  ${encode('jack:secret')}  `, jack],
  [`  Basic ${encode('jack:secret')}`, jack],
  [`Basic ${encode('jack:secret').replace(/=+$/, '')}`, jack],
  [`ApiKey ${encode('id:secret')}`, key],
  [`apikey ${encode('id:secret')}`, key],
  [`Basic ${encode('jack:se:cr:et')}`, { scheme: 'basic', username: 'jack', password: 'se:cr:et' }],
  [`Basic ${encode('jack:')}`, { scheme: 'basic', username: 'jack', password: '' }],
  [`Basic ${encode(':secret')}`, { scheme: 'basic', username: '', password: 'secret' }],
  [`Basic ${encode('jäck:pässwörd☃')}`, { scheme: 'basic', username: 'jäck', password: 'pässwörd☃' }],
  [`Basic ${encode('with blank: x ')}`, { scheme: 'basic', username: 'with blank', password: ' x ' }],
  ['Basic', noValue],
  ['ApiKey   ', noValue],
  [`Basic ${encode('no colon')}`, badBasic('value')],
  [`ApiKey ${encode('no colon')}`, badKey('invalid ApiKey value')],
  [`ApiKey ${encode(':secret')}`, { scheme: 'apikey', id: '', secret: 'secret' }],
  [`ApiKey ${encode('id:')}`, { scheme: 'apikey', id: 'id', secret: '' }],
  ['Basic jack:secret', badBasic('encoding', 'Illegal base64 character 3a')],
  ['ApiKey id:secret', badKey('Illegal base64 character 3a')],
  ['Basic ====', badBasic('encoding', 'Input byte array has wrong 4-byte ending unit')],
  [`Basic ${encode('jack:secret')} more`, badBasic('encoding', 'Illegal base64 character 20')],
  [
    `Basic ${encode('jack:secret')},Basic ${encode('jack:secret')}`,
    badBasic('encoding', 'Illegal base64 character 2c'),
  ],
])('reads %j', (header, credentials) => {
  expect(readCredentials(header)).toEqual(credentials);
});

it.each([
  ['blanks between scheme and value', (count: number) => `Basic${' '.repeat(count)}x`],
  ['blanks inside the value', (count: number) => `Basic a${' '.repeat(count)}b`],
  ['blanks in front', (count: number) => `${' '.repeat(count)}Basic`],
])('reads a header of a million %s in no time', async (_name, headerOf) => {
  await endsSoon(() => readCredentials(headerOf(1_000_000)));
});
