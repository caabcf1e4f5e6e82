/** What several requests of a gate tell of the clocks, and one alone does not. */
import { MINUTE, SECOND } from '../../freshness.ts';
import { duration } from '../../text/amounts.ts';
import type { Trace } from '../../trace.ts';
import type { Circumstances } from '../circumstances.ts';
import { type ConstantOffset, constantOffset } from '../constant-offset.ts';
import type { SignHypothesis } from '../hypothesis.ts';
import { isRefusedForTime, timeOffset, zoneQuarters } from '../signed-times.ts';
import type { Trial } from '../trial.ts';

/** From as many on it is no chance. */
const SURE_COUNT = 5;

/** @param sees the detail of a constant offset; undefined where it is another row's */
function rowOfSeveral(
  row: Pick<SignHypothesis, 'id' | 'says' | 'mend' | 'example'>,
  sees: (offset: ConstantOffset) => string | undefined,
): SignHypothesis {
  return {
    ...row,
    part: 'time',
    steps: ['fresh'],
    certainty: (...seen) => ((offsetOf(...seen)?.count ?? 0) < SURE_COUNT ? 'possible' : 'likely'),
    sees: (...seen) => {
      const offset = offsetOf(...seen);
      return offset && sees(offset);
    },
  };
}

function offsetOf(trial: Trial, trace: Trace, { neighbours }: Circumstances): ConstantOffset | undefined {
  const own = isRefusedForTime(trace) ? timeOffset(trial, trace) : undefined;
  return own && constantOffset({ signedMs: own.signedMs, receivedMs: own.signedMs + own.ageMs }, neighbours);
}

/** The difference of two time zones; undefined where it is none. */
function zoneMs({ ageMs }: ConstantOffset): number | undefined {
  const quarters = zoneQuarters({ ageMs, signedMs: 0, witness: undefined });
  return quarters && Math.abs(quarters) * 15 * MINUTE;
}

function offsetText(ms: number, { ageMs, spreadMs, count }: ConstantOffset): string {
  const side = ageMs < 0 ? 'after' : 'before';
  const about = duration(Math.max(SECOND, spreadMs / 2));
  return `${duration(ms)} (${count} requests of this gate were all signed so long ${side} they came, give or take ${about})`;
}

export const TIME_OF_SEVERAL: readonly SignHypothesis[] = [
  rowOfSeveral(
    {
      id: 'time-zone-of-several',
      example: 'time-form',
      says: (detail) =>
        `The time is off by a constant ${detail}, the difference of two time zones: local time was written as UTC.`,
      mend: () =>
        'Have the sender take UTC: time.time() or datetime.now(timezone.utc) in Python, Date.now() in JavaScript, Instant in Java; and look at the machine’s time zone.',
    },
    (offset) => {
      const ms = zoneMs(offset);
      return ms === undefined ? undefined : offsetText(ms, offset);
    },
  ),
  rowOfSeveral(
    {
      id: 'time-clock-of-several',
      example: 'clock',
      says: (detail) => `One side’s clock is off by a constant ${detail}.`,
      mend: () =>
        'Compare both clocks with NTP (timedatectl, chronyc tracking), and set the one that is wrong. It is this machine’s where other senders are refused for their time as well.',
    },
    (offset) => (zoneMs(offset) === undefined ? offsetText(Math.abs(offset.ageMs), offset) : undefined),
  ),
];
