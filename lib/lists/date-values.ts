import { readLong } from './numeric-values.ts';

/** A point in time: epoch milliseconds and the nanoseconds beyond them. */
export type Instant = { milliseconds: number; nanoseconds: number };

const isoDay = /^(?<year>-?\d{4})(?:-(?<month>\d\d)(?:-(?<day>\d\d))?)?$/;
const isoTime = /^(?<hour>\d\d)(?::(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?)?(?<zone>\D.*)?$/;
const isoZone = /^(?:Z|(?:UTC|GMT|UT)?(?:(?<sign>[+-])(?<hours>\d\d)(?::?(?<minutes>[0-5]\d))?)?)$/;

/**
 * A date in Elasticsearch's default format, `strict_date_optional_time||epoch_millis`: ISO 8601 from the year on, what
 * is left out being the least, in UTC or with an offset; or milliseconds. Undefined when the text is neither.
 * Time zones by region are not understood.
 */
export function readDate(text: string): Instant | undefined {
  return readIsoDate(text) ?? readEpochMillis(text);
}

function readIsoDate(text: string): Instant | undefined {
  const at = text.indexOf('T');
  const day = isoDay.exec(at === -1 ? text : text.slice(0, at))?.groups;
  const rest = at === -1 ? '' : text.slice(at + 1);
  const time = rest === '' ? {} : isoTime.exec(rest)?.groups;
  if (day === undefined || time === undefined || (at !== -1 && day.day === undefined)) return undefined;
  const date = new Date(0);
  const month = numberOr(day.month, 1) - 1;
  date.setUTCFullYear(numberOr(day.year, 0), month, numberOr(day.day, 1));
  if (date.getUTCMonth() !== month || date.getUTCDate() !== numberOr(day.day, 1)) return undefined;
  const [hour, minute, second] = [numberOr(time.hour, 0), numberOr(time.minute, 0), numberOr(time.second, 0)];
  const offset = offsetMinutes(time.zone ?? 'Z');
  if (hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;
  date.setUTCHours(hour, minute - offset, second);
  const fraction = Number((time.fraction ?? '').padEnd(9, '0'));
  return { milliseconds: date.getTime() + Math.floor(fraction / 1e6), nanoseconds: fraction % 1e6 };
}

const numberOr = (digits: string | undefined, absent: number) => (digits === undefined ? absent : Number(digits));

/** Minutes east of UTC, at most 18 hours. */
function offsetMinutes(zone: string): number | undefined {
  const parts = isoZone.exec(zone)?.groups;
  if (parts === undefined) return undefined;
  const minutes = numberOr(parts.hours, 0) * 60 + numberOr(parts.minutes, 0);
  if (minutes > 18 * 60) return undefined;
  return parts.sign === '-' ? -minutes : minutes;
}

function readEpochMillis(text: string): Instant | undefined {
  if (!/^-?\d{1,19}(?:\.\d{0,6})?$/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.split('.');
  if (readLong(whole) === undefined) return undefined;
  return { milliseconds: Number(whole), nanoseconds: Number(fraction.padEnd(6, '0')) };
}

/** The last nanosecond of a field of type `date_nanos`: 2262-04-11T23:47:16.854775807Z. */
const lastNano: Instant = { milliseconds: 9_223_372_036_854, nanoseconds: 775_807 };

/** Whether a field of type `date_nanos` can hold the date: it counts from 1970 in 63 bits. */
export function fitsNanoseconds({ milliseconds, nanoseconds }: Instant): boolean {
  if (milliseconds === lastNano.milliseconds) return nanoseconds <= lastNano.nanoseconds;
  return milliseconds >= 0 && milliseconds < lastNano.milliseconds;
}

/**
 * An end of a date range, which may carry date math (`2025-01-01||+1M/d`); undefined when it is not valid. The math is
 * checked but not carried out: such an end has no milliseconds. `now` is refused, as always when indexing.
 */
export function readDateMath(text: string): Partial<Instant> | undefined {
  const at = text.indexOf('||');
  if (at === -1) return readDate(text);
  const valid = /^(?:(?:[+-]\d{0,9}|\/1?)[yMwdhHms])*$/.test(text.slice(at + 2));
  return valid && readDate(text.slice(0, at)) ? {} : undefined;
}
