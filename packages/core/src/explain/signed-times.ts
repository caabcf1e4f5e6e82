/** What a request says of the time: when it was signed, and what else on the way wrote down the hour. */
import { SECOND } from '../freshness.ts';
import type { HeaderList } from '../headers.ts';
import type { Trace } from '../trace.ts';
import { tokenClaimsOf } from './read-token.ts';
import type { Trial } from './trial.ts';

/** How far a signed time is off, in milliseconds; ahead where it is below 0. */
export interface TimeOffset {
  readonly signedMs: number;
  readonly ageMs: number;
  /** What somebody else wrote down: of the sender’s hour, or of ours. */
  readonly witness: 'senders' | 'ours' | undefined;
}

export function isRefusedForTime({ verdict }: Trace): boolean {
  return !verdict.ok && (verdict.reason === 'expired' || verdict.reason === 'from-the-future');
}

/** Undefined where the request says no time. */
export function timeOffset(trial: Trial, { verdict }: Trace): TimeOffset | undefined {
  const { timestampMs, nowMs } = verdict.evidence;
  const signedMs = timestampMs ?? issuedMs(trial);
  if (signedMs === undefined) return undefined;
  const witnessMs = witnessOf(trial.request.headers);
  const isNear = (ms: number): boolean => witnessMs !== undefined && Math.abs(witnessMs - ms) <= NEAR_MS;
  const [isSenders, isOurs] = [isNear(signedMs), isNear(nowMs)];
  const witness = isSenders === isOurs ? undefined : isSenders ? 'senders' : 'ours';
  return { signedMs, ageMs: nowMs - signedMs, witness };
}

/** Clocks that agree differ by less, with what a request is on its way. */
const NEAR_MS = 90 * SECOND;

/** When a token, or the proof that comes with it, says that it was made. */
function issuedMs({ scheme, request }: Trial): number | undefined {
  for (const name of [...scheme.headers.token].reverse()) {
    const iat = tokenClaimsOf(request.headers, name)?.['iat'];
    if (typeof iat === 'number') return iat * SECOND;
  }
  return undefined;
}

/** In milliseconds: what a sender, a load balancer or a router adds. None of it is signed. */
function witnessOf(headers: HeaderList): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  if (!Number.isNaN(date)) return date;
  const [, traced] = /(?:^|;)\s*Root=1-([0-9a-f]{8})-/i.exec(headers.get('x-amzn-trace-id') ?? '') ?? [];
  if (traced !== undefined) return Number.parseInt(traced, 16) * SECOND;
  const started = headers.get('x-request-start') ?? headers.get('x-queue-start') ?? '';
  const [, digits, fraction = ''] = /^(?:t=)?(\d{10,16})(\.\d+)?$/.exec(started) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits.slice(0, 10).concat('.', digits.slice(10), fraction.slice(1))) * SECOND;
}

const QUARTER_MS = 15 * 60 * SECOND;

/** The offsets from UTC that are no whole hours, in quarters of one, with summer time; ahead or behind. */
const ODD_QUARTERS = [10, 14, 18, 22, 23, 26, 35, 38, 42, 51, 55];

/** How many quarters of an hour a time is off, where that is a time zone; undefined where it is none. */
export function zoneQuarters({ ageMs, witness }: TimeOffset): number | undefined {
  if (witness === 'senders') return undefined;
  const quarters = Math.round(ageMs / QUARTER_MS);
  const restMs = ageMs - quarters * QUARTER_MS;
  const count = Math.abs(quarters);
  // On its way a request ages by seconds, and clocks differ by less.
  const isWhole = restMs >= -5 * SECOND && restMs <= 15 * SECOND;
  const isZone = count > 0 && count <= 56 && (count % 4 === 0 || ODD_QUARTERS.includes(count));
  return isWhole && isZone ? quarters : undefined;
}
