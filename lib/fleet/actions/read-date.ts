/** A day, with or without hyphens and a time of it. */
const ISO =
  /^(\d{4})(-?)(\d\d)\2(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?(?:Z|([+-]\d\d)(?::?(\d\d))?)?)?$/;

/**
 * The moment that a text names, as Kibana's library reads it: days that are not in the calendar are none. Texts of other
 * forms are read as JavaScript reads them.
 */
export function readDate(text: string): Date | undefined {
  const [
    isIso,
    year,
    ,
    month,
    day,
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '0',
    east = '+00',
    more = '00',
  ] = ISO.exec(text.trim()) ?? [];
  if (isIso === undefined) return valid(new Date(text));
  const date = `${year}-${month}-${day}`;
  // JavaScript takes the 30th of February for a day of March.
  if (valid(new Date(date))?.toISOString().startsWith(date) !== true) return undefined;
  return valid(new Date(`${date}T${hour}:${minute}:${second}.${fraction.slice(0, 3)}${east}:${more}`));
}

function valid(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}
