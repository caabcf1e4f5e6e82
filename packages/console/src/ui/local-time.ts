/** Times in fields of a date and time, which are in the reader’s zone. */

/** As the API takes it; undefined for what is no time. */
export function timeOf(text: string | undefined): string | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) || Math.abs(ms) > MOST_MS ? undefined : new Date(ms).toISOString();
}

/** The API takes years of four digits. */
const MOST_MS = Date.parse('9999-12-31T00:00:00Z');

/** What a field for a local time shows: to the minute, in the reader's zone. */
export function localTime(time: string | undefined): string {
  if (time === undefined) return '';
  const date = new Date(time);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
