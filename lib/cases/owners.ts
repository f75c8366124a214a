import { Forbidden } from '../errors/errors.ts';
import { disabledFeatures } from '../security/disabled-features.ts';
import type { CasesPrivilege } from '../security/features/feature.ts';
import { featureOf } from '../security/features/features.ts';
import type { Principal } from '../security/principal.ts';
import { mayUseCases } from '../security/privileges.ts';

/** Who may do what to cases: decided by the owner of each case, that is the solution it belongs to. */

/** The solutions that have cases. */
const owners = ['cases', 'observability', 'securitySolution'] as const;

type Operation = { privilege: CasesPrivilege; text: string };

export const operations = {
  createCase: { privilege: 'create', text: 'create case' },
  getCase: { privilege: 'read', text: 'access case' },
  findCases: { privilege: 'read', text: 'access cases' },
  updateCase: { privilege: 'update', text: 'update case' },
  reopenCase: { privilege: 'reopenCase', text: 'update case' },
  assignCase: { privilege: 'assign', text: 'update case' },
  deleteCase: { privilege: 'delete', text: 'delete case' },
  getReporters: { privilege: 'read', text: 'access case' },
  createComment: { privilege: 'createComment', text: 'create comments' },
  deleteComment: { privilege: 'delete', text: 'delete comments' },
  findComments: { privilege: 'read', text: 'access comments' },
  findUserActions: { privilege: 'read', text: 'access user actions' },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

export type Caller = { principal: Principal; space: string };

/** @throws Forbidden when the caller may not do one of the operations to one of the owners, or an owner is no solution here */
export async function authorize(
  { principal, space }: Caller,
  names: OperationName | readonly OperationName[],
  ownersOfAll: readonly string[],
): Promise<void> {
  const known: readonly string[] = await ownersIn(space);
  const asked = [...new Set(ownersOfAll)];
  for (const name of [names].flat()) {
    const { privilege, text } = operations[name];
    if (asked.every((owner) => known.includes(owner) && mayUseCases(principal, space, owner, privilege))) continue;
    throw new Forbidden(`Unauthorized to ${text} with owners: "${asked.join(', ')}"`);
  }
}

/** The solutions that have cases in a space: their feature is not switched off there. */
async function ownersIn(space: string) {
  const off = (await disabledFeatures(space)).flatMap((id) => featureOf(id)?.all.cases?.create ?? []);
  return owners.filter((owner) => !off.includes(owner));
}

/** The owners to which the caller may do the operation. @throws Forbidden when there are none */
export async function authorizedOwners({ principal, space }: Caller, name: OperationName): Promise<string[]> {
  const { privilege, text } = operations[name];
  const allowed = (await ownersIn(space)).filter((owner) => mayUseCases(principal, space, owner, privilege));
  if (allowed.length === 0) throw new Forbidden(`Unauthorized to ${text} of any owner`);
  return allowed;
}
