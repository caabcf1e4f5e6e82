/** Claims from before the start. The guards ask the store for them; what they take of the room is counted behind the first requests. */
import { setTimeout } from 'node:timers/promises';
import type { MemoryReplayGuard } from '@countersign/core';
import { closedBy, type Part } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { ClaimStore } from '../stores/claim-store.ts';

export interface EarlierClaimsOptions {
  readonly claims: Pick<ClaimStore, 'list'>;
  /** By gate. Claims of a gate that is no more hold nothing up. */
  readonly memories: ReadonlyMap<string, MemoryReplayGuard>;
  readonly nowMs: number;
  readonly isStopped: () => boolean;
}

/** Between two pauses: some 2 ms. */
const AT_ONCE = 1_000;
/** Then a quarter of the time at most goes into it. */
const PAUSE_MS = 6;

/** Learns the claims that the store holds, while requests are taken; the first thousand at once. */
export async function learnEarlierClaims(options: EarlierClaimsOptions): Promise<void> {
  const { claims, memories, nowMs, isStopped } = options;
  if (memories.size === 0) return;
  let learnt = 0;
  for await (const { gate, identity, untilMs, freshUntilMs } of claims.list(nowMs)) {
    memories.get(gate)?.learn(identity, untilMs, freshUntilMs);
    if (++learnt % AT_ONCE === 0) await setTimeout(PAUSE_MS, undefined, { ref: false });
    if (isStopped()) return;
  }
}

/** Learns them behind the first requests. @returns what waits for the end of that, to end before the store does */
export function learnBehind(options: EarlierClaimsOptions & { readonly log: Pick<Log, 'error'> }): Part {
  const learnt = learnEarlierClaims(options).catch((error: unknown) =>
    options.log.error(
      { error },
      'claims from before the start are not all counted: more may be held than replay.maxClaims',
    ),
  );
  return closedBy(() => learnt);
}
