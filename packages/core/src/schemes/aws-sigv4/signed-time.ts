/** When a request was signed, and for how long it is good. */
import { freshInterval, judgeAge, type Tolerance } from '../../freshness.ts';
import { type Objection, objection } from '../../objection.ts';
import type { Passage } from '../../scheme.ts';
import { duration } from '../../text/amounts.ts';
import type { SigV4Authorization } from './authorization.ts';
import { DATE_PARAMETER } from './presigned.ts';
import type { SigV4Options } from './sigv4-options.ts';
import { timeText } from './string-to-sign.ts';

export const DATE_HEADER = 'x-amz-date';

/** `YYYYMMDDTHHMMSSZ` (ISO 8601, basic form), of the day in the credential’s scope. */
export function readTime(
  passage: Passage,
  { date, presigned }: Pick<SigV4Authorization, 'date' | 'presigned'>,
): Objection | undefined {
  const place = presigned ? `parameter ${DATE_PARAMETER}` : `header ${DATE_HEADER}`;
  const text = presigned ? presigned.time : passage.request.headers.single(DATE_HEADER);
  if (text === undefined || text === '') {
    return objection(
      'missing-timestamp',
      `the request has no header ${DATE_HEADER}`,
      'The sender must send its time there, and what is in front of the gate must hand that on.',
    );
  }
  if (text === null) return objection('malformed-timestamp', `the header ${DATE_HEADER} occurs twice`);
  const timestampMs = parseTime(text);
  if (timestampMs === undefined) {
    return objection('malformed-timestamp', `the ${place} is not of the form YYYYMMDDTHHMMSSZ`);
  }
  passage.timestampText = text;
  passage.timestampMs = timestampMs;
  return text.startsWith(date)
    ? undefined
    : objection('malformed-timestamp', `the ${place} is of another day than the credential`);
}

/** `YYYYMMDDTHHMMSSZ` in milliseconds since the epoch; undefined for any other text. */
export function parseTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`);
  // Date.parse takes 30 February, and 24:00:00, for a time of another day.
  return !Number.isNaN(ms) && timeText(ms) === text ? ms : undefined;
}

type SignedFor = Pick<SigV4Authorization, 'presigned'>;

/** A presigned URL says itself for how long it is good. */
function toleranceOf({ tolerance }: SigV4Options, { presigned }: SignedFor): Tolerance {
  return presigned ? { ...tolerance, pastMs: presigned.lifetimeMs } : tolerance;
}

/** The first instant at which it is stale. */
export function staleMs(options: SigV4Options, authorization: SignedFor, timestampMs: number): number {
  return freshInterval(timestampMs, toleranceOf(options, authorization)).untilMs;
}

/** fresh: whether it is good now, and a presigned URL for no longer than the gate takes. */
export function judgeTime(
  options: SigV4Options,
  authorization: SignedFor,
  timestampMs: number,
  nowMs: number,
): Objection | undefined {
  const lifetimeMs = authorization.presigned?.lifetimeMs ?? 0;
  const { maxLifetimeMs = 0 } = options.presigned ?? {};
  if (lifetimeMs > maxLifetimeMs) {
    return objection(
      'malformed-timestamp',
      `the URL is good for ${duration(lifetimeMs)}; at most ${duration(maxLifetimeMs)} are taken`,
      'Have the sender sign for a shorter time, or set maxLifetimeMs to what it signs for.',
    );
  }
  return judgeAge(timestampMs, nowMs, toleranceOf(options, authorization));
}
