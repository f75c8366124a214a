import { describe, expect, it } from 'vitest';
import { registerType, savedObjectType, typesWhere } from '../../../lib/stores/saved-object-types.ts';

it.each([
  ['dashboard', 'multiple-isolated'],
  ['index-pattern', 'multiple'],
  ['url', 'single'],
  ['config-global', 'agnostic'],
])('knows where %s lives', (name, namespaces) => {
  expect(savedObjectType(name)?.namespaces).toBe(namespaces);
});

it.each(['wigwags', '', 'toString', '__proto__', 'constructor'])('does not know %s', (name) => {
  expect(savedObjectType(name)).toBeUndefined();
});

it('takes the types of other areas', () => {
  registerType('mine', { namespaces: 'single', encrypted: ['key'] });
  expect(savedObjectType('mine')).toEqual({ namespaces: 'single', encrypted: ['key'] });
  expect(typesWhere(({ encrypted }) => encrypted !== undefined).sort()).toEqual([
    'action',
    'fleet-enrollment-api-keys',
    'mine',
  ]);
});

it('gives every shareable type something to list, and every exportable one a title', () => {
  const shareable = typesWhere(({ namespaces }) => namespaces.startsWith('multiple'));
  expect(shareable).toContain('dashboard');
  for (const name of shareable) expect(savedObjectType(name)?.summary, name).toBeTypeOf('function');
});

describe('connectors', () => {
  const action = savedObjectType('action');

  it('are bound to their type and configuration, and not served by the API of saved objects', () => {
    expect(action).toMatchObject({ hidden: true, encrypted: ['secrets'], bound: ['actionTypeId', 'config'] });
  });

  it.each([
    [{ actionTypeId: '.slack' }, true],
    [{ actionTypeId: '.slack', config: null }, true],
    [{ actionTypeId: '.email', config: { hasAuth: false } }, false],
    [{ actionTypeId: '.index', config: {} }, false],
    [{}, true],
  ])('need their secrets again: %j %s', (attributes, isMissingSecrets) => {
    expect(action?.exported?.(attributes)).toEqual({ ...attributes, isMissingSecrets });
  });

  it.each([
    [{ name: 'x', actionTypeId: '.x' }, true],
    [{ name: 'x', actionTypeId: '.x', config: [] }, false],
    [{ name: 1, actionTypeId: '.x' }, false],
    [{ name: 'x' }, false],
    [{ name: 'x', actionTypeId: '.x', secrets: 'text' }, false],
  ])('come in only when they are connectors: %j %s', (attributes, possible) => {
    expect(action?.importable?.safeParse(attributes).success).toBe(possible);
  });
});
