/** What the gateway knows of a kept request beside it: what it repeats, and which others of its gate were refused for their time. */
import type { RefusedView } from '@countersign/api';
import {
  type Arrival,
  type EarlierRequest,
  type ExplainOptions,
  gateAt,
  type RefusedBefore,
} from '@countersign/core/explain';
import { parseJsonRequest } from '@countersign/core/internal/request-input';
import { arrivalsOf, type GateConfig, refusedBefore } from '@countersign/gateway';
import { configuredGate } from '../config-gate.ts';
import type { KeptSource } from './kept-source.ts';
import type { KeptRequest } from './read-kept.ts';

export interface BesideKept {
  readonly refused?: RefusedBefore;
  readonly earlier?: EarlierRequest;
  /** Others of its gate that were refused for their time. */
  readonly others: readonly RefusedView[];
}

/** More say no more of a clock. */
const MAX_OTHERS = 20;

const OF_TIME = ['expired', 'from-the-future'];

export async function readBeside(source: KeptSource, { kind, view }: KeptRequest): Promise<BesideKept> {
  if (kind === 'event') return { others: [] };
  const { repeat: written, ...rest } = view;
  const repeat = isRepeat(written) ? written : undefined;
  const refused = refusedBefore({ ...rest, ...(repeat && { repeat }) });
  const earlier =
    repeat?.state === 'committed' ? await earlierOf(source, view.gate, repeat.claimId) : undefined;
  const others = OF_TIME.includes(view.reason) ? await othersOf(source, view) : [];
  return { ...(refused && { refused }), ...(earlier && { earlier }), others };
}

/** Whoever answers may be no gateway. */
function isRepeat(repeat: RefusedView['repeat']): boolean {
  const { state, retryAfterMs = 0, claimId }: Partial<NonNullable<RefusedView['repeat']>> = Object(repeat);
  return (
    (state === 'in-flight' || state === 'committed') &&
    Number.isFinite(retryAfterMs) &&
    /^[0-9a-f]{32}$/.test(String(claimId))
  );
}

/** Undefined where nobody holds the claim. */
export async function earlierOf(
  source: KeptSource,
  gate: string,
  claimId: string,
): Promise<EarlierRequest | undefined> {
  const claim = await source.claim(gate, claimId);
  if (claim === undefined) return undefined;
  const { takenAt, eventId } = claim;
  return {
    ...(takenAt !== undefined && { takenMs: Date.parse(takenAt) }),
    ...(eventId !== undefined && { eventId }),
  };
}

async function othersOf(
  source: KeptSource,
  { gate, id: ownId }: RefusedView,
): Promise<readonly RefusedView[]> {
  const { refused } = await source.refused(gate);
  const alike = refused.filter(({ id, reason }) => id !== ownId && OF_TIME.includes(reason));
  return Promise.all(alike.slice(0, MAX_OTHERS).map(({ id }) => source.refusedRequest(id)));
}

/** As `explain` takes it. @param gateConfig the gate that judges; what another kept says nothing of it */
export async function optionsOf(
  { refused, earlier, others }: BesideKept,
  gateConfig: GateConfig,
): Promise<ExplainOptions> {
  return {
    ...(refused && { refused }),
    ...(earlier && { earlier }),
    neighbours: await neighboursOf(others, gateConfig),
  };
}

/** When those whose proofs hold were signed, and when they came. */
async function neighboursOf(views: readonly RefusedView[], config: GateConfig): Promise<readonly Arrival[]> {
  const gate = views.length === 0 ? undefined : configuredGate(config, Date.now);
  if (gate === undefined) return [];
  const others = views.map((view) => ({
    request: parseJsonRequest({ ...view }).request,
    receivedMs: Date.parse(view.receivedAt),
  }));
  return arrivalsOf(others, (nowMs) => gateAt(gate, nowMs));
}
