import type { FieldTypes } from '../kql/matches.ts';
import { type ListedRule, listedRule, type Rule, type RuleType } from './rule-types.ts';

/** Rules as the alerting framework keeps them: this is what filters name (`alert.attributes.params.severity`). */

const alertTypeIds: Record<RuleType, string> = {
  eql: 'siem.eqlRule',
  query: 'siem.queryRule',
  saved_query: 'siem.savedQueryRule',
  threshold: 'siem.thresholdRule',
  threat_match: 'siem.indicatorRule',
  machine_learning: 'siem.mlRule',
  new_terms: 'siem.newTermsRule',
  esql: 'siem.esqlRule',
};

/** The alerting framework's name of a type of rule. */
export function alertTypeIdOf(type: RuleType): string {
  return alertTypeIds[type];
}

/** The part of a rule (or of what is left of one) that lists know. */
export function listedPart(attributes: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(listedRule.shape).map((field) => [field, attributes[field]]));
}

/** What a filter sees of a rule, as far as lists know it. */
export function listedView(rule: ListedRule) {
  return {
    name: rule.name,
    tags: rule.tags,
    enabled: rule.enabled,
    alertTypeId: alertTypeIdOf(rule.type),
    consumer: 'siem',
    schedule: { interval: rule.interval },
    createdAt: rule.created_at,
    createdBy: rule.created_by,
    updatedAt: rule.updated_at,
    updatedBy: rule.updated_by,
    revision: rule.revision,
    params: {
      ruleId: rule.rule_id,
      type: rule.type,
      immutable: rule.immutable,
      ruleSource: rule.rule_source,
      severity: rule.severity,
      riskScore: rule.risk_score,
      version: rule.version,
    },
    alert: { id: rule.id, created_at: rule.created_at, updated_at: rule.updated_at },
  };
}

/** All that a filter can name. */
export function fullView(rule: Rule): ReturnType<typeof listedView> {
  const params = Object.entries(rule).map(([name, value]) => [camelCase(name), value]);
  const view = listedView(rule);
  return { ...view, params: { ...Object.fromEntries(params), ...view.params } };
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Attributes that exist in the alerting framework's index; a filter that names another is refused. */
const mapped = new Set([
  ...['name', 'tags', 'enabled', 'alertTypeId', 'consumer', 'schedule', 'createdAt', 'createdBy', 'updatedAt'],
  ...['updatedBy', 'revision', 'params', 'actions', 'apiKeyOwner', 'apiKeyCreatedByUser', 'scheduledTaskId'],
  ...['throttle', 'notifyWhen', 'muteAll', 'mutedInstanceIds', 'meta', 'monitoring', 'snoozeSchedule', 'lastRun'],
  ...['nextRun', 'running', 'executionStatus', 'legacyId', 'mapped_params', 'artifacts'],
]);

/** True when the attribute (a dotted path) exists. */
export function isMapped(attribute: string): boolean {
  return mapped.has(attribute.split('.', 1)[0] ?? '');
}

const listedParams = ['ruleId', 'type', 'immutable', 'ruleSource', 'severity', 'riskScore', 'version'];

/** True when lists know enough of a rule to answer for the attribute. */
export function isListed(attribute: string): boolean {
  const [top = '', param = ''] = attribute.split('.');
  if (top === 'params') return listedParams.includes(param);
  // An attribute that no rule here has is absent from any view.
  return top !== 'actions' && !top.includes('*');
}

/** How attributes compare. */
export const attributeTypes: FieldTypes = {
  name: 'text',
  tags: 'keyword',
  enabled: 'boolean',
  createdAt: 'date',
  updatedAt: 'date',
  'alert.created_at': 'date',
  'alert.updated_at': 'date',
  revision: 'number',
};
