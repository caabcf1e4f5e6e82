/** The forms in which senders write a time, and which of them a text has. */
import { SECOND } from '../freshness.ts';

export interface TimeForm {
  /** As a sentence names it. */
  readonly name: string;
  write(ms: number): string;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const isoSeconds = (ms: number): string => iso(ms).slice(0, -5);

/** The usual first. */
export const TIME_FORMS: readonly TimeForm[] = [
  { name: 'Unix seconds', write: (ms) => String(Math.floor(ms / SECOND)) },
  { name: 'Unix milliseconds', write: String },
  { name: 'RFC 3339', write: (ms) => `${isoSeconds(ms)}Z` },
  { name: 'RFC 3339 with milliseconds', write: iso },
  { name: 'RFC 3339 with +00:00', write: (ms) => `${isoSeconds(ms)}+00:00` },
  { name: 'a date without a zone', write: isoSeconds },
  { name: 'the date of HTTP', write: (ms) => new Date(ms).toUTCString() },
  { name: 'a date with a blank', write: (ms) => isoSeconds(ms).replace('T', ' ') },
  { name: 'a date with microseconds', write: (ms) => `${iso(ms).slice(0, -1)}000+00:00` },
  { name: 'a date with microseconds and Z', write: (ms) => `${iso(ms).slice(0, -1)}000Z` },
  { name: 'Unix seconds with a fraction', write: (ms) => (ms / SECOND).toFixed(1) },
  { name: 'Unix seconds with three decimals', write: (ms) => (ms / SECOND).toFixed(3) },
  { name: 'a date without separators', write: (ms) => `${isoSeconds(ms).replace(/[:-]/g, '')}Z` },
  { name: 'digits of a date', write: (ms) => isoSeconds(ms).replace(/\D/g, '') },
  { name: 'Unix microseconds', write: (ms) => `${ms}000` },
  { name: 'Unix nanoseconds', write: (ms) => `${ms}000000` },
  { name: 'Unix minutes', write: (ms) => String(Math.floor(ms / (60 * SECOND))) },
];

/** Milliseconds since the epoch; undefined where the text is no time. */
export function timeOfText(text: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d{9,11})(\.\d{1,9})?$/.exec(text) ?? [];
  if (whole !== undefined) return Math.floor(Number(whole + fraction) * SECOND);
  return /^\d{12,14}$/.test(text) ? Number(text) : dateOfText(text);
}

const MAX_CHARS = 40;

/** The same of a date alone; without a zone it is taken as UTC. */
export function dateOfText(text: string): number | undefined {
  if (text.length > MAX_CHARS || !/^[\w ,:+/-]*\d{4}[\w ,:.+/-]*$/.test(text) || /^\d+$/.test(text))
    return undefined;
  const zone = /(?:Z|GMT|UTC|[+-]\d\d:?\d\d)$/.test(text)
    ? ''
    : /^\d{4}-\d\d-\d\dT/.test(text)
      ? 'Z'
      : ' UTC';
  const ms = Date.parse(text + zone);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The same time later or earlier, in the form of the text; undefined where its form is none of ours. */
export function shifted(text: string, byMs: number): string | undefined {
  const ms = timeOfText(text);
  if (ms === undefined) return undefined;
  return TIME_FORMS.find(({ write }) => write(ms) === text)?.write(ms + byMs);
}
