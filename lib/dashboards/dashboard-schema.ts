import * as z from 'zod';
import { reference } from '../stores/saved-objects.ts';
import * as schema from '../validation/config-schema.ts';

/*
 * What a dashboard is for clients, in the order in which Kibana checks it: only the first problem is told.
 */

const anything = schema.record(z.string(), z.unknown());

const direction = z.enum(['asc', 'desc']);

const filter = schema.object({
  meta: schema.openObject({
    alias: schema.oneOf([z.string(), z.literal(null)]).optional(),
    disabled: schema.boolean().optional(),
    negate: schema.boolean().optional(),
    controlledBy: z.string().optional(),
    group: z.string().optional(),
    index: z.string().optional(),
    isMultiIndex: schema.boolean().optional(),
    type: z.string().optional(),
    key: z.string().optional(),
    params: z.unknown().optional(),
    value: z.string().optional(),
    field: z.string().optional(),
  }),
  query: anything.optional(),
  $state: schema.object({ store: z.enum(['appState', 'globalState']) }).optional(),
});

const sort = schema.record(
  z.string(),
  schema.oneOf([
    direction,
    schema.object({ order: direction, format: z.string().optional() }),
    schema.object({
      order: direction,
      numeric_type: z.enum(['double', 'long', 'date', 'date_nanos']).optional(),
    }),
  ]),
);

const searchSource = schema.openObject({
  type: z.string().optional(),
  query: schema.object({ query: schema.oneOf([z.string(), anything]), language: z.string() }).optional(),
  filter: schema.array(filter).optional(),
  sort: schema.array(sort).optional(),
});

const refreshInterval = schema.object({
  pause: schema.boolean(),
  value: schema.number(),
  display: z.string().optional(),
  section: schema.number().optional(),
});

const control = schema.openObject({
  type: z.string(),
  controlConfig: anything.optional(),
  id: z.string().optional(),
  order: schema.number(),
  width: z.enum(['small', 'medium', 'large']).default('medium'),
  grow: schema.boolean().default(false),
});

/** Also read from what is stored: there it may lack keys that came later. */
export const ignoreParentSettings = schema.object({
  ignoreFilters: schema.boolean().default(false),
  ignoreQuery: schema.boolean().default(false),
  ignoreTimerange: schema.boolean().default(false),
  ignoreValidations: schema.boolean().default(false),
});

const controlGroupInput = schema.object({
  controls: schema.array(control).default([]),
  labelPosition: z.enum(['oneLine', 'twoLine']).default('oneLine'),
  chainingSystem: z.enum(['NONE', 'HIERARCHICAL']).default('HIERARCHICAL'),
  enhancements: anything.optional(),
  ignoreParentSettings,
  autoApplySelections: schema.boolean().default(true),
});

const panel = schema.object({
  panelConfig: schema.openObject({
    version: z.string().optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    savedObjectId: z.string().optional(),
    hidePanelTitles: schema.boolean().optional(),
    enhancements: anything.optional(),
  }),
  id: z.string().optional(),
  type: z.string(),
  panelRefName: z.string().optional(),
  gridData: schema.object({
    x: schema.number(),
    y: schema.number(),
    w: schema.number(z.number().min(1).max(48)).default(24),
    h: schema.number(z.number().min(1)).default(15),
    i: z.string().optional(),
  }),
  panelIndex: z.string().optional(),
  title: z.string().optional(),
  version: z.string().optional(),
});

const optionFlags = {
  hidePanelTitles: schema.boolean().default(false),
  useMargins: schema.boolean().default(true),
  syncColors: schema.boolean().default(true),
  syncTooltips: schema.boolean().default(true),
  syncCursor: schema.boolean().default(true),
};

/** The same flags as they are read from what is stored: whatever else stands there is passed over. */
export const storedOptions = z.object(optionFlags);

/** What a client sends. */
export const dashboardAttributes = schema.object({
  title: z.string(),
  description: z.string().default(''),
  timeRestore: schema.boolean().default(false),
  kibanaSavedObjectMeta: schema.object({ searchSource: searchSource.optional() }),
  timeFrom: z.string().optional(),
  timeTo: z.string().optional(),
  refreshInterval: refreshInterval.optional(),
  controlGroupInput: controlGroupInput.optional(),
  panels: schema.array(panel).default([]),
  options: schema.object(optionFlags),
  version: schema.number().optional(),
});
export type DashboardAttributes = z.output<typeof dashboardAttributes>;

export const references = schema
  .array(schema.object({ name: z.string(), type: z.string(), id: z.string() }))
  .optional();

const freeForm = z.record(z.string(), z.unknown());

/** What a client reads. Dashboards that came from elsewhere may hold what a client could not send. */
export const dashboardView = z.strictObject({
  title: z.string(),
  description: z.string().optional(),
  timeRestore: z.boolean(),
  timeFrom: z.string().optional(),
  timeTo: z.string().optional(),
  version: z.number().optional(),
  refreshInterval: z
    .strictObject({
      pause: z.boolean(),
      value: z.number(),
      display: z.string().optional(),
      section: z.number().optional(),
    })
    .optional(),
  kibanaSavedObjectMeta: z.strictObject({ searchSource: freeForm }),
  options: z.strictObject({
    hidePanelTitles: z.boolean(),
    useMargins: z.boolean(),
    syncColors: z.boolean(),
    syncTooltips: z.boolean(),
    syncCursor: z.boolean(),
  }),
  controlGroupInput: z
    .strictObject({
      autoApplySelections: z.boolean(),
      chainingSystem: z.string(),
      controls: z.array(
        z.strictObject({
          controlConfig: freeForm.optional(),
          id: z.string(),
          grow: z.boolean(),
          order: z.number(),
          type: z.string(),
          width: z.string(),
        }),
      ),
      enhancements: freeForm.optional(),
      labelPosition: z.string(),
      ignoreParentSettings: z.strictObject({
        ignoreFilters: z.boolean(),
        ignoreQuery: z.boolean(),
        ignoreTimerange: z.boolean(),
        ignoreValidations: z.boolean(),
      }),
    })
    .optional(),
  panels: z.array(
    z.strictObject({
      type: z.string(),
      gridData: z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number(), i: z.string() }),
      panelIndex: z.string(),
      panelConfig: freeForm,
      id: z.string().optional(),
      panelRefName: z.string().optional(),
      title: z.string().optional(),
      version: z.string().optional(),
    }),
  ),
});
export type DashboardView = z.infer<typeof dashboardView>;

const item = z.strictObject({
  id: z.string(),
  type: z.literal('dashboard'),
  updatedAt: z.string().optional(),
  updatedBy: z.string().optional(),
  createdAt: z.string().optional(),
  createdBy: z.string().optional(),
  attributes: dashboardView,
  namespaces: z.array(z.string()),
  references: z.array(reference),
  version: z.string(),
  managed: z.boolean(),
  originId: z.string().optional(),
});

/** One dashboard, whole. */
export const dashboardItem = item;

/** One dashboard of a list. */
export const listedItem = item.extend({
  attributes: z.strictObject({ title: z.string(), description: z.string().optional(), timeRestore: z.boolean() }),
});
