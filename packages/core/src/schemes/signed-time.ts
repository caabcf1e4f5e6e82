/** The time of a request that its signature covers: read, judged and written. */
import {
  freshInterval,
  judgeAge,
  MAX_TIME_MS,
  SECOND,
  type TimestampUnit,
  type Tolerance,
  timeOf,
} from '../freshness.ts';
import { type Objection, objection } from '../objection.ts';
import { millisecondsOf, parseRfc3339 } from '../text/rfc3339.ts';
import { ABSENT, describeSource, type MemberKind, type PartSource, readPart } from './part-source.ts';
import type { TemplatePassage } from './template-found.ts';
import type { TimestampOptions } from './template-options.ts';

/** Where a time sits, and how it is written. */
export type TimeSource = PartSource & {
  readonly unit: TimestampUnit;
  /** Whether a JSON member is a string where another sender would write a number. Default false. */
  readonly isText?: boolean;
};

/** A time that is judged: the message must cover it. */
export function signedTime(source: TimeSource): TimestampOptions {
  const kind: MemberKind = source.unit === 'rfc3339' || source.isText ? 'string' : 'number';
  const place = { ...source, kind };
  return {
    ...place,
    judge: (passage, tolerance) => judgeTimestamp(place, passage, tolerance),
    untilMs: staleFrom,
    write: formatTimestamp,
  };
}

type TimePlace = TimeSource & { readonly kind: MemberKind };

function judgeTimestamp(
  source: TimePlace,
  passage: TemplatePassage,
  tolerance: Tolerance,
): Objection | undefined {
  const { timestampText } = passage;
  if (timestampText === undefined) return noTimestamp(source, passage, 'the request carries no timestamp');
  const timestampMs = parseTimestamp(timestampText, source.unit);
  if (typeof timestampMs === 'string') {
    return objection('malformed-timestamp', `the timestamp ${timestampMs}`);
  }
  passage.timestampMs = timestampMs;
  return judgeAge(timestampMs, passage.nowMs, tolerance);
}

function staleFrom(timestampMs: number, tolerance: Tolerance): number {
  return freshInterval(timestampMs, tolerance).untilMs;
}

/** The refusal of a request whose time is not where it should be, or is no text there. @param absent says that it is not there */
export function noTimestamp(
  source: PartSource & { readonly kind: MemberKind },
  passage: TemplatePassage,
  absent: string,
): Objection {
  const part = readPart(source, passage, source.kind);
  if (part !== ABSENT) {
    return objection(
      'malformed-timestamp',
      `the timestamp is ${typeof part === 'string' ? 'malformed' : part.state}`,
    );
  }
  const place = 'item' in source ? `item ${source.item} of the signature’s header` : describeSource(source);
  return objection(
    'missing-timestamp',
    absent,
    `The sender must send its time in the ${place}, and what is in front of the gate must hand that on.`,
  );
}

/** 10^14 s is beyond the year 3,000,000; more digits are no timestamp. */
const MAX_DIGITS = 15;

/**
 * Reads a timestamp strictly: no sign, no exponent, no white space. Fractions of a millisecond are cut.
 * @returns milliseconds since the epoch, or why it is none, e.g. `is not Unix seconds`.
 */
function parseTimestamp(text: string, unit: TimestampUnit): number | string {
  if (unit === 'rfc3339') {
    const ms = parseRfc3339(text);
    return ms === undefined ? NOT_OF_UNIT[unit] : timeOf(ms);
  }
  let value = 0;
  let at = 0;
  for (; at < text.length && at <= MAX_DIGITS; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at === 0 || at > MAX_DIGITS) return NOT_OF_UNIT[unit];
  if (unit === 'ms' || unit === 's-or-ms') {
    if (at !== text.length) return NOT_OF_UNIT[unit];
    const ms = unit === 's-or-ms' && value < LEAST_MS ? value * SECOND : value;
    return ms <= MAX_TIME_MS ? ms : 'is not a time before the year 10000';
  }
  if (at === text.length) return timeOf(value * SECOND);
  const fraction = text.slice(at);
  return /^\.\d+$/.test(fraction)
    ? timeOf(value * SECOND + millisecondsOf(fraction.slice(1)))
    : NOT_OF_UNIT[unit];
}

/**
 * Where seconds and milliseconds are told apart: less is seconds, of a time before the year 10000 (253,402,300,799), and all else
 * milliseconds, of one from September 2001 on. So no number is fresh both ways.
 */
const LEAST_MS = 1e12;

const NOT_OF_UNIT: Readonly<Record<TimestampUnit, string>> = {
  s: 'is not Unix seconds',
  ms: 'is not whole Unix milliseconds',
  's-or-ms': 'is neither whole Unix seconds nor whole Unix milliseconds',
  rfc3339: 'is not of the form YYYY-MM-DDTHH:MM:SS, a fraction if any, and Z or an offset such as +02:00',
};

/** The timestamp's text in a unit; seconds are cut, not rounded. */
function formatTimestamp(ms: number, unit: TimestampUnit): string {
  if (unit === 'ms') return String(Math.floor(ms));
  if (unit === 's' || unit === 's-or-ms') return String(Math.floor(ms / SECOND));
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
