import * as z from 'zod';
import type { JsonObject } from '../json/merge.ts';
import { parseJson } from '../json/parse-json.ts';
import {
  type DashboardAttributes,
  type DashboardView,
  ignoreParentSettings,
  storedOptions,
} from './dashboard-schema.ts';

/*
 * Between what clients see of a dashboard and how Kibana keeps it: several parts are JSON text inside the attributes, and
 * some have older names there. The stored form is also what `_export` writes and `_import` reads.
 */

type ControlGroup = NonNullable<DashboardAttributes['controlGroupInput']>;

/** The stored form of what a client sent. Panels and controls without an id get one. */
export function toStored(attributes: DashboardAttributes, newId: () => string): JsonObject {
  const { options, kibanaSavedObjectMeta, panels, controlGroupInput, ...plain } = attributes;
  return {
    ...plain,
    optionsJSON: JSON.stringify(options),
    kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(kibanaSavedObjectMeta.searchSource ?? {}) },
    panelsJSON: JSON.stringify(panels.map((panel) => storedPanelOf(panel, newId))),
    ...(controlGroupInput && { controlGroupInput: storedControlGroupOf(controlGroupInput, newId) }),
  };
}

function storedPanelOf(
  { panelConfig, panelIndex, gridData, ...rest }: DashboardAttributes['panels'][number],
  newId: () => string,
) {
  const index = panelIndex ?? newId();
  return { ...rest, embeddableConfig: panelConfig, panelIndex: index, gridData: { ...gridData, i: index } };
}

function storedControlGroupOf(group: ControlGroup, newId: () => string) {
  const { controls, labelPosition, chainingSystem, autoApplySelections, enhancements } = group;
  const panels = controls.map(({ id = newId(), controlConfig = {}, ...control }) => [
    id,
    { ...control, explicitInput: { ...controlConfig, id } },
  ]);
  return {
    chainingSystem,
    controlStyle: labelPosition,
    showApplySelections: !autoApplySelections,
    ignoreParentSettingsJSON: JSON.stringify(group.ignoreParentSettings),
    panelsJSON: JSON.stringify(Object.fromEntries(panels)),
    ...(enhancements !== undefined && { enhancements }),
  };
}

/** JSON text of something. */
function jsonOf<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return parseJson(text);
      } catch {
        context.issues.push({ code: 'custom', message: 'is not JSON', input: text });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

const freeForm = z.record(z.string(), z.unknown());

const storedPanel = z.object({
  type: z.string(),
  gridData: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number(), i: z.string().optional() }),
  panelIndex: z.string().optional(),
  embeddableConfig: freeForm.default({}),
  id: z.string().optional(),
  panelRefName: z.string().optional(),
  title: z.string().optional(),
  version: z.string().optional(),
});

const storedControl = z.object({
  type: z.string(),
  order: z.number().default(0),
  width: z.string().default('medium'),
  grow: z.boolean().default(false),
  explicitInput: freeForm.default({}),
});

const storedControlGroup = z.object({
  chainingSystem: z.string().default('HIERARCHICAL'),
  controlStyle: z.string().default('oneLine'),
  showApplySelections: z.boolean().default(false),
  ignoreParentSettingsJSON: jsonOf(ignoreParentSettings).default(ignoreParentSettings.parse({})),
  panelsJSON: jsonOf(z.record(z.string(), storedControl)).default({}),
  enhancements: freeForm.optional(),
});

const storedDashboard = z.object({
  title: z.string(),
  description: z.string().optional(),
  timeRestore: z.boolean().default(false),
  timeFrom: z.string().optional(),
  timeTo: z.string().optional(),
  version: z.number().optional(),
  refreshInterval: z
    .object({
      pause: z.boolean(),
      value: z.number(),
      display: z.string().optional(),
      section: z.number().optional(),
    })
    .optional(),
  optionsJSON: jsonOf(storedOptions).default(storedOptions.parse({})),
  panelsJSON: jsonOf(z.array(storedPanel)).default([]),
  kibanaSavedObjectMeta: z.object({ searchSourceJSON: jsonOf(freeForm).default({}) }).default({ searchSourceJSON: {} }),
  controlGroupInput: storedControlGroup.optional(),
});

/** What clients see of a stored dashboard. @throws ZodError when it is none, which only an import can bring about */
export function fromStored(attributes: JsonObject): DashboardView {
  const { optionsJSON, panelsJSON, kibanaSavedObjectMeta, controlGroupInput, version, ...plain } =
    storedDashboard.parse(attributes);
  return {
    ...plain,
    kibanaSavedObjectMeta: { searchSource: kibanaSavedObjectMeta.searchSourceJSON },
    options: optionsJSON,
    panels: panelsJSON.map(viewOfPanel),
    ...(controlGroupInput && { controlGroupInput: viewOfControlGroup(controlGroupInput) }),
    ...(version !== undefined && version !== 0 && { version }),
  };
}

function viewOfPanel({ embeddableConfig, panelIndex, gridData, ...rest }: z.infer<typeof storedPanel>) {
  const index = panelIndex ?? gridData.i ?? '';
  return { ...rest, panelIndex: index, gridData: { ...gridData, i: index }, panelConfig: embeddableConfig };
}

function viewOfControlGroup(group: z.infer<typeof storedControlGroup>) {
  const { chainingSystem, controlStyle, showApplySelections, enhancements } = group;
  return {
    autoApplySelections: !showApplySelections,
    chainingSystem,
    controls: Object.entries(group.panelsJSON).map(([id, { type, order, width, grow, explicitInput }]) => {
      const { id: _, ...controlConfig } = explicitInput;
      return { controlConfig, id, grow, order, type, width };
    }),
    labelPosition: controlStyle,
    ignoreParentSettings: group.ignoreParentSettingsJSON,
    ...(enhancements !== undefined && { enhancements }),
  };
}
