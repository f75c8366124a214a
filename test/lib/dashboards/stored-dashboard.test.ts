import { expect, it } from 'vitest';
import { dashboardAttributes, dashboardView } from '../../../lib/dashboards/dashboard-schema.ts';
import { fromStored, toStored } from '../../../lib/dashboards/stored-dashboard.ts';
import fc from '../../support/fast-check.ts';

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
/** Any JSON object that the pipeline lets in: it refuses `__proto__`. */
const json = fc
  .dictionary(fc.string(), fc.jsonValue())
  .filter((value) => !JSON.stringify(value).includes('"__proto__"'));
const flag = optional(fc.boolean());
const text = optional(fc.string());

const sent = fc
  .record({
    title: fc.string(),
    description: text,
    timeRestore: flag,
    timeFrom: text,
    timeTo: text,
    options: optional(fc.record({ useMargins: flag, syncColors: flag })),
    kibanaSavedObjectMeta: optional(fc.record({ searchSource: optional(fc.record({ extra: json })) })),
    refreshInterval: optional(fc.record({ pause: fc.boolean(), value: fc.integer() })),
    controlGroupInput: optional(
      fc.record({
        autoApplySelections: flag,
        enhancements: optional(json),
        controls: optional(
          fc.uniqueArray(
            fc.record({ id: fc.uuid(), type: fc.string(), order: fc.integer(), controlConfig: optional(json) }),
            { selector: ({ id }) => id, maxLength: 3 },
          ),
        ),
      }),
    ),
    panels: optional(
      fc.array(
        fc.record({
          type: fc.string(),
          gridData: fc.record({ x: fc.integer(), y: fc.integer(), w: optional(fc.integer({ min: 1, max: 48 })) }),
          panelIndex: text,
          panelConfig: optional(fc.record({ extra: json, title: text })),
          panelRefName: text,
        }),
        { maxLength: 3 },
      ),
    ),
  })
  .map((attributes) => JSON.parse(JSON.stringify(attributes)));

it('what comes back is what was sent with its defaults, and what that stores is the same again', () => {
  let ids = 0;
  const newId = () => `new-${ids++}`;
  fc.assert(
    fc.property(sent, (body) => {
      const attributes = dashboardAttributes.parse(body);
      const stored = toStored(attributes, newId);
      const view = fromStored(JSON.parse(JSON.stringify(stored)), []);
      expect(dashboardView.safeParse(view).error?.issues ?? []).toEqual([]);
      expect(view).toMatchObject({ title: body.title, description: body.description ?? '' });
      expect(view.panels.map(({ panelConfig }) => panelConfig)).toEqual(
        attributes.panels.map(({ panelConfig }) => panelConfig),
      );
      const again = dashboardAttributes.parse(JSON.parse(JSON.stringify(view)));
      expect(fromStored(toStored(again, newId), [])).toEqual(view);
    }),
    { numRuns: 200 },
  );
});
