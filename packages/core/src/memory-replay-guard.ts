/** The replay guard in this process’s memory: bounded, expiring, at most 48 bytes a claim. */

import { checkOptions, IS, type OptionRules } from './check-options.ts';
import { ClaimRoom, type RoomMember } from './claim-room.ts';
import { ClaimTable, keyOf } from './claim-table.ts';
import type { BeginResult, ReplayGuard } from './replay.ts';
import { SetupError } from './setup-error.ts';
import { createSteadyClock, type SteadyClock } from './steady-clock.ts';
import { uint32At } from './text/bytes.ts';

export interface MemoryReplayGuardOptions {
  /** Claims that may be held at once; further ones are told `full`. Default 1,000,000 (at most 48 MB). */
  readonly maxClaims?: number;
  /** Shared with other guards, instead of `maxClaims`. */
  readonly room?: ClaimRoom;
  /** Total of the answers kept for repeats, the oldest dropped first. Default 16 MiB; 0 keeps none. */
  readonly maxAnswerBytes?: number;
  /** A clock that only goes on, by which a jump of the other is told. Default `performance.now`. */
  readonly elapsedMs?: () => number;
}

const RULES: OptionRules<MemoryReplayGuardOptions> = {
  maxClaims: IS.positiveCount,
  maxAnswerBytes: IS.count,
  room: { expected: 'a ClaimRoom', isValid: (value) => value instanceof ClaimRoom },
  elapsedMs: IS.function,
};

/** Tables, chosen by the identity’s first bits. Each grows alone: 1 ms at a million claims, 10 ms at ten. */
const TABLES = 64;
/** Slots looked at for expired claims with each new claim: at a steady rate about an eighth of the slots is stale. */
const SWEPT_PER_BEGIN = 8;
/** Slots looked at before `full` is said (15 µs). A flood of new claims must not buy a scan of the whole table each. */
const SWEPT_WHEN_FULL = 2048;
const DEFAULT_MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** What a kept answer costs besides its bytes, so that empty answers are bounded too. */
const ANSWER_OVERHEAD_BYTES = 192;

/** Claims whose runs so far are counted: a request that fails is tried again within minutes, if ever. */
const MAX_ATTEMPTS = 10_000;

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
 * - Attempts are counted for the 10,000 claims that failed last.
 * - Times need not be integers; they must be finite.
 * - The tables need no random seed against crowding: a claim is begun only after its proof held, so only the holder
 *   of a key can choose identities that share a table, and such a one could fill it with honest requests.
 * - `full` may be said while a last per mille of the claims has expired and was not yet come across.
 *
 * @throws RangeError for an identity that is not 16 bytes, and for times that are not finite numbers.
 */
export class MemoryReplayGuard implements ReplayGuard, RoomMember {
  /** Set by the room. */
  reserve = 0;
  readonly #room: ClaimRoom;
  readonly #maxAnswerBytes: number;
  readonly #tables: readonly ClaimTable[];
  readonly #steady: SteadyClock;
  readonly #answers = new Map<string, Uint8Array>();
  /** How often claims were begun that came to nothing. */
  readonly #attempts = new Map<string, number>();
  #answerBytes = 0;
  #size = 0;
  /** The table that the next search for room starts in. */
  #searched = 0;

  /** @throws SetupError for an unknown option, one of the wrong kind, and `maxClaims` beside `room`. */
  constructor(options: MemoryReplayGuardOptions = {}) {
    checkOptions<MemoryReplayGuardOptions>(options, RULES);
    const { maxClaims, room, elapsedMs, maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES } = options;
    if (room !== undefined && maxClaims !== undefined) {
      throw new SetupError('maxClaims', 'it is given beside room', 'Leave one out: the room has its own.');
    }
    this.#room = room ?? new ClaimRoom(maxClaims === undefined ? {} : { maxClaims });
    this.#steady = createSteadyClock(elapsedMs);
    this.#maxAnswerBytes = maxAnswerBytes;
    const reclaimed = (table: ClaimTable, slot: number): void => {
      this.#dropAnswer(table, slot);
      if (table.expiry(slot) < 0) this.#countAttempt(table.keyAt(slot));
    };
    this.#tables = Array.from({ length: TABLES }, () => new ClaimTable(reclaimed));
    this.#room.join(this);
  }

  /** Claims held: live ones, and expired ones whose room was not yet taken back. */
  get size(): number {
    return this.#size;
  }

  begin(identity: Uint8Array, nowMs: number, leaseMs: number): BeginResult {
    const untilMs = nowMs + leaseMs;
    checkTime(untilMs);
    checkIdentity(identity);
    const a = uint32At(identity, 0);
    const b = uint32At(identity, 4);
    const c = uint32At(identity, 8);
    const d = uint32At(identity, 12);
    const table = this.#tableOf(a);
    const slot = table.find(a, b, c, d);
    if (slot >= 0) {
      const expiry = table.expiry(slot);
      if (expiry < 0 && -expiry > nowMs) return { state: 'in-flight', retryAfterMs: -expiry - nowMs };
      if (expiry > nowMs) {
        const answer = this.#answers.get(keyOf(a, b, c, d));
        return answer === undefined
          ? { state: 'committed' }
          : { state: 'committed', answer: new Uint8Array(answer) };
      }
      this.#dropAnswer(table, slot);
      table.setExpiry(slot, -stored(untilMs));
      if (expiry < 0) this.#countAttempt(keyOf(a, b, c, d));
      return this.#begun(a, b, c, d);
    }
    this.#sweep(table, this.#steady(nowMs), SWEPT_PER_BEGIN);
    if (!this.#room.hasFor(this)) this.sweep(nowMs);
    if (!this.#room.hasFor(this)) this.#room.reclaim(this, nowMs);
    if (!this.#room.hasFor(this)) return FULL;
    table.insert(a, b, c, d, -stored(untilMs));
    this.#count(this.#size + 1, nowMs);
    return this.#begun(a, b, c, d);
  }

  renew(identity: Uint8Array, nowMs: number, leaseMs: number): void {
    const untilMs = nowMs + leaseMs;
    checkTime(untilMs);
    const table = this.#tableFor(identity);
    const slot = slotOf(table, identity);
    if (slot >= 0 && table.expiry(slot) < 0) {
      table.setExpiry(slot, Math.min(-stored(untilMs), table.expiry(slot)));
    }
  }

  commit(identity: Uint8Array, untilMs: number, answer?: Uint8Array): void {
    checkTime(untilMs);
    checkIdentity(identity);
    const a = uint32At(identity, 0);
    const b = uint32At(identity, 4);
    const c = uint32At(identity, 8);
    const d = uint32At(identity, 12);
    const table = this.#tableOf(a);
    const slot = table.find(a, b, c, d);
    if (slot < 0) {
      table.insert(a, b, c, d, stored(untilMs));
      this.#count(this.#size + 1);
    } else {
      // A lease (negative) gives way; of two commits the later time holds.
      table.setExpiry(slot, Math.max(stored(untilMs), table.expiry(slot)));
    }
    if (this.#attempts.size > 0) this.#attempts.delete(keyOf(a, b, c, d));
    if (answer !== undefined) this.#keepAnswer(keyOf(a, b, c, d), answer);
    else if (slot >= 0 && this.#answers.size > 0) this.#forgetAnswer(keyOf(a, b, c, d));
  }

  abort(identity: Uint8Array): void {
    const table = this.#tableFor(identity);
    const slot = slotOf(table, identity);
    if (slot < 0 || table.expiry(slot) > 0) return;
    this.#countAttempt(table.keyAt(slot));
    table.remove(slot);
    this.#count(this.#size - 1);
  }

  /** Whether a claim is committed at that time. Changes nothing. */
  holds(identity: Uint8Array, nowMs: number): boolean {
    const table = this.#tableFor(identity);
    const slot = slotOf(table, identity);
    return slot >= 0 && table.expiry(slot) > nowMs;
  }

  /**
   * Forgets a committed claim, at an operator’s word: the same request runs again.
   * @returns false where none is committed; one whose outcome is on its way stays.
   */
  release(identity: Uint8Array): boolean {
    const table = this.#tableFor(identity);
    const slot = slotOf(table, identity);
    if (slot < 0 || table.expiry(slot) < 0) return false;
    this.#dropAnswer(table, slot);
    table.remove(slot);
    this.#count(this.#size - 1);
    return true;
  }

  #begun(a: number, b: number, c: number, d: number): BeginResult {
    const before = this.#attempts.size === 0 ? undefined : this.#attempts.get(keyOf(a, b, c, d));
    return before === undefined ? BEGUN : { state: 'begun', attempt: before + 1 };
  }

  #countAttempt(key: string): void {
    const attempts = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.delete(key);
    this.#attempts.set(key, attempts);
    if (this.#attempts.size > MAX_ATTEMPTS) this.#attempts.delete(this.#attempts.keys().next().value ?? '');
  }

  /** @throws RangeError for what is not an identity */
  #tableFor(identity: Uint8Array): ClaimTable {
    checkIdentity(identity);
    return this.#tableOf(uint32At(identity, 0));
  }

  #tableOf(firstWord: number): ClaimTable {
    return this.#tables[firstWord >>> 26] as ClaimTable;
  }

  #sweep(table: ClaimTable, nowMs: number, slots: number): boolean {
    const before = table.held;
    const ended = table.sweep(nowMs, slots);
    if (table.held < before) this.#count(this.#size - (before - table.held));
    return ended;
  }

  #count(size: number, nowMs?: number): void {
    const before = this.#size;
    this.#size = size;
    this.#room.changed(this, before, nowMs);
  }

  /**
   * Frees expired claims: looks through the tables, wholly while they are small, else through a part, going on where it
   * last stopped.
   */
  sweep(nowMs: number): void {
    let left = SWEPT_WHEN_FULL;
    for (let looked = 0; looked < TABLES && left > 0; looked++) {
      const table = this.#tables[this.#searched] as ClaimTable;
      const slots = Math.min(left, table.slots);
      left -= slots;
      const whole = slots === table.slots;
      const ended = this.#sweep(table, nowMs, slots);
      if (whole || ended) this.#searched = (this.#searched + 1) % TABLES;
    }
  }

  #keepAnswer(key: string, answer: Uint8Array): void {
    this.#forgetAnswer(key);
    const bytes = answer.byteLength + ANSWER_OVERHEAD_BYTES;
    if (bytes > this.#maxAnswerBytes) return;
    this.#answers.set(key, new Uint8Array(answer));
    this.#answerBytes += bytes;
    for (const oldest of this.#answers.keys()) {
      if (this.#answerBytes <= this.#maxAnswerBytes) break;
      this.#forgetAnswer(oldest);
    }
  }

  #dropAnswer(table: ClaimTable, slot: number): void {
    if (this.#answers.size > 0) this.#forgetAnswer(table.keyAt(slot));
  }

  #forgetAnswer(key: string): void {
    const answer = this.#answers.get(key);
    if (answer === undefined) return;
    this.#answers.delete(key);
    this.#answerBytes -= answer.byteLength + ANSWER_OVERHEAD_BYTES;
  }
}

/** 0 marks a free slot, so times before 1 ms count as 1 ms. */
function stored(untilMs: number): number {
  return untilMs >= 1 ? untilMs : 1;
}

/** -1 where the table has no such claim. */
function slotOf(table: ClaimTable, identity: Uint8Array): number {
  return table.find(
    uint32At(identity, 0),
    uint32At(identity, 4),
    uint32At(identity, 8),
    uint32At(identity, 12),
  );
}

function checkIdentity(identity: Uint8Array): void {
  if (!(identity instanceof Uint8Array) || identity.length !== 16) {
    throw new RangeError('identity must be 16 bytes');
  }
}

function checkTime(ms: number): void {
  if (!Number.isFinite(ms)) throw new RangeError('times must be finite milliseconds');
}
