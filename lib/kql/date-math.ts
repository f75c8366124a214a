/** The milliseconds since 1970 that a date expression covers, both ends included: `2024-01` is a month, `now` one instant. */
export type Instants = { from: number; to: number };

type Unit = 'y' | 'M' | 'w' | 'd' | 'h' | 'm' | 's';

const datePattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)?)?)?)?$/;
const mathPattern = /(?:([+-])(\d*)|\/)([yMwdhHms])/y;

const lengths = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
/** 1970-01-01 was a Thursday; weeks begin on Mondays. */
const firstMonday = 4 * lengths.d;

/**
 * The instants of an ISO date (UTC unless it has an offset), of epoch milliseconds, or of Elasticsearch date math:
 * `now-10m`, `now/d`, `2024-01-31||+1M/d`. Undefined when the text is none of these.
 */
export function instantsOf(text: string, now: Date): Instants | undefined {
  if (text.startsWith('now')) return dateMath(text, 'now'.length, now.getTime());
  const separator = text.indexOf('||');
  if (separator === -1) return dateOf(text);
  const anchor = dateOf(text.slice(0, separator));
  return anchor && dateMath(text, separator + 2, anchor.from);
}

function dateMath(text: string, offset: number, anchor: number): Instants | undefined {
  let from = anchor;
  let to = anchor;
  let at = offset;
  while (at < text.length) {
    mathPattern.lastIndex = at;
    const step = mathPattern.exec(text);
    const unit = unitOf(step?.[3]);
    if (step === null || unit === undefined) return undefined;
    if (step[1] === undefined) {
      from = startOf(unit, from);
      to = plus(startOf(unit, to), unit, 1) - 1;
    } else {
      const count = Number(step[2] || '1') * (step[1] === '-' ? -1 : 1);
      from = plus(from, unit, count);
      to = plus(to, unit, count);
    }
    at += step[0].length;
  }
  return Number.isNaN(from) || Number.isNaN(to) ? undefined : { from, to };
}

function unitOf(letter: string | undefined): Unit | undefined {
  switch (letter) {
    case 'y':
    case 'M':
    case 'w':
    case 'd':
    case 'h':
    case 'm':
    case 's':
      return letter;
    case 'H':
      return 'h';
    default:
      return undefined;
  }
}

function dateOf(text: string): Instants | undefined {
  const date = datePattern.exec(text);
  if (date === null) return epochMilliseconds(text);
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = date;
  const start = startOfMonth(Number(year), Number(month ?? 1) - 1);
  const months = Number(month ?? 1);
  const days = Number(day ?? 1);
  const hours = Number(hour ?? 0);
  const minutes = Number(minute ?? 0);
  const seconds = Number(second ?? 0);
  const daysInMonth = (plus(start, 'M', 1) - start) / lengths.d;
  if (months < 1 || months > 12 || days < 1 || days > daysInMonth) return undefined;
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const milliseconds = Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
  const local =
    start + (days - 1) * lengths.d + hours * lengths.h + minutes * lengths.m + seconds * lengths.s + milliseconds;
  const ahead = Number(offsetHours ?? 0) * lengths.h + Number(offsetMinutes ?? 0) * lengths.m;
  const offset = sign === '-' ? -ahead : ahead;
  const unit = smallestUnit(date);
  const to = fraction === undefined ? plus(local, unit, 1) - 1 : local;
  return { from: local - offset, to: to - offset };
}

function smallestUnit([, , month, day, hour, minute, second]: RegExpExecArray): Unit {
  if (second !== undefined) return 's';
  if (minute !== undefined) return 'm';
  if (hour !== undefined) return 'h';
  if (day !== undefined) return 'd';
  return month === undefined ? 'y' : 'M';
}

function epochMilliseconds(text: string): Instants | undefined {
  if (!/^-?\d{1,16}$/.test(text)) return undefined;
  return { from: Number(text), to: Number(text) };
}

/** `Date.UTC` takes years below 100 for those of the 20th century; this does not. */
function startOfMonth(year: number, month: number): number {
  return new Date(0).setUTCFullYear(year, month, 1);
}

function startOf(unit: Unit, instant: number): number {
  const date = new Date(instant);
  switch (unit) {
    case 'y':
      return startOfMonth(date.getUTCFullYear(), 0);
    case 'M':
      return startOfMonth(date.getUTCFullYear(), date.getUTCMonth());
    case 'w':
      return instant - modulo(instant - firstMonday, lengths.w);
    default:
      return instant - modulo(instant, lengths[unit]);
  }
}

/** A day that the month reached does not have becomes its last one: a month after January 31 is February 28 or 29. */
function plus(instant: number, unit: Unit, count: number): number {
  if (unit !== 'y' && unit !== 'M') return new Date(instant + count * lengths[unit]).getTime();
  const date = new Date(instant);
  const start = startOf('M', instant);
  const months = unit === 'y' ? 12 * count : count;
  const target = startOfMonth(date.getUTCFullYear(), date.getUTCMonth() + months);
  const next = startOfMonth(date.getUTCFullYear(), date.getUTCMonth() + months + 1);
  return Math.min(target + (instant - start), next - lengths.d + modulo(instant, lengths.d));
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
