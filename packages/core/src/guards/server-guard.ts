/** The replay guard over a server that several processes share: who holds which lease here, and what is done where it does not answer. */
import { dropOldest } from '../drop-oldest.ts';
import { messageOf } from '../given.ts';
import type { BeginResult, ReplayGuard } from '../replay.ts';
import { encodeHex } from '../text/encodings.ts';
import type { ClaimServer, CommitRequest, LeaseAnswer } from './claim-server.ts';
import type { SharedGuardOptions } from './guard-options.ts';
import { UnwrittenCommits } from './unwritten-commits.ts';
import { within } from './within.ts';

export {
  ATTEMPTS_KEPT_MS,
  type ClaimServer,
  type CommitRequest,
  type LeaseAnswer,
  type LeaseRequest,
} from './claim-server.ts';
export { within } from './within.ts';

/** Leases that are held here, at most; the owner of a dropped one can no longer renew or abort it, and it runs out. */
const MAX_OWNED = 100_000;

/**
 * - `begin` never rejects: where the server fails, or does not answer in time, it says `unavailable`. A lease that is given after that is given back.
 * - `commit` never rejects for the server's sake either, for what was done cannot be undone: it is kept here, told to repeats that come here, and
 *   written once the server answers. Meanwhile the lease holds it against other processes.
 * - `abort` leaves a lease that cannot be freed to run out. `renew` rejects, and the gate reports it.
 *
 * @throws RangeError (as a rejection) for an identity that is not 16 bytes, and for times that are not finite numbers.
 */
export class ServerGuard implements ReplayGuard {
  readonly #server: ClaimServer;
  readonly #options: Required<SharedGuardOptions>;
  readonly #unwritten: UnwrittenCommits;
  /** Of this guard, and no other process's. */
  readonly #name = encodeHex(globalThis.crypto.getRandomValues(new Uint8Array(12)));
  readonly #owners = new Map<string, string>();
  #begins = 0;
  /** The caller's clock when it was last told, and how long this process had run by then. */
  #seen: { readonly nowMs: number; readonly elapsedMs: number } | undefined;

  constructor(server: ClaimServer, options: Required<SharedGuardOptions>) {
    this.#server = server;
    this.#options = options;
    this.#unwritten = new UnwrittenCommits({
      write: (identity, commit) => within(options.timeoutMs, () => server.commit(identity, commit)),
      now: () => this.#callerNowMs(),
    });
  }

  async begin(identity: Uint8Array, nowMs: number, leaseMs: number): Promise<BeginResult> {
    const key = keyOf(identity);
    const untilMs = wholeMs(nowMs + leaseMs);
    this.#seen = { nowMs, elapsedMs: performance.now() };
    const unwritten = this.#unwritten.get(key, nowMs);
    if (unwritten !== undefined) return repeatOf(unwritten);
    this.#begins++;
    const owner = `${this.#name}.${this.#begins.toString(36)}`;
    const lease = { owner, nowMs: Math.floor(nowMs), untilMs };
    const giveBack = (late: LeaseAnswer): void => {
      if (late.state === 'begun') this.#server.abort(key, owner).catch(() => {});
    };
    try {
      const answer = await within(this.#options.timeoutMs, () => this.#server.begin(key, lease), giveBack);
      if (answer.state === 'begun') this.#own(key, owner);
      return answer;
    } catch (error) {
      return { state: 'unavailable', problem: messageOf(error) };
    }
  }

  async renew(identity: Uint8Array, nowMs: number, leaseMs: number): Promise<void> {
    const key = keyOf(identity);
    const untilMs = wholeMs(nowMs + leaseMs);
    const owner = this.#owners.get(key);
    if (owner === undefined) return;
    this.#seen = { nowMs, elapsedMs: performance.now() };
    const lease = { owner, nowMs: Math.floor(nowMs), untilMs };
    await within(this.#options.timeoutMs, () => this.#server.renew(key, lease));
  }

  async commit(
    identity: Uint8Array,
    untilMs: number,
    answer?: Uint8Array,
    freshUntilMs: number = untilMs,
  ): Promise<void> {
    const key = keyOf(identity);
    // The server has no bound that a claim could be given up for: it is held until the later end.
    wholeMs(freshUntilMs);
    const isKept = answer !== undefined && answer.length <= this.#options.maxAnswerBytes;
    const commit = this.#unwritten.withEarlier(key, {
      untilMs: wholeMs(untilMs),
      nowMs: this.#callerNowMs(),
      // The caller may go on writing into its own.
      answer: isKept ? answer.slice() : undefined,
    });
    this.#owners.delete(key);
    try {
      await within(this.#options.timeoutMs, () => this.#server.commit(key, commit));
      this.#unwritten.delete(key);
    } catch (error) {
      this.#unwritten.add(key, commit);
      this.#options.report(
        `a claim was not committed yet, and another process may run its request again once the lease is over: ${messageOf(error)}`,
      );
    }
  }

  async abort(identity: Uint8Array): Promise<void> {
    const key = keyOf(identity);
    const owner = this.#owners.get(key);
    if (owner === undefined) return;
    this.#owners.delete(key);
    try {
      await within(this.#options.timeoutMs, () => this.#server.abort(key, owner));
    } catch (error) {
      this.#options.report(
        `a claim was not freed, so the sender’s next try has to wait until its lease is over: ${messageOf(error)}`,
      );
    }
  }

  /** Of the lease that is held here. Undefined: none is, or it was dropped. */
  ownerOf(identity: Uint8Array): string | undefined {
    return this.#owners.get(keyOf(identity));
  }

  #own(key: string, owner: string): void {
    this.#owners.delete(key);
    this.#owners.set(key, owner);
    dropOldest(this.#owners, MAX_OWNED);
  }

  /** `begin` and `renew` are given it; since then time has gone on. */
  #callerNowMs(): number {
    const nowMs =
      this.#seen === undefined
        ? Date.now()
        : this.#seen.nowMs + Math.max(0, performance.now() - this.#seen.elapsedMs);
    return Math.floor(nowMs);
  }
}

function repeatOf({ answer }: CommitRequest): BeginResult {
  return answer === undefined ? { state: 'committed' } : { state: 'committed', answer: answer.slice() };
}

/** In hexadecimal digits. @throws RangeError where it is not 16 bytes */
export function keyOf(identity: Uint8Array): string {
  if (!(identity instanceof Uint8Array) || identity.length !== 16) {
    throw new RangeError('identity must be 16 bytes');
  }
  return encodeHex(identity);
}

/** Rounded up: a claim is held too long rather than too short. */
function wholeMs(ms: number): number {
  if (!Number.isFinite(ms)) throw new RangeError('times must be finite milliseconds');
  return Math.min(Math.ceil(ms), Number.MAX_SAFE_INTEGER);
}
