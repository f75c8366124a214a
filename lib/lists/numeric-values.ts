/** Numbers as Elasticsearch reads them from texts, with its coercion on: decimals are cut off where an integer belongs. */

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/;

/** A floating point number as Java reads it; undefined when the text is none. May be infinite or not a number. */
export function readDouble(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?(?:NaN|Infinity)$/.test(trimmed)) return Number(trimmed.replace(/[+-](?=NaN)/, ''));
  return decimal.test(trimmed) ? Number(trimmed.replace(/[fFdD]$/, '')) : undefined;
}

/** An integer of up to 32 bits, cut off after the point; undefined when the text is no number or out of range. */
export function readInteger(text: string, bits: 8 | 16 | 32): bigint | undefined {
  const number = readDouble(text);
  if (number === undefined) return undefined;
  if (Number.isNaN(number)) return 0n;
  const limit = 2 ** (bits - 1);
  // Bytes are checked after the decimals are gone, the wider ones before.
  const checked = bits === 8 ? Math.trunc(number) : number;
  return checked >= -limit && checked <= limit - 1 ? BigInt(Math.trunc(number)) : undefined;
}

const longDecimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,10}))?$/;
const longLimit = 2n ** 63n;

/** A 64-bit integer, exact; undefined when the text is no number or out of range. No blanks around it. */
export function readLong(text: string): bigint | undefined {
  const match = longDecimal.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = `${whole}${fraction}`;
  // The digits before the point once the exponent has moved it; a long has at most 19.
  const leading = digits.length - digits.replace(/^0+/, '').length;
  const significant = digits.slice(leading);
  const length = whole.length + Number(exponent) - leading;
  if (significant === '' || length <= 0) return 0n;
  if (length > 19) return undefined;
  const magnitude = BigInt(significant.slice(0, length).padEnd(length, '0'));
  const number = sign === '-' ? -magnitude : magnitude;
  return number >= -longLimit && number < longLimit ? number : undefined;
}

/** What remains finite in a field of the given type; a half float ends at 65,504 and rounds. */
export function readFinite(text: string, type: 'double' | 'float' | 'half_float'): number | undefined {
  const number = readDouble(text);
  if (number === undefined) return undefined;
  const stored = type === 'double' ? number : Math.fround(number);
  const finite = type === 'half_float' ? Math.abs(stored) < 65_520 : Number.isFinite(stored);
  return finite ? stored : undefined;
}
