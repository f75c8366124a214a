import { Forbidden } from '../errors/errors.ts';
import type { CasesPrivilege } from '../security/features/feature.ts';
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

/** @throws Forbidden when the caller may not do one of the operations to one of the owners, or an owner is no solution */
export function authorize(
  { principal, space }: Caller,
  names: OperationName | readonly OperationName[],
  ownersOfAll: readonly string[],
): void {
  const asked = [...new Set(ownersOfAll)];
  for (const name of [names].flat()) {
    const { privilege, text } = operations[name];
    if (asked.every((owner) => isOwner(owner) && mayUseCases(principal, space, owner, privilege))) continue;
    throw new Forbidden(`Unauthorized to ${text} with owners: "${asked.join(', ')}"`);
  }
}

function isOwner(owner: string): boolean {
  return owners.some((known) => known === owner);
}

/** The owners to which the caller may do the operation. @throws Forbidden when there are none */
export function authorizedOwners({ principal, space }: Caller, name: OperationName): string[] {
  const { privilege, text } = operations[name];
  const allowed = owners.filter((owner) => mayUseCases(principal, space, owner, privilege));
  if (allowed.length === 0) throw new Forbidden(`Unauthorized to ${text} of any owner`);
  return allowed;
}
