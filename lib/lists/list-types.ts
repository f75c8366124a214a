/** The types a value list can have and how the value of each is written, stored and printed. */

/** All list types, in the order in which Kibana lists them. */
export const listTypeNames = [
  'binary',
  'boolean',
  'byte',
  'date',
  'date_nanos',
  'date_range',
  'double',
  'double_range',
  'float',
  'float_range',
  'geo_point',
  'geo_shape',
  'half_float',
  'integer',
  'integer_range',
  'ip',
  'ip_range',
  'keyword',
  'long',
  'long_range',
  'shape',
  'short',
  'text',
] as const;

export type ListType = (typeof listTypeNames)[number];

export type StoredRange = { gte: string; lte: string };
export type StoredPoint = { lat: string; lon: string };
/** What an item holds under the name of its type. */
export type StoredValue = string | StoredRange | StoredPoint;

/** The named groups that a serializer can fill, which are the names that a deserializer can print. */
export const groupNames = ['value', 'gte', 'lte', 'lat', 'lon'] as const;
export type GroupName = (typeof groupNames)[number];
export type Groups = { [name in GroupName]?: string };

/** A type whose text can consist of two parts. Everything else is one text, written and printed as it is. */
export type Pair = {
  /** Names of the two parts, in the order in which they are written. */
  names: readonly [GroupName, GroupName];
  /** Stands between the two parts. */
  separator: string;
  /** Whether a text without the two parts is both of them (a range of one value) or one text (well-known text). */
  single: 'both' | 'text';
  /** The two parts are stored as well-known text, longitude first, which is how they are printed too. */
  asPoint?: true;
};

const range: Pair = { names: ['gte', 'lte'], separator: '-', single: 'both' };
const point: Pair = { names: ['lat', 'lon'], separator: ',', single: 'text' };

/**
 * The types made of two parts. Their default serializer is `(?<gte>.+)-(?<lte>.+)|(?<value>.+)` or
 * `(?<lat>.+),(?<lon>.+)` with the separator of the type, so the last separator divides; their default deserializer is
 * `{{{gte}}}-{{{lte}}}` or `{{{lat}}},{{{lon}}}`. All others have `(?<value>.+)` and `{{{value}}}`.
 */
export const pairs: { readonly [type in ListType]?: Pair } = {
  date_range: { ...range, separator: ',' },
  double_range: range,
  float_range: range,
  geo_point: point,
  geo_shape: { ...point, asPoint: true },
  integer_range: range,
  ip_range: range,
  long_range: range,
  shape: { ...point, asPoint: true },
};
