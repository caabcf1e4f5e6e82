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

/** Milliseconds since the epoch; undefined where the text is no time. A date without a zone is taken as UTC. */
export function timeOfText(text: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d{9,11})(\.\d{1,9})?$/.exec(text) ?? [];
  if (whole !== undefined) return Math.floor(Number(whole + fraction) * SECOND);
  if (/^\d{12,14}$/.test(text)) return Number(text);
  if (/^\d+$/.test(text) || text.length > MAX_CHARS || !/\d{4}/.test(text)) return undefined;
  const ms = Date.parse(/Z$|GMT$|UTC$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text} UTC`);
  return Number.isNaN(ms) ? undefined : ms;
}

const MAX_CHARS = 40;

/** The same time later or earlier, in the form of the text; undefined where its form is none of ours. */
export function shifted(text: string, byMs: number): string | undefined {
  const ms = timeOfText(text);
  if (ms === undefined) return undefined;
  return TIME_FORMS.find(({ write }) => write(ms) === text)?.write(ms + byMs);
}
