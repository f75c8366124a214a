import { LRUCache } from 'lru-cache';
import mustache from 'mustache';
import { BadRequest } from '../errors/errors.ts';
import type { ListType, StoredPoint, StoredRange, StoredValue } from './list-types.ts';
import { pairs } from './list-types.ts';

/** Enough for any real template; the time to read one grows with the square of its blanks. */
const maxTemplateLength = 8_192;

/** More text than this from one item is an attack: a template of a few kilobytes can name a long value a thousand times. */
const maxRenderedCharacters = 8 * 1_048_576;

/** Sections inside sections; every name is looked up through all that are open. */
const maxSectionDepth = 50;

export type ValueRenderer = (stored: StoredValue) => string;

/**
 * Makes the function that prints the items of a type with the deserializer they carry. A deserializer counts only for
 * values whose parts' names it contains, all others are printed the default way.
 * The function throws `BadRequest` when a deserializer is needed and is not a Mustache template, or prints too much.
 */
export function valueRenderer(type: ListType, deserializer?: string): ValueRenderer {
  const separator = pairs[type]?.separator ?? '';
  const mentions = (...names: string[]) => names.every((name) => deserializer?.includes(name));
  const custom = { value: mentions('value'), range: mentions('gte', 'lte'), point: mentions('lat', 'lon') };
  let template: Template | undefined;
  const withTemplate = (view: View) => {
    template ??= parseTemplate(deserializer ?? '');
    return template(view);
  };
  return (stored) => {
    if (typeof stored === 'string') return custom.value ? withTemplate({ value: stored }) : stored;
    if ('gte' in stored) return custom.range ? withTemplate(stored) : `${stored.gte}${separator}${stored.lte}`;
    return custom.point ? withTemplate(stored) : `${stored.lat}${separator}${stored.lon}`;
  };
}

/** Few: the items of a list mostly share one deserializer, and a parsed template takes far more memory than its text. */
const renderers = new LRUCache<string, ValueRenderer>({ max: 16 });

/** Prints one item; see `valueRenderer`, whose renderers it keeps for the next item. */
export function renderValue(item: { type: ListType; stored: StoredValue; deserializer?: string | undefined }): string {
  const { type, stored, deserializer } = item;
  if (deserializer === undefined) return valueRenderer(type)(stored);
  const key = `${type} ${deserializer}`;
  let render = renderers.get(key);
  if (render === undefined) {
    render = valueRenderer(type, deserializer);
    renderers.set(key, render);
  }
  return render(stored);
}

type View = { value: string } | StoredRange | StoredPoint;
type Template = (view: View) => string;
/** What views inherit: no names a template could find, and the view itself (`{{.}}`) prints as nothing. */
const nothing = Object.freeze(Object.assign(Object.create(null), { [Symbol.toPrimitive]: () => '' }));

/** Mustache's tokens: kind, text, start, end and, for sections, the tokens inside. */
type Token = [string, string, number, number, Token[]?, ...unknown[]];

/**
 * The default writer would keep every template ever seen, so each has its own. Partials are empty because none is
 * given; there are no lambdas because the view holds nothing but texts.
 */
function parseTemplate(text: string): Template {
  if (text.length > maxTemplateLength) {
    throw new BadRequest(`Invalid deserializer: it is longer than ${maxTemplateLength} characters`);
  }
  const writer = new mustache.Writer();
  const tokens = parseTokens(writer, text);
  const names = countNames(tokens);
  return (view) => {
    const longest = Math.max(...Object.values(view).map((part) => part.length));
    if (names * longest > maxRenderedCharacters) {
      throw new BadRequest(`The deserializer prints more than ${maxRenderedCharacters} characters for one value`);
    }
    const context = new mustache.Context(Object.assign(Object.create(nothing), view));
    return writer.renderTokens(tokens, context);
  };
}

function parseTokens(writer: InstanceType<typeof mustache.Writer>, text: string) {
  try {
    return writer.parse(text);
  } catch (error) {
    throw new BadRequest(`Invalid deserializer: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function countNames(tokens: readonly Token[], depth = 0): number {
  if (depth > maxSectionDepth) throw new BadRequest(`Invalid deserializer: more than ${maxSectionDepth} open sections`);
  let names = 0;
  for (const [kind, , , , inside] of tokens) {
    if (kind === 'name' || kind === '&') names += 1;
    else if ((kind === '#' || kind === '^') && inside) names += countNames(inside, depth + 1);
  }
  return names;
}
