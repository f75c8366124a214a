import { expect, it } from 'vitest';
import { recordIdOf } from '../../../../lib/fleet/settings/record-id.ts';

it.each([
  // The example of RFC 9562, appendix A.4.
  ['www.example.com', '2ed6657d-e927-568b-95e1-2665a8aea6a2'],
  ['python.org', '886313e1-3b8a-5372-9b90-0c9aee199e5d'],
  ['C232AB00-9414-11EC-B3C8-9F6BDECED846', 'C232AB00-9414-11EC-B3C8-9F6BDECED846'],
  ['x-c232ab00-9414-11ec-b3c8-9f6bdeced846-y', 'x-c232ab00-9414-11ec-b3c8-9f6bdeced846-y'],
])('the record of %s is %s', (id, recordId) => {
  expect(recordIdOf(id)).toBe(recordId);
});

it('differs where ids differ', () => {
  expect(recordIdOf('a')).not.toBe(recordIdOf('A'));
  expect(recordIdOf('ä')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
