import { describe, expect, it } from 'vitest';
import { scrubber } from '../../../lib/connectors/scrub.ts';

const secrets = {
  user: 'elastic',
  password: 'p"ss wörd',
  nested: [{ token: 'tok-123' }, null, 5],
  short: 'abc',
  webhookUrl: 'https://hooks.example/services/T0/B0?x=1',
};
const { text, data } = scrubber(secrets);

describe('scrubber', () => {
  it.each([
    ['plain', 'wrong: p"ss wörd!', 'wrong: [redacted]!'],
    ['nested', 'Bearer tok-123, tok-123', 'Bearer [redacted], [redacted]'],
    ['in a URL', `?p=${encodeURIComponent('p"ss wörd')}`, '?p=[redacted]'],
    ['in JSON', JSON.stringify({ p: 'p"ss wörd' }), '{"p":"[redacted]"}'],
    ['in base64', `x ${Buffer.from('tok-123').toString('base64')}`, 'x [redacted]'],
    ['in Basic credentials', `Basic ${Buffer.from('elastic:p"ss wörd').toString('base64')}`, 'Basic [redacted]'],
    ['a URL', 'target url "https://hooks.example/services/T0/B0?x=1" is', 'target url "[redacted]" is'],
    ['a URL without its host', 'Cannot POST /services/T0/B0', 'Cannot POST [redacted]'],
    ['a name', 'unknown user elastic', 'unknown user [redacted]'],
    ['nothing', 'abc is short', 'abc is short'],
  ])('takes secrets out of a text: %s', (_name, given, clean) => expect(text(given)).toBe(clean));

  it('takes credentials out of data, keys included, and lets names stand', () => {
    const given = { user: 'elastic', 'tok-123': ['a tok-123', { deep: 'p"ss wörd' }], n: 1, no: null, yes: true };
    expect(data(given)).toEqual({
      user: 'elastic',
      '[redacted]': ['a [redacted]', { deep: '[redacted]' }],
      n: 1,
      no: null,
      yes: true,
    });
  });

  it('has nothing to do without secrets', () => {
    expect(scrubber(undefined).text('a')).toBe('a');
    expect(scrubber({}).data({ a: 'b' })).toEqual({ a: 'b' });
  });
});
