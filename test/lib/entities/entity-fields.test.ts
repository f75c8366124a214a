import { describe, expect, it } from 'vitest';
import { entityFields, entityTypes } from '../../../lib/entities/entity-fields.ts';
import { entityBody, entityFieldTypes } from '../../../lib/entities/entity-shapes.ts';

const samples: Record<string, unknown> = {
  string: 'x',
  strings: ['x'],
  'string or strings': ['x'],
  boolean: true,
  number: -1.5,
  percentage: 100,
  datetime: '2026-04-10T14:30:00Z',
  'risk level': 'Unknown',
  'criticality level': 'low_impact',
  object: { any: [null] },
};

describe('the table of fields', () => {
  it('names every field once, and none inside another', () => {
    const paths = entityFields.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((path) => paths.some((other) => other.startsWith(`${path}.`)))).toEqual([]);
  });

  it.each(entityTypes)('makes a shape that takes every field of a %s', (type) => {
    const own = entityFields.filter(({ of }) => of.includes(type));
    const body = Object.fromEntries(own.map(({ path, kind }) => [path, samples[kind]]));
    expect(entityBody.safeParse(body).error).toBeUndefined();
  });

  it.each(entityFields.filter(({ kind }) => kind !== 'object'))(
    'takes nothing but a $kind at $path',
    ({ path, kind }) => {
      for (const [other, value] of Object.entries(samples)) {
        const fits =
          other === kind ||
          (kind === 'string' && typeof value === 'string') ||
          (kind === 'strings' && Array.isArray(value)) ||
          (kind === 'string or strings' && (typeof value === 'string' || Array.isArray(value))) ||
          (kind === 'number' && typeof value === 'number');
        expect([other, entityBody.safeParse({ [path]: value }).success]).toEqual([other, fits]);
      }
      expect(entityBody.safeParse({ [path]: null }).success).toBe(false);
      expect(entityBody.safeParse({ [`${path}.more`]: 'x' }).success).toBe(false);
    },
  );

  it('says how filters compare', () => {
    expect(entityFieldTypes).toMatchObject({
      '@timestamp': 'date',
      'entity.risk.calculated_score': 'number',
      'entity.attributes.managed': 'boolean',
      'user.name': 'keyword',
    });
    expect(entityFieldTypes).not.toHaveProperty('labels');
  });
});
