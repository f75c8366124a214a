const UNITS = ['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'];

/** Why a text is no duration as Go writes them (`1h15m`, `-1.5s`), in Go's words; undefined for a duration. */
export function durationProblem(text: string): string | undefined {
  const whole = JSON.stringify(text);
  let rest = text.replace(/^[-+]/, '');
  if (rest === '0') return undefined;
  do {
    const [number = ''] = /^\d*\.?\d*/.exec(rest) ?? [];
    if (!/\d/.test(number)) return `time: invalid duration ${whole}`;
    const [unit = ''] = /^[^\d.]*/.exec(rest.slice(number.length)) ?? [];
    if (unit === '') return `time: missing unit in duration ${whole}`;
    if (!UNITS.includes(unit)) return `time: unknown unit ${JSON.stringify(unit)} in duration ${whole}`;
    rest = rest.slice(number.length + unit.length);
  } while (rest !== '');
  return undefined;
}
