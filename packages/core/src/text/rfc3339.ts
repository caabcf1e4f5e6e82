/** Times as RFC 3339 §5.6 writes them. */

const FORM = /^(\d{4}-\d\d-(\d\d))[Tt](\d\d:\d\d:)(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

const MINUTE_MS = 60_000;

/**
 * Milliseconds since the epoch, a longer fraction cut; undefined where the text is no `date-time`. `T` and `Z` may be
 * lower case, as the grammar says; a blank in place of `T` is not taken.
 *
 * A leap second, which only the last minute of a month in UTC can have (§5.7), is the second after it: Unix time
 * counts none.
 */
export function parseRfc3339(text: string): number | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [, date = '', day = '', minute = '', second = '', fraction = '', sign, hours = '0', minutes = '0'] =
    match;
  const isLeap = second === '60';
  const localMs = Date.parse(`${date}T${minute}${isLeap ? '59' : second}Z`);
  // Date.parse takes 30 February, and 24:00:00, for a time of the next day.
  if (Number.isNaN(localMs) || new Date(localMs).getUTCDate() !== Number(day)) return undefined;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const aheadMs = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  const utcMs = sign === '-' ? localMs + aheadMs : localMs - aheadMs;
  if (!isLeap) return utcMs + millisecondsOf(fraction);
  const after = new Date(utcMs + 1000);
  const isMonthsFirst = after.getUTCDate() === 1 && after.getUTCHours() === 0;
  return isMonthsFirst && after.getUTCMinutes() === 0
    ? after.getTime() + millisecondsOf(fraction)
    : undefined;
}

/** The whole milliseconds of a fraction’s digits, however many they are. */
export function millisecondsOf(fraction: string): number {
  return Number(fraction.slice(0, 3).padEnd(3, '0'));
}
