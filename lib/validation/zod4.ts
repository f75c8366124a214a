import { listOfIssues } from './zod-list.ts';

/** Kibana's zod routes of 2026 (entity store): zod 4 wording, which is zod's own here. */
export const zod4 = listOfIssues((issue) => issue.message);
