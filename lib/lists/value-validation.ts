import { fitsNanoseconds, readDate, readDateMath } from './date-values.ts';
import { ipNumber, isCidr } from './ip-addresses.ts';
import type { ListType, StoredPoint, StoredRange, StoredValue } from './list-types.ts';
import { readDouble, readFinite, readInteger, readLong } from './numeric-values.ts';
import { readGeometry } from './well-known-text.ts';

/** Elasticsearch's preview of a value that it refuses as a whole, when it has read all parts of it. */
const previewOfWhole = 'null';

/**
 * Checks what the index of list items would check: undefined when the value fits a field of the type, otherwise the part
 * of the value that does not, for `parsingFailure`.
 */
export function checkValue(type: ListType, stored: StoredValue): string | undefined {
  if (typeof stored === 'string') return acceptsText(type, stored) ? undefined : stored;
  if ('lat' in stored) return type === 'geo_point' && isOnEarth(stored) ? undefined : previewOfWhole;
  return checkRange(type, stored);
}

/** Elasticsearch's reason for refusing a document with an item value; `refused` comes from `checkValue`. */
export function parsingFailure(type: ListType, refused: string, id: string): string {
  const failure = `failed to parse field [${type}] of type [${type}]`;
  if (type === 'geo_point' || type === 'geo_shape' || type === 'shape') return failure;
  return `${failure} in document with id '${id}'. Preview of field's value: '${refused}'`;
}

const maxTermBytes = 32_766;

function acceptsText(type: ListType, text: string): boolean {
  switch (type) {
    case 'binary': // neither stored nor searchable in the index of list items, so it is never decoded
    case 'text':
      return true;
    case 'keyword':
      return text.length * 3 <= maxTermBytes || Buffer.byteLength(text) <= maxTermBytes;
    case 'boolean':
      return text === 'true' || text === 'false' || text.trim() === '';
    case 'byte':
      return readInteger(text, 8) !== undefined;
    case 'short':
      return readInteger(text, 16) !== undefined;
    case 'integer':
      return readInteger(text, 32) !== undefined;
    case 'long':
      return readLong(text) !== undefined;
    case 'double':
    case 'float':
    case 'half_float':
      return readFinite(text, type) !== undefined;
    case 'date':
      return readDate(text) !== undefined;
    case 'date_nanos': {
      const date = readDate(text);
      return date !== undefined && fitsNanoseconds(date);
    }
    case 'ip':
      return ipNumber(text) !== undefined;
    case 'ip_range':
      return isCidr(text);
    case 'geo_point':
      return isPoint(text);
    case 'geo_shape':
    case 'shape':
      return readGeometry(text) !== undefined;
    case 'date_range':
    case 'double_range':
    case 'float_range':
    case 'integer_range':
    case 'long_range':
      return false;
  }
}

function checkRange(type: ListType, { gte, lte }: StoredRange): string | undefined {
  const read = rangeEnds[type];
  const from = read?.(gte);
  if (from === undefined) return gte;
  const to = read?.(lte);
  if (to === undefined) return lte;
  return from > to ? previewOfWhole : undefined;
}

/** How an end of a range is read, to something that can be compared; not a number compares as fitting. */
const rangeEnds: { [type in ListType]?: (text: string) => bigint | number | undefined } = {
  ip_range: ipNumber,
  integer_range: (text) => readInteger(text, 32),
  long_range: readLong,
  float_range: (text) => readFinite(text, 'float'),
  double_range: (text) => readFinite(text, 'double'),
  date_range: (text) => {
    const date = readDateMath(text);
    return date && (date.milliseconds ?? Number.NaN);
  },
};

function isOnEarth({ lat, lon }: StoredPoint): boolean {
  const [latitude, longitude] = [readDouble(lat), readDouble(lon)];
  return latitude !== undefined && longitude !== undefined && inBounds(latitude, longitude);
}

const inBounds = (latitude: number, longitude: number) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;

/** A point in one text: well-known text, `lat,lon` with or without a height, or a geohash. */
function isPoint(text: string): boolean {
  if (/point/i.test(text)) {
    const geometry = readGeometry(text);
    if (geometry?.kind !== 'point') return false;
    const [longitude = 0, latitude = 0] = geometry.position ?? [];
    return inBounds(latitude, longitude);
  }
  if (!text.includes(',')) return /^[0-9b-hjkmnp-z]+$/.test(text);
  const [lat = '', lon = '', ...more] = text.split(',', 4);
  return more.length <= 1 && more.every((height) => readDouble(height) !== undefined) && isOnEarth({ lat, lon });
}
