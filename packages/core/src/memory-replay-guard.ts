/** The replay guard in this process’s memory: bounded, expiring, at most 48 bytes a claim. */

import { checkOptions, IS, type OptionRules } from './check-options.ts';
import { commitWord, leaseWord, lowWord, toHeldMs } from './claim-ends.ts';
import { ClaimRoom, type RoomMember } from './claim-room.ts';
import { ClaimSearch } from './claim-search.ts';
import { ClaimTable, keyOf, type Told } from './claim-table.ts';
import { FailedAttempts } from './failed-attempts.ts';
import { KeptAnswers } from './kept-answers.ts';
import type { BeginResult, ReplayGuard } from './replay.ts';
import { SetupError } from './setup-error.ts';
import { createSteadyClock, type SteadyClock } from './steady-clock.ts';
import { uint32At } from './text/bytes.ts';

export interface MemoryReplayGuardOptions {
  /**
   * Claims that may be held at once. Where there are so many, the oldest of those that `commit` lets it forget are given up; where it may
   * forget none, further ones are told `full`. Default 1,000,000 (at most 48 MB).
   */
  readonly maxClaims?: number;
  /** Shared with other guards, instead of `maxClaims`. */
  readonly room?: ClaimRoom;
  /** Total of the answers kept for repeats, the oldest dropped first. Default 16 MiB; 0 keeps none. */
  readonly maxAnswerBytes?: number;
  /** A clock that only goes on, by which a jump of the other is told. Default `performance.now`. */
  readonly elapsedMs?: () => number;
  /** Told of each claim that is given up for want of room, with the clock of that time. */
  readonly onGivenUp?: (identity: Uint8Array, nowMs: number) => void;
}

const RULES: OptionRules<MemoryReplayGuardOptions> = {
  maxClaims: IS.positiveCount,
  maxAnswerBytes: IS.count,
  room: { expected: 'a ClaimRoom', isValid: (value) => value instanceof ClaimRoom },
  elapsedMs: IS.function,
  onGivenUp: IS.function,
};

/** Tables, chosen by the identity’s first bits. Each grows alone: 1 ms at a million claims, 10 ms at ten. */
const TABLES = 64;
/** Slots looked at for expired claims with each new claim: at a steady rate about an eighth of the slots is stale. */
const SWEPT_PER_BEGIN = 8;
const DEFAULT_MAX_ANSWER_BYTES = 16 * 1024 * 1024;

const BEGUN: BeginResult = { state: 'begun', attempt: 1 };
const FULL: BeginResult = { state: 'full' };

/**
 * Remembers claims in typed arrays; synchronous.
 *
 * - Only `begin` is ever refused for want of room. `commit` always takes the claim, even past `maxClaims`:
 *   its request has been acted on, so it must not be forgotten.
 * - A claim is held while `nowMs < untilMs`, by the clock that `begin` is given. A clock set back keeps claims
 *   longer. A clock set forward lets them expire, as it lets their requests expire; what it expires is forgotten only
 *   as time passes, or where room is needed, so that a clock that is set back again finds it.
 * - A claim of which `commit` says that no copy is fresh before its end may be given up from then on, where there is no room. Leases
 *   and all other claims never are. What is held of the time between the ends may be too short, by 16 s or a 512th of it, and never too long.
 * - Attempts are counted for the 10,000 claims that failed last.
 * - Times must be finite. They are held in whole milliseconds, rounded up.
 * - The tables need no random seed against crowding: a claim is begun only after its proof held, so only the holder
 *   of a key can choose identities that share a table, and such a one could fill it with honest requests.
 * - `full` may be said while a last per mille of the claims has expired, or may be given up, and was not yet come across.
 *
 * @throws RangeError for an identity that is not 16 bytes, and for times that are not finite numbers.
 */
export class MemoryReplayGuard implements ReplayGuard, RoomMember {
  /** Set by the room. */
  reserve = 0;
  readonly #room: ClaimRoom;
  readonly #tables: readonly ClaimTable[] = Array.from({ length: TABLES }, () => new ClaimTable());
  readonly #search = new ClaimSearch(this.#tables);
  readonly #steady: SteadyClock;
  #maxAnswerBytes: number;
  /** Made with the first answer. */
  #answers: KeptAnswers | undefined;
  /** Made with the first failure. */
  #attempts: FailedAttempts | undefined;
  readonly #onGivenUp: MemoryReplayGuardOptions['onGivenUp'];
  readonly #reclaimed: Told = (table, slot) => {
    this.#dropAnswer(table, slot);
    if (table.isLeaseAt(slot)) this.#countFailure(table.keyAt(slot));
  };
  /** Whether any claim was ever committed that may be given up before its end. */
  #hasTwoEnds = false;
  #size = 0;

  /** @throws SetupError for an unknown option, one of the wrong kind, and `maxClaims` beside `room`. */
  constructor(options: MemoryReplayGuardOptions = {}) {
    checkOptions<MemoryReplayGuardOptions>(options, RULES);
    const { maxClaims, room, elapsedMs, onGivenUp, maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES } = options;
    if (room !== undefined && maxClaims !== undefined) {
      throw new SetupError('maxClaims', 'it is given beside room', 'Leave one out: the room has its own.');
    }
    this.#room = room ?? new ClaimRoom(maxClaims === undefined ? {} : { maxClaims });
    this.#steady = createSteadyClock(elapsedMs);
    this.#maxAnswerBytes = maxAnswerBytes;
    this.#onGivenUp = onGivenUp;
    this.#room.join(this);
  }

  /** Claims held: live ones, and expired ones whose room was not yet taken back. */
  get size(): number {
    return this.#size;
  }

  begin(identity: Uint8Array, nowMs: number, leaseMs: number): BeginResult {
    checkTime(nowMs + leaseMs);
    const untilMs = toHeldMs(nowMs + leaseMs);
    checkIdentity(identity);
    const a = uint32At(identity, 0);
    const b = uint32At(identity, 4);
    const c = uint32At(identity, 8);
    const d = uint32At(identity, 12);
    const table = this.#tableOf(a);
    const slot = table.find(a, b, c, d);
    if (slot >= 0) {
      const isLease = table.isLeaseAt(slot);
      const endMs = table.endAt(slot);
      if (endMs > nowMs) {
        if (isLease) return { state: 'in-flight', retryAfterMs: endMs - nowMs };
        const answer = isInUse(this.#answers) ? this.#answers.get(keyOf(a, b, c, d)) : undefined;
        return answer === undefined
          ? { state: 'committed' }
          : { state: 'committed', answer: new Uint8Array(answer) };
      }
      this.#dropAnswer(table, slot);
      table.set(slot, lowWord(untilMs), leaseWord(untilMs));
      if (isLease) this.#countFailure(keyOf(a, b, c, d));
      return this.#begun(a, b, c, d);
    }
    this.#sweepBeside(table, nowMs);
    if (!this.#room.hasFor(this) && !this.#room.makeFor(this, nowMs)) return FULL;
    table.insert(a, b, c, d, lowWord(untilMs), leaseWord(untilMs));
    this.#count(this.#size + 1, nowMs);
    return this.#begun(a, b, c, d);
  }

  renew(identity: Uint8Array, nowMs: number, leaseMs: number): void {
    checkTime(nowMs + leaseMs);
    const untilMs = toHeldMs(nowMs + leaseMs);
    const table = this.#tableFor(identity);
    const slot = table.slotOf(identity);
    if (slot < 0 || !table.isLeaseAt(slot) || table.endAt(slot) >= untilMs) return;
    table.set(slot, lowWord(untilMs), leaseWord(untilMs));
  }

  commit(identity: Uint8Array, untilMs: number, answer?: Uint8Array, freshUntilMs: number = untilMs): void {
    checkTime(untilMs);
    checkTime(freshUntilMs);
    checkIdentity(identity);
    const a = uint32At(identity, 0);
    const b = uint32At(identity, 4);
    const c = uint32At(identity, 8);
    const d = uint32At(identity, 12);
    const table = this.#tableOf(a);
    const slot = table.find(a, b, c, d);
    let endMs = toHeldMs(untilMs);
    let freshMs = freshUntilMs;
    if (slot >= 0 && !table.isLeaseAt(slot)) {
      // Of two commits the later times hold; a lease gives way.
      freshMs = Math.max(freshMs, table.staleAt(slot));
      endMs = Math.max(endMs, table.endAt(slot));
    }
    const spanMs = endMs - toHeldMs(freshMs);
    if (spanMs > 0) this.#hasTwoEnds = true;
    if (slot < 0) {
      table.insert(a, b, c, d, lowWord(endMs), commitWord(endMs, spanMs));
      this.#count(this.#size + 1);
    } else table.set(slot, lowWord(endMs), commitWord(endMs, spanMs));
    if (isInUse(this.#attempts)) this.#attempts.forget(keyOf(a, b, c, d));
    if (answer !== undefined) {
      this.#answers ??= new KeptAnswers(this.#maxAnswerBytes);
      this.#answers.keep(keyOf(a, b, c, d), answer);
    } else if (slot >= 0 && isInUse(this.#answers)) this.#answers.forget(keyOf(a, b, c, d));
  }

  /** Commits what was committed before the start. What is held of it here is newer, and stays: a lease, an answer. */
  learn(identity: Uint8Array, untilMs: number, freshUntilMs?: number): void {
    if (this.#tableFor(identity).slotOf(identity) < 0)
      this.commit(identity, untilMs, undefined, freshUntilMs);
  }

  abort(identity: Uint8Array): void {
    const table = this.#tableFor(identity);
    const slot = table.slotOf(identity);
    if (slot < 0 || !table.isLeaseAt(slot)) return;
    this.#countFailure(table.keyAt(slot));
    table.remove(slot);
    this.#count(this.#size - 1);
  }

  /** Changes `maxAnswerBytes`; the oldest answers beyond it are dropped. */
  boundAnswers(maxAnswerBytes: number): void {
    this.#maxAnswerBytes = maxAnswerBytes;
    this.#answers?.bound(maxAnswerBytes);
  }

  /** Whether a claim is committed at that time. Changes nothing. */
  holds(identity: Uint8Array, nowMs: number): boolean {
    const table = this.#tableFor(identity);
    const slot = table.slotOf(identity);
    return slot >= 0 && !table.isLeaseAt(slot) && table.endAt(slot) > nowMs;
  }

  /**
   * Forgets a committed claim, at an operator’s word: the same request runs again.
   * @returns false where none is committed; one whose outcome is on its way stays.
   */
  release(identity: Uint8Array): boolean {
    const table = this.#tableFor(identity);
    const slot = table.slotOf(identity);
    if (slot < 0 || table.isLeaseAt(slot)) return false;
    this.#dropAnswer(table, slot);
    table.remove(slot);
    this.#count(this.#size - 1);
    return true;
  }

  /** Frees expired claims: looks through a part of them, going on where it last stopped. */
  sweep(nowMs: number): void {
    const freed = this.#search.sweep(nowMs, this.#reclaimed);
    if (freed > 0) this.#count(this.#size - freed);
  }

  /** Gives up the oldest of the claims in a part that may be given up. */
  giveUp(nowMs: number): void {
    if (!this.#hasTwoEnds) return;
    let lastEndMs = 0;
    const givenUp = this.#search.giveUp(nowMs, (table, slot) => {
      this.#dropAnswer(table, slot);
      lastEndMs = Math.max(lastEndMs, table.endAt(slot));
      this.#onGivenUp?.(table.identityAt(slot), nowMs);
    });
    if (givenUp === 0) return;
    this.#count(this.#size - givenUp);
    this.#room.gaveUp(this, nowMs, lastEndMs - nowMs);
  }

  /** About how many claims could be given up. */
  spare(nowMs: number): number {
    return this.#hasTwoEnds ? Math.floor(this.#size * this.#search.spare(nowMs)) : 0;
  }

  #begun(a: number, b: number, c: number, d: number): BeginResult {
    const before = isInUse(this.#attempts) ? this.#attempts.get(keyOf(a, b, c, d)) : undefined;
    return before === undefined ? BEGUN : { state: 'begun', attempt: before + 1 };
  }

  #countFailure(key: string): void {
    this.#attempts ??= new FailedAttempts();
    this.#attempts.count(key);
  }

  /** @throws RangeError for what is not an identity */
  #tableFor(identity: Uint8Array): ClaimTable {
    checkIdentity(identity);
    return this.#tableOf(uint32At(identity, 0));
  }

  #tableOf(firstWord: number): ClaimTable {
    return this.#tables[firstWord >>> 26] as ClaimTable;
  }

  /** A part of the sweep falls to each new claim. */
  #sweepBeside(table: ClaimTable, nowMs: number): void {
    const before = table.held;
    table.sweep(this.#steady(nowMs), SWEPT_PER_BEGIN, this.#reclaimed);
    if (table.held < before) this.#count(this.#size - (before - table.held));
  }

  #count(size: number, nowMs?: number): void {
    const before = this.#size;
    this.#size = size;
    this.#room.changed(this, before, nowMs);
  }

  #dropAnswer(table: ClaimTable, slot: number): void {
    if (isInUse(this.#answers)) this.#answers.forget(table.keyAt(slot));
  }
}

/** Whether anything is held: only then is it worth a key, which is a text. */
function isInUse<T extends { readonly isEmpty: boolean }>(kept: T | undefined): kept is T {
  return kept !== undefined && !kept.isEmpty;
}

function checkIdentity(identity: Uint8Array): void {
  if (!(identity instanceof Uint8Array) || identity.length !== 16) {
    throw new RangeError('identity must be 16 bytes');
  }
}

function checkTime(ms: number): void {
  if (!Number.isFinite(ms)) throw new RangeError('times must be finite milliseconds');
}
