/** Durations and sizes as people write them: `250ms`, `10s`, `5m`, `24h`, `7d`; `512KB`, `1MB`, `64KiB`. And what else stands for a value. */

/** A number of something with its unit: `250ms`, `10s`, `5m`, `24h`, `7d`. */
export type DurationText = string;
/** A size with its unit: `64KiB`, `512KB`, `1MB`. KB and KiB are both 1,024 bytes. */
export type SizeText = string;
/**
 * A date (`2027-01-01`, at midnight UTC) or a date and time with its offset (`2027-01-01T08:00:00Z`).
 */
export type DateText = string;
/** A number, or the text of one: what `${env:NAME}` gives is text. */
export type NumberInput = number | string;
/** True or false, or the text of one. */
export type BooleanInput = boolean | 'true' | 'false';

export const SECOND = 1_000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;

const MS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
  ['d', DAY],
]);

/**
 * KB, MB and GB are powers of 1,024, as in nginx and in the body limits of Express: the default of 1,048,576
 * bytes is `1MB`. KiB, MiB and GiB say the same without room for doubt.
 */
const BYTES_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['KB', 1_024],
  ['KiB', 1_024],
  ['MB', 1_048_576],
  ['MiB', 1_048_576],
  ['GB', 1_073_741_824],
  ['GiB', 1_073_741_824],
]);

/** The text of a duration: digits, perhaps a fraction, and one unit, with nothing between. */
export const DURATION_PATTERN: RegExp = /^\d{1,12}(\.\d{1,9})?(ms|s|m|h|d)$/;
/** The text of a size: digits, perhaps a fraction, and one unit, with nothing between. */
export const SIZE_PATTERN: RegExp = /^\d{1,12}(\.\d{1,9})?(B|KB|KiB|MB|MiB|GB|GiB)$/;

const AMOUNT = /^(\d{1,12})(?:\.(\d{1,9}))?([A-Za-z]+)$/;

/** Reads a duration in milliseconds; undefined where the text is none, or is no whole number of milliseconds. */
export function parseDuration(text: string): number | undefined {
  return parseAmount(text, MS_PER_UNIT);
}

/** Reads a size in bytes; undefined where the text is none, or is no whole number of bytes. */
export function parseSize(text: string): number | undefined {
  return parseAmount(text, BYTES_PER_UNIT);
}

/** The shortest text that `parseDuration` reads as these milliseconds (a whole number, 0 or more). */
export function formatDuration(ms: number): string {
  return formatAmount(ms, ['d', 'h', 'm', 's', 'ms'], MS_PER_UNIT);
}

/** The shortest text that `parseSize` reads as these bytes (a whole number, 0 or more). */
export function formatSize(bytes: number): string {
  return formatAmount(bytes, ['GB', 'MB', 'KB', 'B'], BYTES_PER_UNIT);
}

/** What was probably meant by a duration that cannot be read, e.g. `10s` for `10 seconds`. */
export function suggestDuration(text: string): string | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim());
  const word = match?.[2]?.toLowerCase();
  if (match === null || word === undefined) return undefined;
  const unit = DURATION_WORDS.find(({ words }) => words.test(word))?.unit;
  const suggestion = `${match[1]}${unit}`;
  return unit !== undefined && parseDuration(suggestion) !== undefined ? suggestion : undefined;
}

/** What was probably meant by a size that cannot be read, e.g. `1MB` for `1 mb`. */
export function suggestSize(text: string): string | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)(i?)(?:b|bytes?)?$/i.exec(text.trim());
  if (match === null || /^[\d.\s]*$/.test(text)) return undefined;
  const prefix = (match[2] ?? '').toUpperCase();
  const suggestion = `${match[1]}${prefix}${prefix !== '' && match[3] !== '' ? 'i' : ''}B`;
  return parseSize(suggestion) === undefined ? undefined : suggestion;
}

const DURATION_WORDS = [
  { unit: 'ms', words: /^(ms|msecs?|millis|milliseconds?)$/ },
  { unit: 's', words: /^(s|secs?|seconds?)$/ },
  { unit: 'm', words: /^(m|mins?|minutes?)$/ },
  { unit: 'h', words: /^(h|hrs?|hours?)$/ },
  { unit: 'd', words: /^(d|days?)$/ },
] as const;

/** Exact: 1.1 s is 1,100 ms, which floating point alone does not give. */
function parseAmount(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = AMOUNT.exec(text);
  const perUnit = units.get(match?.[3] ?? '');
  if (match === null || perUnit === undefined) return undefined;
  const fraction = match[2] ?? '';
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(`${match[1]}${fraction}`) * BigInt(perUnit);
  if (scaled % scale !== 0n) return undefined;
  const amount = Number(scaled / scale);
  return Number.isSafeInteger(amount) ? amount : undefined;
}

function formatAmount(
  amount: number,
  units: readonly string[],
  perUnit: ReadonlyMap<string, number>,
): string {
  for (const unit of units) {
    const size = perUnit.get(unit) ?? 1;
    if (amount % size === 0 && (amount !== 0 || size === 1)) return `${amount / size}${unit}`;
  }
  return String(amount);
}
