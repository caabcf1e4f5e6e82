/** When a message signature is fresh, by its parameters `created` and `expires` (RFC 9421 §2.3). */
import { freshInterval, judgeAge, SECOND, type Tolerance } from '../../freshness.ts';
import { type Objection, objection } from '../../objection.ts';
import { duration } from '../../text/amounts.ts';
import type { MessageSignatureOptions } from './policy.ts';
import type { SignatureParameters } from './signature-input.ts';

type Ages = Pick<MessageSignatureOptions, 'maxAgeMs' | 'futureMs' | 'maxLifetimeMs' | 'published'>;

/** The first instant at which it is stale; undefined where it names no time. */
export function staleMs({ created, expires }: SignatureParameters, ages: Ages): number | undefined {
  const ends = [
    ...(created === undefined ? [] : [freshInterval(created * SECOND, toleranceOf(ages)).untilMs]),
    ...(expires === undefined ? [] : [expires * SECOND + 1]),
  ];
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Judges the times that the parameters name. */
export function judgeSignatureTimes(
  parameters: SignatureParameters,
  nowMs: number,
  ages: Ages,
): Objection | undefined {
  const { created, expires } = parameters;
  const tooLong = judgeLifetime(created, expires, ages) ?? judgeEnd(parameters, nowMs, ages);
  if (tooLong) return tooLong;
  // The instant that `expires` names is the last one.
  if (expires !== undefined && !(nowMs < expires * SECOND + 1)) {
    const ago = duration(nowMs - expires * SECOND);
    return objection(
      'expired',
      `the signature expired ${ago} ago, by its own parameter expires`,
      'Have the sender sign anew, or with a later expires; look for a queue on the way, and at both clocks.',
    );
  }
  return created === undefined ? undefined : judgeAge(created * SECOND, nowMs, toleranceOf(ages));
}

/**
 * Of agents, who are anybody, without a beginning: each request is remembered as long as it is good, and those of one who writes the year 9999 would
 * leave no room for anyone else’s.
 */
export function judgeEnd(
  { created, expires }: SignatureParameters,
  nowMs: number,
  { published, maxAgeMs }: Ages,
): Objection | undefined {
  if (published?.at !== 'agents' || created !== undefined || expires === undefined) return undefined;
  const leftMs = expires * SECOND - nowMs;
  if (leftMs <= maxAgeMs) return undefined;
  return objection(
    'malformed-timestamp',
    `the signature has no created, and is good for another ${duration(leftMs)}; at most ${duration(maxAgeMs)} are taken`,
    'Have the sender sign with created, or for a shorter time.',
  );
}

/** Between the two times that the sender writes. */
function judgeLifetime(
  created: number | undefined,
  expires: number | undefined,
  { maxLifetimeMs }: Ages,
): Objection | undefined {
  if (maxLifetimeMs === undefined || created === undefined || expires === undefined) return undefined;
  if (expires <= created) {
    return objection(
      'malformed-timestamp',
      'the signature’s expires is not later than its created',
      'Have the sender sign with an expires that follows its created.',
    );
  }
  const lifetimeMs = (expires - created) * SECOND;
  if (lifetimeMs <= maxLifetimeMs) return undefined;
  return objection(
    'malformed-timestamp',
    `the signature is for ${duration(lifetimeMs)}, from created to expires; at most ${duration(maxLifetimeMs)} are taken`,
    'Have the sender sign for a shorter time.',
  );
}

function toleranceOf({ maxAgeMs, futureMs }: Ages): Tolerance {
  return { pastMs: maxAgeMs, futureMs };
}
