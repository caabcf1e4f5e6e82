/**
 * Shadow verification: another proof is held against the requests of a gate, after they were answered, to see whether it would have decided
 * as the gate did. It decides nothing, claims nothing and slows no answer: what comes faster than it is verified is counted and left.
 */
import type { Gate, RefusalReason, SignedRequest } from '@countersign/core';
import type { Handled } from '../call.ts';

/** How the two verdicts stand to each other. */
export const AGREEMENTS = ['both-accept', 'both-refuse', 'only-first', 'only-shadow'] as const;

export type Agreement = (typeof AGREEMENTS)[number];

/** A request on which the gate and its shadow disagreed. Undefined reason: accepted. */
export interface Disagreement {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly first: RefusalReason | undefined;
  readonly shadow: RefusalReason | undefined;
}

export interface Shadow {
  readonly gate: Gate;
  /** Since the start. */
  readonly counts: Readonly<Record<Agreement, number>>;
  /** Requests that were not verified: more came than wait, a body was not read, or the gateway stopped. */
  readonly dropped: number;
  /** The last ones, the newest first. */
  readonly disagreements: readonly Disagreement[];
  /**
   * Takes a request that the gate has judged, or leaves it: nothing waits for it.
   * @param request undefined where its body was not read: it cannot be verified
   */
  offer(request: SignedRequest | undefined, requestId: string, handled: Handled): void;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
  /** Verifies no more: what waits is dropped. */
  close(): void;
}

export interface ShadowOptions {
  readonly gate: Gate;
  readonly now: () => number;
  /** A bug, or a key set that threw: the request was not compared. */
  readonly onError: (requestId: string, error: unknown) => void;
}

const MAX_WAITING = 256;
/** Bodies that wait; they are held besides `limits.maxBodyBytesInFlight`. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const MAX_DISAGREEMENTS = 20;

export function createShadow(options: ShadowOptions): Shadow {
  return new WaitingShadow(options);
}

/** One that waits for its turn. */
interface Waiting {
  readonly request: SignedRequest;
  readonly requestId: string;
  readonly first: RefusalReason | undefined;
}

class WaitingShadow implements Shadow {
  readonly gate: Gate;
  readonly counts: Record<Agreement, number> = {
    'both-accept': 0,
    'both-refuse': 0,
    'only-first': 0,
    'only-shadow': 0,
  };
  dropped = 0;
  readonly #options: ShadowOptions;
  readonly #last: Disagreement[] = [];
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #isWorking = false;
  #isClosed = false;
  readonly #onIdle: (() => void)[] = [];

  constructor(options: ShadowOptions) {
    this.gate = options.gate;
    this.#options = options;
  }

  get disagreements(): readonly Disagreement[] {
    return this.#last;
  }

  offer(request: SignedRequest | undefined, requestId: string, handled: Handled): void {
    const judged = proofVerdict(handled);
    if (judged === undefined) return;
    const bytes = request?.body.byteLength ?? 0;
    const hasRoom = this.#waiting.length < MAX_WAITING && this.#waitingBytes + bytes <= MAX_WAITING_BYTES;
    if (this.#isClosed || !hasRoom || request === undefined) {
      this.dropped++;
      return;
    }
    this.#waiting.push({ request, requestId, first: judged.reason });
    this.#waitingBytes += bytes;
    if (this.#isWorking) return;
    this.#isWorking = true;
    // In another turn than the answer's.
    setImmediate(() => void this.#work());
  }

  idle(): Promise<void> {
    if (!this.#isWorking) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  close(): void {
    this.#isClosed = true;
    this.dropped += this.#waiting.length;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }

  /** One a turn, so that requests come between. */
  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#waitingBytes -= next.request.body.byteLength;
      await this.#compare(next);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#isWorking = false;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  async #compare({ request, requestId, first }: Waiting): Promise<void> {
    const { now, onError } = this.#options;
    try {
      const verdict = await this.gate.verify(request);
      if (this.#isClosed) {
        this.dropped++;
        return;
      }
      const shadow = verdict.ok ? undefined : verdict.reason;
      this.counts[agreementOf(first, shadow)]++;
      if ((first === undefined) === (shadow === undefined)) return;
      this.#last.unshift({ requestId, atMs: now(), first, shadow });
      if (this.#last.length > MAX_DISAGREEMENTS) this.#last.pop();
    } catch (error) {
      this.dropped++;
      onError(requestId, error);
    }
  }
}

function agreementOf(first: RefusalReason | undefined, shadow: RefusalReason | undefined): Agreement {
  if (first === undefined) return shadow === undefined ? 'both-accept' : 'only-first';
  return shadow === undefined ? 'only-shadow' : 'both-refuse';
}

/** What the gate said of the proof alone; undefined where it judged none: a test of the endpoint, a bug. */
function proofVerdict(handled: Handled): { readonly reason: RefusalReason | undefined } | undefined {
  const { verdict, reason, step } = handled;
  if (verdict === 'accepted') return { reason: undefined };
  if (verdict !== 'refused' || reason === undefined) return undefined;
  // The proof of a repeat held; a shadow claims nothing.
  return { reason: step === 'replay' ? undefined : reason };
}
