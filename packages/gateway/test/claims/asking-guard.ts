/**
 * A replay guard without a memory: each word is the store's, as several gateways on one store would need it. It proves that nothing but
 * this file has to change for such a store. What is under way is a record, written by whoever comes first; what is done is a claim.
 */
import type { BeginResult, Claim } from '@countersign/core';
import type { AnswerVault } from '../../src/claims/first-answer.ts';
import type { GateGuard } from '../../src/claims/gate-guard.ts';
import type { StoredRecord } from '../../src/stores/record-store.ts';
import type { Store } from '../../src/stores/store.ts';

interface Lease {
  readonly untilMs: number;
  readonly attempt: number;
  /** Whether its claim is in the store already: while the lease holds, that does not mean that it is committed. */
  readonly isStoredAhead: boolean;
}

const FREE = 0;

export interface AskingGuardOptions {
  readonly gate: string;
  readonly store: Pick<Store, 'claims' | 'records'>;
  readonly answers: AnswerVault;
  /** Milliseconds since the epoch: a release is told no time. */
  readonly now: () => number;
}

export function createAskingGuard(options: AskingGuardOptions): GateGuard {
  return new AskingGuard(options);
}

class AskingGuard implements GateGuard {
  readonly #gate: string;
  readonly #space: string;
  readonly #claims: Store['claims'];
  readonly #records: Store['records'];
  readonly #answers: AnswerVault;
  readonly #now: () => number;

  constructor({ gate, store, answers, now }: AskingGuardOptions) {
    this.#gate = gate;
    this.#space = `lease ${gate}`;
    this.#claims = store.claims;
    this.#records = store.records;
    this.#answers = answers;
    this.#now = now;
  }

  async begin(identity: Uint8Array, nowMs: number, leaseMs: number): Promise<BeginResult> {
    const key = checkedKey(identity, nowMs, leaseMs);
    try {
      for (;;) {
        const record = await this.#records.get(this.#space, key);
        const lease = leaseOf(record);
        const isHeld = lease !== undefined && lease.untilMs > nowMs;
        const done =
          isHeld && lease.isStoredAhead ? undefined : await this.#committed(identity.slice(), nowMs);
        if (done !== undefined) return done;
        if (isHeld) return { state: 'in-flight', retryAfterMs: lease.untilMs - nowMs };
        const attempt = (lease?.attempt ?? 0) + 1;
        const next = { untilMs: nowMs + leaseMs, attempt, isStoredAhead: false };
        if ((await this.#write(key, record?.version ?? 0, next)) !== undefined)
          return { state: 'begun', attempt };
      }
    } catch (error) {
      return { state: 'unavailable', problem: String(error) };
    }
  }

  async renew(identity: Uint8Array, nowMs: number, leaseMs: number): Promise<void> {
    await this.#change(checkedKey(identity, nowMs, leaseMs), (lease) =>
      lease.untilMs === FREE ? undefined : { ...lease, untilMs: Math.max(lease.untilMs, nowMs + leaseMs) },
    );
  }

  async commit(
    identity: Uint8Array,
    untilMs: number,
    answer?: Uint8Array,
    freshUntilMs: number = untilMs,
  ): Promise<void> {
    const key = checkedKey(identity, untilMs, freshUntilMs);
    const sealed = answer && this.#answers.seal(identity, answer);
    await this.#remember({ identity, untilMs, freshUntilMs }, sealed);
    await this.#change(key, () => ({ untilMs: FREE, attempt: 0, isStoredAhead: false }));
  }

  async abort(identity: Uint8Array): Promise<void> {
    const key = checkedKey(identity, 0, 0);
    const own = identity.slice();
    const lease = leaseOf(await this.#records.get(this.#space, key));
    // The claim first: while the lease holds, nobody takes it for committed or begins it.
    if (lease?.isStoredAhead) await this.#claims.release(this.#gate, own);
    await this.#change(key, (held) => ({ ...held, untilMs: FREE, isStoredAhead: false }));
  }

  async storeAhead({ further = [], ...claim }: Claim): Promise<void> {
    for (const each of [claim, ...further]) {
      const key = checkedKey(each.identity, each.untilMs);
      // The lease first: whoever asks meanwhile hears that it is under way.
      await this.#change(key, (lease) => ({ ...lease, isStoredAhead: true }));
      await this.#remember(each);
    }
  }

  leaveToOutcome(): void {
    // Nothing is noted: what the outcome has stored is committed from then on.
  }

  async release(identity: Uint8Array): Promise<boolean> {
    const own = identity.slice();
    const lease = leaseOf(await this.#records.get(this.#space, checkedKey(own)));
    if (lease !== undefined && lease.untilMs > this.#now()) return false;
    return this.#claims.release(this.#gate, own);
  }

  #remember({ identity, untilMs, freshUntilMs = untilMs }: Claim, answer?: Uint8Array): Promise<void> {
    const ends = { untilMs: Math.ceil(untilMs), freshUntilMs: Math.ceil(freshUntilMs) };
    const claim = { gate: this.#gate, identity: identity.slice(), ...ends };
    return this.#claims.remember({ ...claim, ...(answer && { answer }) });
  }

  async #committed(identity: Uint8Array, nowMs: number): Promise<BeginResult | undefined> {
    const found = await this.#claims.find(this.#gate, identity, nowMs);
    if (found === undefined) return undefined;
    const answer = found.answer && this.#answers.open(identity, found.answer);
    return answer === undefined ? { state: 'committed' } : { state: 'committed', answer };
  }

  #write(key: string, version: number, lease: Lease): Promise<number | undefined> {
    const bytes = Buffer.from(JSON.stringify(lease));
    return this.#records.put({ space: this.#space, key, version, bytes });
  }

  /** Changes what the record says; again where somebody else was quicker. */
  async #change(key: string, next: (lease: Lease) => Lease | undefined): Promise<void> {
    for (;;) {
      const record = await this.#records.get(this.#space, key);
      const lease = leaseOf(record);
      const changed = lease && next(lease);
      if (record === undefined || changed === undefined) return;
      if ((await this.#write(key, record.version, changed)) !== undefined) return;
    }
  }
}

function leaseOf(record: StoredRecord | undefined): Lease | undefined {
  return record && (JSON.parse(Buffer.from(record.bytes).toString()) as Lease);
}

function checkedKey(identity: Uint8Array, ...times: readonly number[]): string {
  if (identity.length !== 16 || !times.every(Number.isFinite)) throw new RangeError('a caller’s bug');
  return Buffer.from(identity).toString('hex');
}
