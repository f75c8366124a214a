import { describe, expect, it } from 'vitest';
import { statusOf } from '../../../../lib/fleet/agents/agent-status.ts';
import type { Agent } from '../../../../lib/fleet/agents/agents.ts';
import { agent } from './given.ts';

const NOW = new Date('2026-05-02T12:00:00.000Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const TIMEOUTS = new Map([['policy', 3_600]]);

/** Online: it has its policy and was heard of just now. */
const online = { enrolled_at: ago(9_000), last_checkin: ago(1), last_checkin_status: 'online', policy_revision_idx: 1 };

// Each rule with everything that comes after it: the first that fits decides.
describe.each<[string, Partial<Agent>, string]>([
  ['gone', { active: false, last_checkin: ago(9_000), audit_unenrolled_reason: 'uninstall' }, 'unenrolled'],
  [
    'silent for longer than its policy allows',
    { last_checkin: ago(3_601), audit_unenrolled_reason: 'uninstall' },
    'inactive',
  ],
  ['just not so long', { last_checkin: ago(3_600) }, 'offline'],
  ['without such a rule', { last_checkin: ago(9e6), policy_id: 'other' }, 'offline'],
  ['uninstalled', { audit_unenrolled_reason: 'uninstall', last_checkin: ago(301) }, 'uninstalled'],
  ['orphaned', { audit_unenrolled_reason: 'orphaned', last_checkin: ago(301) }, 'orphaned'],
  ['missing for five minutes', { last_checkin: ago(301), upgrade_started_at: ago(1) }, 'offline'],
  ['just not so long missing', { last_checkin: ago(300) }, 'online'],
  ['upgrading', { upgrade_started_at: ago(1), last_checkin_status: 'error' }, 'updating'],
  ['upgraded', { upgrade_started_at: ago(9), upgraded_at: ago(1) }, 'online'],
  ['done upgrading', { upgrade_started_at: null, upgraded_at: null }, 'online'],
  ['in revision 0', { policy_revision_idx: 0 }, 'online'],
  ['asked to go', { unenrollment_started_at: ago(1), last_checkin_status: 'error' }, 'unenrolling'],
  ['in error', { last_checkin_status: 'ERROR' }, 'error'],
  ['degraded', { last_checkin_status: 'degraded' }, 'degraded'],
  ['starting', { last_checkin_status: 'starting' }, 'online'],
  ['online', {}, 'online'],
])('an agent that is %s', (_name, fields, status) => {
  it(`is ${status}`, () => {
    expect(statusOf(agent({ ...online, ...fields }), TIMEOUTS, NOW)).toBe(status);
  });
});

it('is updating from its enrolment until it has its policy, then enrolling until it checks in', () => {
  const enrolled = agent({ enrolled_at: ago(1) });
  expect(statusOf(enrolled, TIMEOUTS, NOW)).toBe('updating');
  expect(statusOf({ ...enrolled, policy_revision_idx: 1 }, TIMEOUTS, NOW)).toBe('enrolling');
  expect(statusOf(agent({ enrolled_at: ago(301) }), TIMEOUTS, NOW)).toBe('offline');
  expect(statusOf(agent({ enrolled_at: ago(3_601) }), TIMEOUTS, NOW)).toBe('inactive');
});
