/** Options that the commands of events and deliveries have in common, and what they read of them. */
import { ADMIN_LISTENER } from './admin-option.ts';
import type { Arguments, OptionSpecs } from './arguments.ts';
import { CONFIG_FILE } from './command.ts';
import { UsageError } from './usage-error.ts';

export const GATEWAY_OPTIONS: OptionSpecs = {
  config: CONFIG_FILE,
  admin: ADMIN_LISTENER,
};

export const JSON_OPTION: OptionSpecs = { json: { description: 'one JSON object per line' } };

export const GATE_OPTION: OptionSpecs = { gate: { value: 'NAME', description: 'only those of this gate' } };

const DEFAULT_LIMIT = 20;

export const LIMIT_OPTION: OptionSpecs = {
  limit: { value: 'N', description: `how many at most; default: ${DEFAULT_LIMIT}` },
};

export const TIME_OPTIONS: OptionSpecs = {
  since: { value: 'TIME', description: 'since this time: 2026-11-27T09:00:00Z, or how long ago, e.g. 2h' },
  until: { value: 'TIME', description: 'before this time' },
};

export const CHANGE_OPTIONS: OptionSpecs = {
  'dry-run': { description: 'only count' },
  yes: { short: 'y', description: 'do not ask for confirmation' },
};

/** The admin API takes no other, and a URL would resolve the dots. */
const ID = /^(?!\.\.?$)[\x21-\x7e]{1,200}$/;

/** @throws UsageError for what can be no id. */
export function checkedId(text: string): string {
  if (ID.test(text)) return text;
  throw new UsageError('that is not the id of an event', '`countersign events list` shows them.');
}

const MAX_LIMIT = 100_000;

/** @throws UsageError for no number from 1 to `MAX_LIMIT`. */
export function readLimit(args: Arguments): number {
  const text = args.text('limit');
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new UsageError(`--limit is not a whole number from 1 to ${MAX_LIMIT}`, 'E.g. --limit 50.');
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** As the admin API takes it: a time, or how long ago. @throws UsageError */
export function readTime(args: Arguments, name: 'since' | 'until', nowMs: number): string | undefined {
  return timeOf(args.text(name), (spanMs) => nowMs - spanMs, name, 'how long ago');
}

/** The same of what lies ahead: a time, or how long from now. @throws UsageError */
export function readComingTime(args: Arguments, name: 'from' | 'until', nowMs: number): string | undefined {
  return timeOf(args.text(name), (spanMs) => nowMs + spanMs, name, 'how long from now');
}

function timeOf(
  text: string | undefined,
  atSpan: (spanMs: number) => number,
  name: 'from' | 'since' | 'until',
  span: string,
): string | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const spanMs = Number(number) * (UNITS_MS[unit] ?? Number.NaN);
  // A date alone is read as UTC, and a time without a zone as local: what is meant is said.
  const ms =
    number === '' && /^\d{4}-\d\d-\d\d(?:T.+(?:Z|[+-]\d\d:\d\d))?$/.test(text)
      ? Date.parse(text)
      : atSpan(spanMs);
  if (!Number.isNaN(ms) && Math.abs(ms) < 8e15) return new Date(ms).toISOString();
  throw new UsageError(
    `--${name} is not a time`,
    `Give a time with its zone, e.g. 2026-11-27T09:00:00Z, a date, or ${span}: 90s, 15m, 2h, 3d.`,
  );
}
