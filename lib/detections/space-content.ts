import { goesByObject, goesByRow, idsInSpace, type SpaceContent } from '../stores/leave-space.ts';
import { migrationKeysIn } from './migrations.ts';
import { RULE, removeRuleById } from './rules.ts';

/** The rules of a space, with their claims on signature ids. */
export const rules: SpaceContent = goesByObject((space) => idsInSpace(space, RULE), removeRuleById);

/** The migrations of a space's alert indices; the indices themselves stay. */
export const migrations: SpaceContent = goesByRow('Documents', migrationKeysIn);
