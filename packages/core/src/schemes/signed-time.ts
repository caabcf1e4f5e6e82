/** The time of a request that its signature covers: read, judged and written. */
import { freshInterval, judgeAge, type TimestampUnit, type Tolerance } from '../freshness.ts';
import { type Objection, objection } from '../objection.ts';
import { describeSource, type MemberKind, type PartSource, readPart } from './part-source.ts';
import type { TemplatePassage } from './template-found.ts';
import type { TimestampOptions } from './template-options.ts';
import { formatTimestamp, parseTimestamp } from './timestamp-text.ts';

/** Where a time sits, and how it is written. */
export type TimeSource = PartSource & {
  readonly unit: TimestampUnit;
  /** Whether a JSON member is a string where another sender would write a number. Default false. */
  readonly isText?: boolean;
};

/** A time that is judged: the message must cover it. */
export function signedTime(source: TimeSource): TimestampOptions {
  const kind: MemberKind = source.unit === 'rfc3339' || source.isText ? 'string' : 'number';
  return { ...source, kind, judge: judgeTimestamp, untilMs: staleFrom, write: formatTimestamp };
}

function judgeTimestamp(
  source: TimestampOptions,
  passage: TemplatePassage,
  tolerance: Tolerance,
): Objection | undefined {
  const { timestampText } = passage;
  if (timestampText === undefined) return absentTimestamp(source, passage);
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

function absentTimestamp(source: TimestampOptions, passage: TemplatePassage): Objection {
  const { state } = readPart(source, passage, source.kind);
  return state === 'absent'
    ? missingTimestamp(source, 'the request carries no timestamp')
    : objection('malformed-timestamp', `the timestamp is ${state}`);
}

/** The refusal of a request whose time is not where it should be. */
export function missingTimestamp(source: PartSource, message: string): Objection {
  const place = 'item' in source ? `item ${source.item} of the signature’s header` : describeSource(source);
  return objection(
    'missing-timestamp',
    message,
    `The sender must send its time in the ${place}, and what is in front of the gate must hand that on.`,
  );
}
