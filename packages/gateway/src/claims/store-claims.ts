/** Claims that several gateways share in their store: the guards over its leases. Rate limits stay each gateway's own. Loaded only where the store has leases. */
import type { MemoryReplayGuard } from '@countersign/core';
import { keyOf, ServerGuard, within } from '@countersign/core/internal/server-guard';
import type { GateConfig } from '../config/config.ts';
import type { Part } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { ClaimsServerFigures } from '../metrics/claims-server-families.ts';
import type { Sealer } from '../sealed/seal.ts';
import type { ClaimStore, HeldClaim } from '../stores/claim-store.ts';
import type { GateLeases, LeaseStore } from '../stores/lease-store.ts';
import type { SharedClaims } from './claims-by-gate.ts';
import { createAnswerVault, MAX_STORED_ANSWER_BYTES } from './first-answer.ts';
import type { GateGuard } from './gate-guard.ts';
import { createReportLines } from './report-lines.ts';
import { BehindAnswers, createSharedGuard, type ServerClaims } from './shared-guard.ts';

export interface StoreClaimsOptions {
  readonly claims: Pick<ClaimStore, 'release'>;
  readonly leases: LeaseStore;
  /** Of the store: an answer is in its table, and is sealed anew with all others there. */
  readonly sealer: Sealer | undefined;
  readonly now: () => number;
  readonly monotonicMs: () => number;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

const DOWN =
  'gates that answer, forward or respond refuse requests with 503, or accept them unchecked where replay.whenUnavailable is accept; it is tried again and again';

export function createStoreClaims(options: StoreClaimsOptions): SharedClaims & Part {
  const { leases, log } = options;
  leases.watch({
    onDown: (problem) => log.error({}, `claims cannot be taken: ${problem.replace(/\.$/, '')}: ${DOWN}`),
    onUp: (downMs) => log.info({ downMs: Math.round(downMs) }, 'claims can be taken again'),
  });
  return new StoreClaims(options);
}

class StoreClaims implements SharedClaims, Part {
  readonly figures: ClaimsServerFigures;
  readonly #options: StoreClaimsOptions;
  /** By gate: a gate that takes another’s place goes on with what is not told yet. */
  readonly #claims = new Map<string, LeasedClaims>();
  readonly #unchecked = new Map<string, number>();
  readonly #behind = new BehindAnswers();

  constructor(options: StoreClaimsOptions) {
    this.#options = options;
    const { leases } = options;
    this.figures = {
      isUp: () => leases.fault() === undefined,
      waits: leases.waits,
      unchecked: this.#unchecked,
    };
  }

  guardOf({ name, replay }: GateConfig, memory: MemoryReplayGuard | undefined): GateGuard {
    if (memory !== undefined) this.#unchecked.set(name, this.#unchecked.get(name) ?? 0);
    return createSharedGuard({
      claims: this.#claimsOf(name),
      memory,
      answers: replay.repeat === 'first-answer' ? createAnswerVault(name, this.#options.sealer) : undefined,
      now: this.#options.now,
      onUnchecked: () => this.#unchecked.set(name, (this.#unchecked.get(name) ?? 0) + 1),
      behind: this.#behind,
    });
  }

  /** They are in the store. */
  find(): undefined {}

  fault(): string | undefined {
    const problem = this.#options.leases.fault();
    return problem && `The store cannot be asked for claims: ${problem}`;
  }

  drain(): void {}

  close(): Promise<void> {
    return this.#behind.settled();
  }

  #claimsOf(gate: string): LeasedClaims {
    const open = this.#claims.get(gate);
    if (open !== undefined) return open;
    const opened = new LeasedClaims(gate, this.#options);
    this.#claims.set(gate, opened);
    return opened;
  }
}

/** A gate's. */
export class LeasedClaims extends ServerGuard implements ServerClaims {
  readonly #gate: string;
  readonly #leases: GateLeases;
  readonly #claims: Pick<ClaimStore, 'release'>;
  readonly #timeoutMs: number;

  constructor(
    gate: string,
    { claims, leases, log, monotonicMs }: Omit<StoreClaimsOptions, 'sealer' | 'now'>,
  ) {
    const ofGate = leases.ofGate(gate);
    super(ofGate, {
      timeoutMs: leases.timeoutMs,
      // What a vault makes of the longest answer, where each of its bytes becomes two.
      maxAnswerBytes: 2 * MAX_STORED_ANSWER_BYTES + 64,
      report: createReportLines(gate, { log, monotonicMs }),
    });
    this.#gate = gate;
    this.#leases = ofGate;
    this.#claims = claims;
    this.#timeoutMs = leases.timeoutMs;
  }

  async storeAhead(identity: Uint8Array, untilMs: number): Promise<void> {
    const owner = this.ownerOf(identity);
    const isStored =
      owner !== undefined &&
      (await within(this.#timeoutMs, () =>
        this.#leases.storeAhead(keyOf(identity), { owner, untilMs: Math.ceil(untilMs) }),
      ));
    if (!isStored) throw new Error('the claim’s lease is over');
  }

  find(identity: Uint8Array, nowMs: number): Promise<HeldClaim | undefined> {
    return within(this.#timeoutMs, () => this.#leases.find(keyOf(identity), Math.floor(nowMs)));
  }

  release(identity: Uint8Array): Promise<boolean> {
    return within(this.#timeoutMs, () => this.#claims.release(this.#gate, identity));
  }
}
