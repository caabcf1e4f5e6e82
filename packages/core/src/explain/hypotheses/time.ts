/** Times that one side writes otherwise, or clocks that differ. */
import { DEFAULT_TOLERANCE, judgeAge, MINUTE } from '../../freshness.ts';
import { signedTime } from '../../schemes/signed-time.ts';
import type { TemplateOptions, TimestampOptions } from '../../schemes/template-options.ts';
import { duration } from '../../text/amounts.ts';
import { parseRfc3339 } from '../../text/rfc3339.ts';
import type { Trace } from '../../trace.ts';
import { withProofTolerance } from '../dpop-options.ts';
import type { SignHypothesis, TrialHypothesis } from '../hypothesis.ts';
import { withTemplate, withToken } from '../other-options.ts';
import { isRefusedForTime, type TimeOffset, timeOffset, zoneQuarters } from '../signed-times.ts';
import { dateOfText } from '../time-forms.ts';
import type { Change, Trial } from '../trial.ts';
import { OF_TIME } from '../trial-headers.ts';

/** A row of a time that is written otherwise; what it is taken for then is fresh. */
function unitRow(
  row: Pick<TrialHypothesis, 'id' | 'says' | 'mend'>,
  change: (timestamp: TimestampOptions) => TimestampOptions | undefined,
): TrialHypothesis {
  return {
    ...row,
    part: 'time',
    steps: ['fresh', 'canonical'],
    example: 'time-form',
    changes: (trial) => withTime(trial, change),
  };
}

function withTime(
  trial: Trial,
  change: (timestamp: TimestampOptions) => TimestampOptions | undefined,
  detail?: string,
): Generator<Change> {
  const changeTime = (options: TemplateOptions): TemplateOptions | undefined => {
    const timestamp = options.timestamp && change(options.timestamp);
    return timestamp && { ...options, timestamp };
  };
  return withTemplate(trial, changeTime, detail);
}

/** More headers than these are not tried. */
const MAX_HEADERS = 6;

const declareUnit = (unit: string): string =>
  `Have the sender send the unit that the gate reads; or, in a declared scheme, set timestamp: { unit: ${unit} }.`;

/** Written as a text of which a function makes milliseconds: NaN is never fresh. */
function readBy(timestamp: TimestampOptions, read: (text: string) => number): TimestampOptions {
  return {
    ...timestamp,
    judge(passage, tolerance) {
      const ms = read(passage.timestampText ?? '');
      passage.timestampMs = ms;
      return judgeAge(ms, passage.nowMs, tolerance);
    },
  };
}

export const TIME: readonly TrialHypothesis[] = [
  unitRow(
    {
      id: 'time-in-milliseconds',
      says: () => 'The request is fresh: its time is in milliseconds, and the gate reads another unit.',
      mend: () => declareUnit('ms'),
    },
    (timestamp) => (timestamp.unit === 'ms' ? undefined : signedTime({ ...timestamp, unit: 'ms' })),
  ),
  unitRow(
    {
      id: 'time-in-seconds',
      says: () => 'The request is fresh: its time is in seconds, and the gate reads another unit.',
      mend: () => declareUnit('s'),
    },
    (timestamp) => (timestamp.unit === 's' ? undefined : signedTime({ ...timestamp, unit: 's' })),
  ),
  unitRow(
    {
      id: 'time-in-microseconds',
      says: () =>
        'The request is fresh: its time is in microseconds or nanoseconds, which the gate does not read.',
      mend: () =>
        'Have the sender divide: time() in nanoseconds by 10^9 gives seconds, microseconds by 10^6.',
    },
    (timestamp) =>
      readBy(timestamp, (text) => {
        if (!/^\d{16,19}$/.test(text)) return Number.NaN;
        return Number(text) / 10 ** (text.length - 13);
      }),
  ),
  unitRow(
    {
      id: 'time-as-rfc3339',
      says: () =>
        'The request is fresh: its time is written as a date (RFC 3339), and the gate reads a number.',
      mend: () => declareUnit('rfc3339'),
    },
    (timestamp) => (timestamp.unit === 'rfc3339' ? undefined : signedTime({ ...timestamp, unit: 'rfc3339' })),
  ),
  unitRow(
    {
      id: 'time-as-date',
      says: () =>
        'The request is fresh: its time is written as a date, in a form that the gate does not read.',
      mend: () =>
        'Have the sender write it as the gate expects: RFC 3339 is 2026-01-31T12:00:00Z, with T and a zone.',
    },
    (timestamp) =>
      readBy(timestamp, (text) =>
        parseRfc3339(text) === undefined ? (dateOfText(text) ?? Number.NaN) : Number.NaN,
      ),
  ),
  unitRow(
    {
      id: 'time-as-text',
      says: () =>
        'The request is fresh: its time is a number in the JSON where the gate reads a text, or a text where it reads a number.',
      mend: () =>
        'Have the sender write the kind that the gate expects; or, in a declared scheme, set text on the timestamp.',
    },
    (timestamp) => signedTime({ ...timestamp, unit: timestamp.unit, isText: timestamp.kind === 'number' }),
  ),
  {
    id: 'time-other-header',
    part: 'message',
    steps: ['canonical', 'fresh'],
    example: 'signature-header',
    *changes(trial) {
      const names = [...trial.request.headers].map(([name]) => name.toLowerCase());
      const like = names.filter((name) => OF_TIME.test(name)).slice(0, MAX_HEADERS);
      for (const header of like) yield* withTime(trial, ({ unit }) => signedTime({ header, unit }), header);
    },
    says: (detail) =>
      `The request is signed, and its time stands in the header ${detail}, where the gate does not look.`,
    mend: (detail) =>
      `Set the gate’s header of the timestamp to ${detail}, or have the sender use the gate’s.`,
  },
  {
    id: 'time-tolerance',
    part: 'time',
    steps: ['fresh'],
    example: 'tolerance',
    changes: withUsualTolerance,
    says: () => 'The request is within the five minutes that are usual, and the gate allows less.',
    mend: () => 'Look at what delays it and at both clocks; or raise the gate’s toleranceMs.',
  },
];

/** For times in the past only: a clock that is ahead is the cause itself. */
function* withUsualTolerance(trial: Trial): Generator<Change> {
  const { pastMs } = DEFAULT_TOLERANCE;
  yield* withTemplate(trial, ({ tolerance = DEFAULT_TOLERANCE, ...options }) => ({
    ...options,
    tolerance: { ...tolerance, pastMs },
  }));
  const scheme = withProofTolerance(trial.scheme, { pastMs });
  if (scheme) yield { scheme };
}

/** What tokens may be off by where the clocks are kept, and nobody allowed for it. */
export const TOKEN_TIME: readonly TrialHypothesis[] = [
  {
    id: 'token-leeway',
    part: 'time',
    steps: ['fresh'],
    example: 'clock',
    changes: (trial) => withToken(trial, (options) => ({ ...options, leewayMs: MINUTE })),
    says: () => 'The token’s time is over, or has not come, by less than a minute.',
    mend: () =>
      'Have the client fetch a new token a minute before the old one ends. Look at both clocks; leewayMs allows for the difference.',
  },
];

/** A row of what the times say, which no trial can prove. */
function seenRow(
  row: Pick<SignHypothesis, 'id' | 'certainty' | 'says' | 'mend' | 'example'>,
  sees: (offset: TimeOffset, trace: Trace) => string | undefined,
): SignHypothesis {
  return {
    ...row,
    part: 'time',
    steps: ['fresh'],
    sees: (trial, trace) => {
      const offset = isRefusedForTime(trace) ? timeOffset(trial, trace) : undefined;
      return offset && sees(offset, trace);
    },
  };
}

const isAhead = ({ verdict }: Trace): boolean => !verdict.ok && verdict.reason === 'from-the-future';

/** No queue is as slow. */
const YEAR_MS = 365 * 24 * 60 * MINUTE;

export const TIME_SEEN: readonly SignHypothesis[] = [
  seenRow(
    {
      id: 'time-zone',
      example: 'time-form',
      certainty: 'likely',
      says: (detail) =>
        `The time is off by ${detail}, which is the difference of two time zones: local time was written as UTC.`,
      mend: () =>
        'Have the sender take UTC: time.time() or datetime.now(timezone.utc) in Python, Date.now() in JavaScript, Instant in Java; and look at the machine’s time zone.',
    },
    (offset) => {
      const quarters = zoneQuarters(offset);
      return quarters === undefined ? undefined : duration(Math.abs(quarters) * 15 * MINUTE);
    },
  ),
  seenRow(
    {
      id: 'time-here-behind',
      example: 'clock',
      certainty: 'likely',
      says: (detail) =>
        `The clock of this machine is ${detail} behind: what another machine wrote into the headers agrees with the signed time.`,
      mend: () =>
        'Set this machine’s clock by NTP (timedatectl, chronyc tracking); in a virtual machine, after it was suspended.',
    },
    (offset, trace) => aheadText(offset, trace, true),
  ),
  seenRow(
    {
      id: 'time-sender-ahead',
      example: 'clock',
      certainty: 'likely',
      says: (detail) => `The sender’s clock is ${detail} ahead of this machine’s.`,
      mend: () =>
        'Compare both with NTP (timedatectl, chronyc tracking), and set the one that is wrong. Nothing that was captured can be ahead.',
    },
    (offset, trace) => aheadText(offset, trace, false),
  ),
  seenRow(
    {
      id: 'time-sender-behind',
      example: 'clock',
      certainty: 'possible',
      says: (detail) =>
        `The request was signed ${detail} before it was sent, or the sender’s clock is behind: what another machine wrote into the headers agrees with this machine’s clock.`,
      mend: () => 'Have the sender sign as it sends, after its queue; and look at its clock.',
    },
    ({ ageMs, witness, ...rest }, trace) =>
      isAhead(trace) || witness !== 'ours' || zoneQuarters({ ageMs, witness, ...rest }) !== undefined
        ? undefined
        : duration(ageMs),
  ),
  seenRow(
    {
      id: 'time-captured',
      certainty: 'possible',
      says: (detail) =>
        `The request was signed ${detail}: it was captured then and is sent again, or it waited on the way.`,
      mend: () =>
        'Sign a captured request anew, or judge it as of its time: `countersign explain --now TIME`. If it was no copy, look for a queue, a retry that is not signed anew, and at both clocks.',
    },
    ({ ageMs, signedMs, witness }, trace) =>
      isAhead(trace) ||
      witness === 'ours' ||
      trace.verdict.evidence.timestampMs === undefined ||
      ageMs <= DEFAULT_TOLERANCE.pastMs ||
      ageMs > 50 * YEAR_MS
        ? undefined
        : `${duration(ageMs)} ago, at ${new Date(signedMs).toISOString()}`,
  ),
];

function aheadText(offset: TimeOffset, trace: Trace, isHere: boolean): string | undefined {
  const aheadMs = -offset.ageMs;
  // For a token, less than that is what a leeway is for.
  const leastMs = trace.verdict.evidence.timestampMs === undefined ? MINUTE : 0;
  if (!isAhead(trace) || zoneQuarters(offset) !== undefined || aheadMs <= leastMs || aheadMs > YEAR_MS)
    return undefined;
  return (offset.witness === 'senders') === isHere ? duration(aheadMs) : undefined;
}
