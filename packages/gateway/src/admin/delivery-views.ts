/** What the admin API shows of deliveries and destinations. */
import { Buffer, isUtf8 } from 'node:buffer';
import type * as api from '@countersign/api';
import type { DestinationStatus } from '../deliver/delivery-control.ts';
import type { RecentView } from '../deliver/recent-attempts.ts';
import type { Masks } from '../keeping/masks.ts';
import type { Attempt, DeliveryTotal, DeliveryView, DestinationCondition } from '../stores/delivery-store.ts';
import type { HeldReasons } from './held-deliveries.ts';

export function deliveryView(delivery: DeliveryView, held: HeldReasons): api.DeliveryView {
  const { eventId, destination, gate, state, attempts, beganMs, dueMs, orderKey, blocks, code } = delivery;
  const heldBy = held(delivery);
  return {
    event: eventId,
    destination,
    gate,
    state,
    attempts,
    beganAt: new Date(beganMs).toISOString(),
    dueAt: new Date(dueMs).toISOString(),
    ...(heldBy !== undefined && { heldBy }),
    ...(orderKey !== undefined && { orderKey }),
    blocks,
    ...(code !== undefined && { code }),
  };
}

export function shownDelivery(
  { masks, held }: { readonly masks: Masks; readonly held: HeldReasons },
  delivery: DeliveryView,
  attempts: readonly Attempt[],
): api.DeliveryWithAttemptsView {
  return {
    ...deliveryView(masks.delivery(delivery), held),
    history: attempts.map((attempt) => attemptView(masks.attempt(attempt, delivery.gate))),
  };
}

function attemptView({ answer, startedMs, ...attempt }: Attempt): api.AttemptView {
  const { number, tookMs, code, status, problem } = attempt;
  return {
    number,
    startedAt: new Date(startedMs).toISOString(),
    tookMs,
    code,
    ...(status !== undefined && { status }),
    ...(problem !== undefined && { problem }),
    ...(answer && answerView(answer)),
  };
}

/** The end of what was kept of it may be within a letter. */
const CUT_LETTER_BYTES = 3;

function answerView(answer: Uint8Array): Pick<api.AttemptView, 'answer' | 'answerBase64'> {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  for (let cut = 0; cut <= CUT_LETTER_BYTES && cut <= bytes.length; cut++) {
    const whole = bytes.subarray(0, bytes.length - cut);
    if (isUtf8(whole)) return { answer: whole.toString('utf8') };
  }
  return { answerBase64: bytes.toString('base64') };
}

export interface KeptOfDestination {
  readonly condition: DestinationCondition | undefined;
  readonly totals: readonly DeliveryTotal[];
  /** Of those that wait. */
  readonly nextDueMs: number | undefined;
}

/** Of one that the configuration has not, its name and what is known of it. */
export function destinationView(
  { name, ...status }: { readonly name: string } & Partial<DestinationStatus>,
  { condition, totals, nextDueMs }: KeptOfDestination,
): api.DestinationView {
  const { kind, target, inFlight = 0, heldBy, recent } = status;
  const {
    state = 'active',
    isMuted = false,
    reason,
    sinceMs,
    drainPerSecond,
    failingSinceMs,
  } = {
    ...condition,
    ...status,
  };
  return {
    name,
    ...(kind !== undefined && { kind }),
    ...(target !== undefined && { target }),
    state,
    muted: isMuted,
    ...(reason !== undefined && { reason }),
    // A destination of which nothing was ever said is active since 0.
    ...(sinceMs !== undefined && sinceMs > 0 && { since: new Date(sinceMs).toISOString() }),
    ...(drainPerSecond !== undefined && { drainPerSecond }),
    ...(failingSinceMs !== undefined && { failingSince: new Date(failingSinceMs).toISOString() }),
    inFlight,
    ...(heldBy !== undefined && { heldBy }),
    ...(recent && recentView(recent)),
    ...(nextDueMs !== undefined && { nextDueAt: new Date(nextDueMs).toISOString() }),
    totals: Object.fromEntries(
      totals.filter(({ destination }) => destination === name).map((total) => [total.state, total.number]),
    ),
  };
}

function recentView({
  lastDeliveredMs,
  lastFailure,
  lastMinute,
}: RecentView): Pick<api.DestinationView, 'lastDeliveredAt' | 'lastFailure' | 'lastMinute'> {
  return {
    ...(lastDeliveredMs !== undefined && { lastDeliveredAt: new Date(lastDeliveredMs).toISOString() }),
    ...(lastFailure && {
      lastFailure: {
        at: new Date(lastFailure.ms).toISOString(),
        code: lastFailure.code,
        ...(lastFailure.status !== undefined && { status: lastFailure.status }),
      },
    }),
    lastMinute,
  };
}
