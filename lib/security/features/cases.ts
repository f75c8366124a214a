import type { Feature, Grant, SubFeature } from './feature.ts';

type Owner = { feature: string; owner: string; filesPrefix: string };

const owners: readonly Owner[] = [
  { feature: 'generalCases', owner: 'cases', filesPrefix: 'cases' },
  { feature: 'observabilityCases', owner: 'observability', filesPrefix: 'observability' },
  { feature: 'securitySolutionCases', owner: 'securitySolution', filesPrefix: 'securitySolution' },
];

/**
 * Case features, in three generations for each owner: what a later one keeps in a sub-feature, an earlier one has in
 * `all` itself. The earlier ones are deprecated and still grant.
 */
export const casesFeatures: readonly Feature[] = owners.flatMap((owner) => [
  casesFeature(owner, '', 'Cases (Deprecated)', ['createComment', 'reopenCase', 'assign']),
  casesFeature(owner, 'V2', 'Cases', ['assign']),
  casesFeature(owner, 'V3', 'Cases', []),
]);

type Movable = 'createComment' | 'reopenCase' | 'assign';

function casesFeature({ feature, owner, filesPrefix }: Owner, suffix: string, name: string, inAll: Movable[]): Feature {
  const forOwner = (...operations: (Movable | 'create' | 'read' | 'update' | 'push')[]): Grant['cases'] =>
    Object.fromEntries(operations.map((operation) => [operation, [owner]]));
  const api = ['casesGetConnectorsConfigure', `${filesPrefix}FilesCasesRead`];
  const movable: [Movable, SubFeature][] = [
    [
      'createComment',
      only('Create comments & attachments', 'create_comment', {
        api: [`${filesPrefix}FilesCasesCreate`],
        cases: { createComment: [owner] },
      }),
    ],
    ['reopenCase', only('Re-open', 'case_reopen', { cases: { reopenCase: [owner] } })],
    ['assign', only('Assign users', 'cases_assign', { cases: { assign: [owner] } })],
  ];
  return {
    id: `${feature}${suffix}`,
    name,
    all: { api, cases: { ...forOwner('create', 'read', 'update', 'push', ...inAll) } },
    read: { api, cases: { ...forOwner('read') } },
    subFeatures: [
      only('Delete', 'cases_delete', { api: [`${filesPrefix}FilesCasesDelete`], cases: { delete: [owner] } }),
      only('Case settings', 'cases_settings', { cases: { settings: [owner] } }),
      ...movable.filter(([operation]) => !inAll.includes(operation)).map(([, subFeature]) => subFeature),
    ],
  };
}

function only(name: string, id: string, grant: Grant): SubFeature {
  return { name, privileges: { [id]: { includeIn: 'all', ...grant } } };
}
