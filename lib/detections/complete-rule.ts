import { isEcsField } from './ecs-fields.ts';
import { type Rule, rule } from './rule-types.ts';

/** A rule whose values have been checked one by one, but which is not in its stored form yet. */
type Draft = Record<string, unknown> &
  Pick<Rule, 'actions'> & { required_fields: readonly { name: string; type: string }[]; throttle?: unknown };

/**
 * Brings a rule into the form in which it is stored and answered: lists where a client may give a single value, actions
 * with everything that has a default, required fields with what ECS knows of them. Keys come in the documented order.
 *
 * @throws z.ZodError when the result is no rule
 */
export function completeRule(draft: Draft, newId: () => string): Rule {
  return rule.parse({
    ...draft,
    required_fields: draft.required_fields.map(({ name, type }) => ({ name, type, ecs: isEcsField(name, type) })),
    actions: draft.actions.map((action) => ({
      ...action,
      group: action.group ?? 'default',
      uuid: action.uuid ?? newId(),
      frequency: action.frequency ?? { summary: true, notifyWhen: 'onActiveAlert', throttle: null },
    })),
    ...('threshold' in draft && { threshold: withFieldList(draft.threshold) }),
    ...('machine_learning_job_id' in draft && { machine_learning_job_id: [draft.machine_learning_job_id].flat() }),
  });
}

/** Threshold fields are a list; no field at all may also be written as an empty text. */
function withFieldList(threshold: unknown): unknown {
  if (typeof threshold !== 'object' || threshold === null || !('field' in threshold)) return threshold;
  return { ...threshold, field: threshold.field === '' ? [] : [threshold.field].flat() };
}
