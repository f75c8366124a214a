import * as z from 'zod';
import type { JsonObject } from '../json/merge.ts';
import { parseJson } from '../json/parse-json.ts';
import type { Reference } from '../stores/saved-objects.ts';
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

/** For what Kibana takes as absent when it is null, empty text or zero. */
function unlessFalsy<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => value || undefined, schema);
}

const freeForm = z.record(z.string(), z.unknown());

const storedPanel = z.object({
  /** Absent in older dashboards where `panelRefName` says what the panel shows. */
  type: z.string().optional(),
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
  ignoreParentSettingsJSON: unlessFalsy(jsonOf(ignoreParentSettings).default(ignoreParentSettings.parse({}))),
  panelsJSON: unlessFalsy(jsonOf(z.record(z.string(), storedControl)).default({})),
  enhancements: freeForm.optional(),
});

const storedRefreshInterval = z.object({
  pause: z.boolean(),
  value: z.number(),
  display: z.string().optional(),
  section: z.number().optional(),
});

const storedDashboard = z.object({
  title: z.string(),
  // Empty text is a description, too.
  description: z.string().nullish(),
  timeRestore: z.boolean().nullish(),
  timeFrom: unlessFalsy(z.string().optional()),
  timeTo: unlessFalsy(z.string().optional()),
  version: unlessFalsy(z.number().optional()),
  refreshInterval: unlessFalsy(storedRefreshInterval.optional()),
  optionsJSON: unlessFalsy(jsonOf(storedOptions).default(storedOptions.parse({}))),
  panelsJSON: unlessFalsy(jsonOf(z.array(storedPanel)).default([])),
  kibanaSavedObjectMeta: unlessFalsy(
    z.object({ searchSourceJSON: unlessFalsy(jsonOf(freeForm).default({})) }).default({ searchSourceJSON: {} }),
  ),
  controlGroupInput: unlessFalsy(storedControlGroup.optional()),
});

/**
 * What clients see of a stored dashboard.
 *
 * @throws ZodError when it is none, which only an import can bring about
 */
export function fromStored(attributes: JsonObject, references: readonly Reference[]): DashboardView {
  const stored = storedDashboard.parse(attributes);
  const { controlGroupInput, description, refreshInterval, timeFrom, timeRestore, timeTo, title, version } = stored;
  // In the order of Kibana's answers.
  return {
    ...(controlGroupInput && { controlGroupInput: viewOfControlGroup(controlGroupInput) }),
    kibanaSavedObjectMeta: { searchSource: stored.kibanaSavedObjectMeta.searchSourceJSON },
    options: viewOfOptions(stored.optionsJSON),
    panels: stored.panelsJSON.map((panel) => viewOfPanel(panel, references)),
    ...(typeof description === 'string' && { description }),
    ...(refreshInterval && { refreshInterval }),
    ...(timeFrom !== undefined && { timeFrom }),
    timeRestore: timeRestore ?? false,
    ...(timeTo !== undefined && { timeTo }),
    title,
    ...(version !== undefined && { version }),
  };
}

function viewOfOptions(options: z.infer<typeof storedOptions>) {
  const { hidePanelTitles, useMargins, syncColors, syncCursor, syncTooltips } = options;
  return { hidePanelTitles, useMargins, syncColors, syncCursor, syncTooltips };
}

type StoredPanel = z.infer<typeof storedPanel>;

/** @throws ZodError when neither the panel nor a reference says its type */
function viewOfPanel(panel: StoredPanel, references: readonly Reference[]) {
  const { gridData, id, embeddableConfig, panelIndex = gridData.i ?? '', panelRefName, title, version } = panel;
  return {
    gridData: { ...gridData, i: panelIndex },
    ...(id !== undefined && { id }),
    panelConfig: embeddableConfig,
    panelIndex,
    ...(panelRefName !== undefined && { panelRefName }),
    ...(title !== undefined && { title }),
    type: z.string().parse(panel.type ?? referenceOf(panel, references)?.type),
    ...(version !== undefined && { version }),
  };
}

/** What a panel shows. The reference has the panel's index before its name; in older dashboards it has not. */
function referenceOf({ panelIndex, panelRefName }: StoredPanel, references: readonly Reference[]) {
  const named = (wanted: string | undefined) => references.find(({ name }) => name === wanted);
  return named(`${panelIndex}:${panelRefName}`) ?? named(panelRefName);
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
    ...(enhancements !== undefined && { enhancements }),
    labelPosition: controlStyle,
    ignoreParentSettings: group.ignoreParentSettingsJSON,
  };
}
