/** Requests since the start, by what became of them. */
import { VERDICT_KINDS, type VerdictKind } from '@countersign/api';
import type { RefusalReason } from '@countersign/core';

export interface VerdictCount {
  readonly verdict: VerdictKind;
  /** Undefined where nothing failed. */
  readonly reason: RefusalReason | undefined;
  readonly count: number;
}

/** As many counts as there are verdicts and reasons, whatever anybody sends. */
type CountsByReason = Map<RefusalReason | undefined, { count: number }>;

export class VerdictCounts {
  readonly #byVerdict: Readonly<Record<VerdictKind, CountsByReason>> = {
    accepted: new Map(),
    refused: new Map(),
    handshake: new Map(),
    unsigned: new Map(),
  };

  count({ verdict, reason }: Pick<VerdictCount, 'verdict'> & Partial<Pick<VerdictCount, 'reason'>>): void {
    const byReason = this.#byVerdict[verdict];
    const counted = byReason.get(reason);
    if (counted === undefined) byReason.set(reason, { count: 1 });
    else counted.count++;
  }

  list(): readonly VerdictCount[] {
    return VERDICT_KINDS.flatMap((verdict) =>
      [...this.#byVerdict[verdict]].map(([reason, { count }]) => ({ verdict, reason, count })),
    );
  }

  /** With those that need no proof. */
  get accepted(): number {
    return this.#sum('accepted') + this.#sum('unsigned');
  }

  get handshakes(): number {
    return this.#sum('handshake');
  }

  get refused(): number {
    return this.#sum('refused');
  }

  /** By reason; failures after the proof held are among them. */
  get refusedBy(): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const { reason, count } of this.list())
      if (reason !== undefined) sums.set(reason, (sums.get(reason) ?? 0) + count);
    return sums;
  }

  #sum(verdict: VerdictKind): number {
    let sum = 0;
    for (const { count } of this.#byVerdict[verdict].values()) sum += count;
    return sum;
  }
}
