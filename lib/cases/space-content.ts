import { goesByObject, type SpaceContent } from '../stores/leave-space.ts';
import { caseIdsIn } from './case-records.ts';
import { removeCase } from './delete-cases.ts';

/** The cases of a space, with their comments and user actions. */
export const cases: SpaceContent = goesByObject(caseIdsIn, removeCase);
