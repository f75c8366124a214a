import { describe, expect, it } from 'vitest';
import { applyChanges, changedFields } from '../../../lib/cases/case-changes.ts';
import type { CaseAttributes } from '../../../lib/cases/contract.ts';

const user = { username: 'elastic', full_name: null, email: null };
const was: CaseAttributes = {
  title: 'A case',
  description: 'd',
  tags: ['a', 'b'],
  status: 'open',
  severity: 'low',
  owner: 'cases',
  connector: { id: 'none', name: 'none', type: '.none', fields: null },
  settings: { syncAlerts: true },
  assignees: [],
  category: null,
  customFields: [],
  observables: [],
  duration: null,
  closed_at: null,
  closed_by: null,
  created_at: '2025-01-01T00:00:00.000Z',
  created_by: user,
  updated_at: null,
  updated_by: null,
  external_service: null,
};
const at = (time: string) => ({ user, now: new Date(`2025-01-01T${time}.000Z`) });

describe('what changes', () => {
  it.each([
    [{ title: 'A case' }, {}],
    [{ title: 'a case' }, { title: 'a case' }],
    [{ tags: ['b', 'a', 'a'] }, {}],
    [{ tags: ['a'] }, { tags: ['a'] }],
    [{ settings: { syncAlerts: true } }, {}],
    [{ category: null, title: undefined }, {}],
    [{ owner: 'observability' }, { owner: 'observability' }],
  ])('of %j is %j', (patch, changes) => {
    expect(changedFields({ id: 'i', version: 'v', ...patch }, was)).toEqual(changes);
  });
});

describe('the times of a case', () => {
  const step = (from: CaseAttributes, status: CaseAttributes['status'], time: string) =>
    applyChanges(from, { status }, at(time)).next;

  it('are counted in whole seconds from its creation', () => {
    const begun = step(was, 'in-progress', '00:01:00');
    expect(begun).toMatchObject({
      in_progress_at: '2025-01-01T00:01:00.000Z',
      time_to_acknowledge: 60,
      time_to_investigate: null,
      time_to_resolve: null,
    });
    const closed = step(begun, 'closed', '01:00:00');
    expect(closed).toMatchObject({
      closed_at: '2025-01-01T01:00:00.000Z',
      closed_by: user,
      duration: 3_600,
      time_to_acknowledge: 60,
      time_to_investigate: 3_540,
      time_to_resolve: 3_600,
    });
    const reopened = step(closed, 'open', '02:00:00');
    expect(reopened).toMatchObject({
      closed_at: null,
      closed_by: null,
      duration: null,
      time_to_acknowledge: null,
      time_to_investigate: null,
      time_to_resolve: null,
    });
    expect(step(reopened, 'in-progress', '03:00:00')).toMatchObject({ in_progress_at: begun.in_progress_at });
  });

  it('of a case closed at once leave nothing to investigate', () => {
    expect(step(was, 'closed', '00:00:30')).toMatchObject({
      duration: 30,
      time_to_acknowledge: 30,
      time_to_investigate: 0,
      time_to_resolve: 30,
    });
  });

  it('stay when the status does', () => {
    const { next } = applyChanges(was, { title: 'new' }, at('01:00:00'));
    expect(next).toEqual({ ...was, title: 'new', updated_at: '2025-01-01T01:00:00.000Z', updated_by: user });
  });
});
