/** Requests since the start, by what became of them. */
import { VERDICT_KINDS, type VerdictKind } from '@countersign/api';
import type { Accepted, RefusalReason } from '@countersign/core';
import { SenderProbes } from './sender-probes.ts';
import { TenantCounts } from './tenant-counts.ts';

export interface VerdictCount {
  readonly verdict: VerdictKind;
  /** Undefined where nothing failed. */
  readonly reason: RefusalReason | undefined;
  readonly count: number;
}

/** A request that was answered, as it is counted. */
export interface CountedRequest {
  readonly verdict: VerdictKind;
  /** Absent where nothing failed. */
  readonly reason?: RefusalReason | undefined;
  readonly answer: { readonly status: number };
  /** Its gate, which monitors, let it through. */
  readonly letThrough?: true | undefined;
  /** It is taken for a platform's probe: no alarm. */
  readonly isProbe?: true | undefined;
  /** Whose key proved it, where keys are looked up by tenant. */
  readonly tenant?: string | undefined;
}

/** Requests that failed for one reason. */
export interface FailureCount {
  readonly reason: RefusalReason;
  readonly count: number;
  /** The last of them. */
  readonly requestId: string;
}

interface Counted {
  count: number;
  /** Those whose answer says so, or that were let through, since they were last taken: a repeat that goes well is none. */
  failures: number;
  /** Of the last of them. */
  requestId: string;
}

/** As many counts as there are verdicts and reasons, whatever anybody sends. */
type CountsByReason = Map<RefusalReason | undefined, Counted>;

const NONE: readonly FailureCount[] = [];

export class VerdictCounts {
  readonly #byVerdict: Readonly<Record<VerdictKind, CountsByReason>> = {
    accepted: new Map(),
    refused: new Map(),
    handshake: new Map(),
    unsigned: new Map(),
  };

  /** Refused requests that a gate which monitors let through, by reason: counted as refused too. */
  readonly letThrough: Map<RefusalReason, number> = new Map();
  /** Not among the others. */
  readonly probes: SenderProbes = new SenderProbes();
  readonly tenants: TenantCounts = new TenantCounts();
  /** Whether any failed since they were last taken. */
  #hasFailures = false;

  count({ verdict, reason, answer, letThrough, tenant, isProbe }: CountedRequest, requestId: string): void {
    if (isProbe === true) {
      this.probes.count++;
      return;
    }
    const byReason = this.#byVerdict[verdict];
    let counted = byReason.get(reason);
    if (counted === undefined) {
      counted = { count: 0, failures: 0, requestId };
      byReason.set(reason, counted);
    }
    counted.count++;
    if (tenant !== undefined) this.tenants.count(tenant);
    if (reason === undefined) return;
    if (letThrough === true) this.letThrough.set(reason, (this.letThrough.get(reason) ?? 0) + 1);
    if (answer.status < 400 && (letThrough !== true || reason === 'replayed')) return;
    counted.failures++;
    counted.requestId = requestId;
    this.#hasFailures = true;
  }

  /** What has failed since it was taken last: whoever takes it is the only one. */
  takeFailures(): readonly FailureCount[] {
    if (!this.#hasFailures) return NONE;
    this.#hasFailures = false;
    const taken: FailureCount[] = [];
    for (const verdict of VERDICT_KINDS)
      for (const [reason, counted] of this.#byVerdict[verdict]) {
        if (reason === undefined || counted.failures === 0) continue;
        taken.push({ reason, count: counted.failures, requestId: counted.requestId });
        counted.failures = 0;
      }
    return taken;
  }

  /** Requests that were taken, and of which nothing failed. */
  get succeeded(): number {
    const { accepted, unsigned } = this.#byVerdict;
    return (accepted.get(undefined)?.count ?? 0) + (unsigned.get(undefined)?.count ?? 0);
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

/** Requests that one key proved in one way since the start. */
export interface ProofCount {
  readonly keyId: string;
  /** Undefined where the scheme has one. */
  readonly reading: string | undefined;
  count: number;
  /** Of the last one, in milliseconds since the epoch. */
  lastMs: number;
}

/** So many keys are counted apart; keys that are fetched, and those of configurations before, may be any number. */
const MAX_KEYS = 256;

/** Which keys prove requests, for who wants to retire one. By key as many counts as the scheme has readings. */
export class ProofCounts {
  readonly #byKey = new Map<string, ProofCount[]>();

  count({
    keyId,
    reading,
    evidence: { nowMs },
  }: Pick<Accepted, 'keyId' | 'reading'> & { readonly evidence: Pick<Accepted['evidence'], 'nowMs'> }): void {
    let ways = this.#byKey.get(keyId);
    if (ways === undefined) {
      if (this.#byKey.size >= MAX_KEYS) this.#forgetQuietest();
      ways = [];
      this.#byKey.set(keyId, ways);
    }
    for (const way of ways) {
      if (way.reading !== reading) continue;
      way.count++;
      way.lastMs = nowMs;
      return;
    }
    ways.push({ keyId, reading, count: 1, lastMs: nowMs });
  }

  list(): readonly Readonly<ProofCount>[] {
    return [...this.#byKey.values()].flat();
  }

  /** What was removed is counted anew when it comes again. */
  forget(keyId: string): void {
    this.#byKey.delete(keyId);
  }

  /** A key that is in use and not counted would look as if it could be retired. */
  #forgetQuietest(): void {
    const lastMs = (ways: readonly ProofCount[]): number => Math.max(...ways.map((way) => way.lastMs));
    let quietest: { readonly keyId: string; readonly lastMs: number } | undefined;
    for (const [keyId, ways] of this.#byKey) {
      const usedMs = lastMs(ways);
      if (quietest === undefined || usedMs < quietest.lastMs) quietest = { keyId, lastMs: usedMs };
    }
    if (quietest !== undefined) this.#byKey.delete(quietest.keyId);
  }
}
