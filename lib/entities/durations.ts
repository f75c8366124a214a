const units = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Milliseconds of a text such as `30s`, `5m`, `12h`, `1d`; undefined for any other. */
export function durationOf(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const length = units.get(unit);
  return count === undefined || length === undefined ? undefined : Number(count) * length;
}
