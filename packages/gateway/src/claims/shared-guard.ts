/**
 * A replay guard for claims that several gateways share, in Redis or in the store. The server decides; where the gate accepts what it cannot be asked about, a
 * memory stands in front, which knows what this gateway alone has taken.
 *
 * A request waits for `begin`. What it came to is told behind the answer: until then the lease holds it.
 */
import { Buffer } from 'node:buffer';
import type { BeginResult, Claim, MaybePromise, MemoryReplayGuard, ReplayGuard } from '@countersign/core';
import type { HeldClaim } from '../stores/claim-store.ts';
import type { AnswerVault } from './first-answer.ts';
import type { GateGuard } from './gate-guard.ts';

/** A gate's claims on the server: the guard of ADR 54, and three further steps. Times are milliseconds since the epoch. */
export interface ServerClaims extends ReplayGuard {
  begin(identity: Uint8Array, nowMs: number, leaseMs: number): Promise<BeginResult>;
  renew(identity: Uint8Array, nowMs: number, leaseMs: number): Promise<void>;
  /** Never rejects for the server's sake. */
  commit(identity: Uint8Array, untilMs: number, answer?: Uint8Array, freshUntilMs?: number): Promise<void>;
  abort(identity: Uint8Array): Promise<void>;
  /**
   * Has a begun claim outlive its lease: where nobody renews, commits or aborts it, it counts as committed until `untilMs`.
   * @throws Error (as a rejection) where its lease is no longer held here, and where the server does not answer
   */
  storeAhead(identity: Uint8Array, untilMs: number, nowMs: number): Promise<void>;
  /** The claim, where it is committed. @throws Error (as a rejection) where the server does not answer */
  find(identity: Uint8Array, nowMs: number): Promise<Pick<HeldClaim, 'untilMs' | 'answer'> | undefined>;
  /** Frees a committed claim. False where there is none. @throws Error (as a rejection) where the server does not answer */
  release(identity: Uint8Array, nowMs: number): Promise<boolean>;
}

export interface SharedGuardOptions {
  readonly claims: ServerClaims;
  /** Of a gate that accepts what the server cannot be asked about. Undefined: such requests are refused. */
  readonly memory: MemoryReplayGuard | undefined;
  /** Where the gate gives first answers to repeats. */
  readonly answers: AnswerVault | undefined;
  /** Milliseconds since the epoch: a release is told no time. */
  readonly now: () => number;
  /** A request is accepted that the server was not asked about. */
  readonly onUnchecked: () => void;
  /** Of what is told behind the answers: waited for before the server is left. */
  readonly behind: BehindAnswers;
}

/** More commits than these wait for the server before requests wait for theirs. */
const MAX_BEHIND = 1_000;

/** What the server is told behind the answers. */
export class BehindAnswers {
  readonly #pending = new Set<Promise<void>>();

  /** Undefined where nobody needs to wait for it. @param telling never rejects */
  add(telling: Promise<void>): Promise<void> | undefined {
    const isFull = this.#pending.size >= MAX_BEHIND;
    const pending = telling.then(() => void this.#pending.delete(pending));
    this.#pending.add(pending);
    return isFull ? pending : undefined;
  }

  /** Resolves when all that was added is told, or was given up. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }
}

export function createSharedGuard(options: SharedGuardOptions): GateGuard {
  return new SharedGuard(options);
}

class SharedGuard implements GateGuard {
  readonly #options: SharedGuardOptions;
  readonly #claims: ServerClaims;
  readonly #memory: MemoryReplayGuard | undefined;
  /** Begun here and under way, though the server was not asked. */
  readonly #unchecked = new Set<string>();
  /** Whose commit the server is being told: what comes next of such a claim waits for it. */
  readonly #committing = new Map<string, Promise<void>>();

  constructor(options: SharedGuardOptions) {
    this.#options = options;
    this.#claims = options.claims;
    this.#memory = options.memory;
  }

  async begin(identity: Uint8Array, nowMs: number, leaseMs: number): Promise<BeginResult> {
    // The caller may go on writing into its own.
    const own = identity.slice();
    await this.#committing.get(keyOf(own));
    const here = this.#memory?.begin(own, nowMs, leaseMs);
    if (here === undefined || here.state === 'full')
      return this.#opened(own, await this.#ask(own, nowMs, leaseMs));
    if (here.state === 'committed') return this.#withAnswer(own, here, nowMs);
    if (here.state !== 'begun') return here;
    let there: BeginResult;
    try {
      there = await this.#ask(own, nowMs, leaseMs);
    } catch (error) {
      this.#memory?.abort(own);
      throw error;
    }
    if (there.state === 'begun') return there;
    if (there.state === 'unavailable' || there.state === 'full') {
      this.#unchecked.add(keyOf(own));
      this.#options.onUnchecked();
      return here;
    }
    this.#memory?.abort(own);
    return this.#opened(own, there);
  }

  isUnchecked({ further = [], ...claim }: Claim): boolean {
    return (
      this.#unchecked.size > 0 &&
      [claim, ...further].some(({ identity }) => this.#unchecked.has(keyOf(identity)))
    );
  }

  async renew(identity: Uint8Array, nowMs: number, leaseMs: number): Promise<void> {
    this.#memory?.renew(identity, nowMs, leaseMs);
    await this.#committing.get(keyOf(identity));
    await this.#claims.renew(identity, nowMs, leaseMs);
  }

  commit(
    identity: Uint8Array,
    untilMs: number,
    answer?: Uint8Array,
    freshUntilMs?: number,
  ): MaybePromise<void> {
    // At once: nobody waits for what goes wrong behind the answers.
    if (identity.length !== 16) throw new RangeError('identity must be 16 bytes');
    if (![untilMs, freshUntilMs ?? untilMs].every(Number.isFinite))
      throw new RangeError('times must be finite milliseconds');
    const key = keyOf(identity);
    this.#unchecked.delete(key);
    this.#memory?.commit(identity, untilMs, answer, freshUntilMs);
    const sealed = answer && this.#options.answers?.seal(identity, answer);
    const telling = this.#claims.commit(identity, untilMs, sealed, freshUntilMs).then(() => {
      if (this.#committing.get(key) === telling) this.#committing.delete(key);
    });
    this.#committing.set(key, telling);
    return this.#options.behind.add(telling);
  }

  async abort(identity: Uint8Array): Promise<void> {
    const own = identity.slice();
    this.#unchecked.delete(keyOf(own));
    await this.#committing.get(keyOf(own));
    // There first: nobody begins here what is held there.
    await this.#claims.abort(own);
    this.#memory?.abort(own);
  }

  async storeAhead({ further = [], ...claim }: Claim): Promise<void> {
    await Promise.all(
      [claim, ...further].map(({ identity, untilMs }) =>
        this.#unchecked.has(keyOf(identity))
          ? undefined
          : this.#claims.storeAhead(identity, untilMs, this.#options.now()),
      ),
    );
  }

  leaveToOutcome(): void {
    // An outcome that stores claims is a keeping gate’s, whose claims are in the store.
  }

  async release(identity: Uint8Array): Promise<boolean> {
    const own = identity.slice();
    await this.#options.behind.settled();
    const isReleased = await this.#claims.release(own, this.#options.now());
    return this.#memory?.release(own) === true || isReleased;
  }

  #ask(identity: Uint8Array, nowMs: number, leaseMs: number): Promise<BeginResult> {
    return this.#claims.begin(identity, nowMs, leaseMs);
  }

  #opened(identity: Uint8Array, there: BeginResult): BeginResult {
    if (there.state !== 'committed' || there.answer === undefined) return there;
    const answer = this.#options.answers?.open(identity, there.answer);
    return answer === undefined ? { state: 'committed' } : { state: 'committed', answer };
  }

  /** What memory has forgotten of it the server may have. */
  async #withAnswer(
    identity: Uint8Array,
    here: Extract<BeginResult, { readonly state: 'committed' }>,
    nowMs: number,
  ): Promise<BeginResult> {
    if (here.answer !== undefined || this.#options.answers === undefined) return here;
    try {
      const there = await this.#claims.find(identity, nowMs);
      const answer = there?.answer && this.#options.answers.open(identity, there.answer);
      return answer === undefined ? here : { state: 'committed', answer };
    } catch {
      return here;
    }
  }
}

function keyOf(identity: Uint8Array): string {
  return Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength).toString('latin1');
}
