import * as z from 'zod';

/** The connector that a case names for pushing it to an external system, by type. */

const text = z.union([z.string(), z.null()]);
const flag = z.union([z.boolean(), z.null()]);

function connectorOf<Type extends string, Fields extends z.ZodType>(type: Type, fields: Fields) {
  return z.strictObject({ id: z.string(), type: z.literal(type), fields, name: z.string() });
}

function orNull<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.union([z.strictObject(shape), z.null()]);
}

export const connector = z.discriminatedUnion('type', [
  connectorOf('.cases-webhook', z.null()),
  connectorOf('.jira', orNull({ issueType: text, priority: text, parent: text })),
  connectorOf('.none', z.null()),
  connectorOf('.resilient', orNull({ incidentTypes: z.union([z.array(z.string()), z.null()]), severityCode: text })),
  connectorOf(
    '.servicenow',
    orNull({ impact: text, severity: text, urgency: text, category: text, subcategory: text }),
  ),
  connectorOf(
    '.servicenow-sir',
    orNull({
      category: text,
      destIp: flag,
      malwareHash: flag,
      malwareUrl: flag,
      priority: text,
      sourceIp: flag,
      subcategory: text,
    }),
  ),
  connectorOf('.swimlane', orNull({ caseId: text })),
  connectorOf('.thehive', orNull({ tlp: z.union([z.number(), z.null()]) })),
]);
