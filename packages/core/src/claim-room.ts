/** The room for claims that several guards share: each may use all that is free but a reserve of the others. */

import { checkOptions, IS } from './check-options.ts';
import { HOUR } from './freshness.ts';

/** A guard, as the room sees it. */
export interface RoomMember {
  /** Claims held. */
  readonly size: number;
  /** How many it can begin, whatever the others do; the room sets it. */
  reserve: number;
  /** Looks through a part of the claims and frees those that have expired. */
  sweep(nowMs: number): void;
  /** Looks through a part of the claims and gives up the oldest of those that may be forgotten before their end. */
  giveUp(nowMs: number): void;
  /** About how many claims may be forgotten before their end. */
  spare(nowMs: number): number;
}

/** A guard has taken four fifths of what it may, not counting what it may forget. */
export interface Scarcity {
  /** Claims that the guard holds. */
  readonly held: number;
  /** What it may hold now, as much as the others have left. */
  readonly most: number;
}

/** A guard forgets claims before their end, for there is no room. */
export interface GivingUp {
  /** Claims that the guard holds. */
  readonly held: number;
  /** By how much before their end they are forgotten, at most. */
  readonly earlyMs: number;
}

/** What a guard's owner is told of its room. */
export interface RoomReports {
  readonly onScarce?: (scarcity: Scarcity) => void;
  readonly onGivingUp?: (givingUp: GivingUp) => void;
}

export interface ClaimRoomOptions {
  /** Claims of all guards together. Default 1,000,000 (at most 48 MB). */
  readonly maxClaims?: number;
}

/** Half the room is free for all; the other half is reserved, in equal parts. */
const RESERVED = 0.5;
/** A guard is told that its room is scarce when less than this part of it is left. */
const SCARCE = 0.2;
/** It is told again only after this part of it was free in between. */
const PLENTY = 0.3;
/** No guard is told more often than this, and no more often is there a look whether it should be. */
const TOLD_EVERY_MS = 60_000;
/** Nor is it told more often than this that claims are given up, which can go on for days. */
const TOLD_OF_GIVING_UP_EVERY_MS = HOUR;
/** Others that are asked to give claims up before one is refused: each search takes 20 µs. */
const ASKED_AT_ONCE = 4;

/**
 * Counts the claims of its members. A member that floods can fill the common room, never the others' reserves. Who finds no room gives
 * up claims of its own that it may forget, before the others are asked for theirs.
 *
 * Claims that are committed without having been begun (a restart) are always taken: the sum may then exceed
 * `maxClaims` by the reserves of the others.
 */
export class ClaimRoom {
  readonly maxClaims: number;
  readonly #members: RoomMember[] = [];
  readonly #reserving = new Map<RoomMember, RoomReports>();
  /** When it was last looked whether each guard is to be told that its room is scarce. */
  readonly #looked = new Map<RoomMember, number>();
  /** When each guard was last told that it gives claims up. */
  readonly #toldOfGivingUp = new Map<RoomMember, number>();
  readonly #scarce = new Set<RoomMember>();
  /** What is nobody's reserve. */
  #common: number;
  /** Claims beyond the reserves of those who hold them. */
  #beyond = 0;
  /** Index of the member that is asked next for what another needs. */
  #searched = 0;

  /** @throws SetupError for an unknown option, and for `maxClaims` that is no whole number of at least 1. */
  constructor(options: ClaimRoomOptions = {}) {
    checkOptions<ClaimRoomOptions>(options, { maxClaims: IS.positiveCount });
    const { maxClaims = 1_000_000 } = options;
    this.maxClaims = maxClaims;
    this.#common = maxClaims;
  }

  /** Counts a guard's claims here. It has no reserve. */
  join(member: RoomMember): void {
    this.#members.push(member);
    this.#beyond += over(member, member.size);
  }

  /** Sets a part aside for a member. */
  reserveFor(member: RoomMember, reports: RoomReports = {}): void {
    this.#reserving.set(member, reports);
    this.#shareOut();
  }

  /** Counts a guard’s claims no longer, and shares its reserve out among the others. It must take no more claims. */
  leave(member: RoomMember): void {
    const at = this.#members.indexOf(member);
    if (at < 0) return;
    this.#members.splice(at, 1);
    this.#searched = 0;
    this.#reserving.delete(member);
    this.#looked.delete(member);
    this.#toldOfGivingUp.delete(member);
    this.#scarce.delete(member);
    member.reserve = 0;
    this.#shareOut();
  }

  #shareOut(): void {
    const guards = this.#reserving.size;
    const share = Math.floor((this.maxClaims * RESERVED) / Math.max(1, guards));
    const reserve = Math.max(share, this.maxClaims >= guards ? 1 : 0);
    for (const reserver of this.#reserving.keys()) reserver.reserve = reserve;
    this.#common = this.maxClaims - reserve * guards;
    this.#beyond = this.#members.reduce((sum, roomMember) => sum + over(roomMember, roomMember.size), 0);
  }

  /** Whether the member may take one more. */
  hasFor(member: RoomMember): boolean {
    return member.size < member.reserve || this.#beyond < this.#common;
  }

  /** The member holds another number of claims than before. @param nowMs where it has taken one */
  changed(member: RoomMember, before: number, nowMs?: number): void {
    const beyond = over(member, member.size);
    this.#beyond += beyond - over(member, before);
    if (nowMs !== undefined && beyond > 0) this.#tellIfScarce(member, nowMs);
  }

  /** Makes room for one more at a member: by what has expired, then by what may be forgotten. @returns whether there is */
  makeFor(asking: RoomMember, nowMs: number): boolean {
    const before = this.#beyond;
    // Where more is held than there is room for (a restart), it is enough that it becomes less.
    const isMade = (): boolean => this.hasFor(asking) || this.#beyond < before;
    asking.sweep(nowMs);
    if (isMade()) return true;
    this.#nextBeyond(asking)?.sweep(nowMs);
    if (isMade()) return true;
    asking.giveUp(nowMs);
    for (let asked = 0; asked < ASKED_AT_ONCE && !isMade(); asked++) {
      const other = this.#nextBeyond(asking);
      if (other === undefined) break;
      other.giveUp(nowMs);
    }
    return isMade();
  }

  /** A member has given claims up. @param earlyMs by how much before their end, at most */
  gaveUp(member: RoomMember, nowMs: number, earlyMs: number): void {
    if (nowMs - lastTold(this.#toldOfGivingUp, member) < TOLD_OF_GIVING_UP_EVERY_MS) return;
    this.#toldOfGivingUp.set(member, nowMs);
    this.#reserving.get(member)?.onGivingUp?.({ held: member.size, earlyMs });
  }

  /** One of the others that hold more than their reserve, each in its turn. */
  #nextBeyond(asking: RoomMember): RoomMember | undefined {
    for (let looked = 0; looked < this.#members.length; looked++) {
      const member = this.#members[this.#searched] as RoomMember;
      this.#searched = (this.#searched + 1) % this.#members.length;
      if (member !== asking && over(member, member.size) > 0) return member;
    }
    return undefined;
  }

  #tellIfScarce(member: RoomMember, nowMs: number): void {
    const left = this.#common - this.#beyond;
    const whole = member.reserve + this.#common;
    if (left >= whole * PLENTY) this.#scarce.delete(member);
    if (left >= whole * SCARCE || this.#scarce.has(member)) return;
    if (nowMs - lastTold(this.#looked, member) < TOLD_EVERY_MS) return;
    this.#looked.set(member, nowMs);
    // What may be forgotten is as good as free.
    if (left + this.#spare(nowMs) >= whole * SCARCE) return;
    this.#scarce.add(member);
    this.#reserving.get(member)?.onScarce?.({ held: member.size, most: member.size + Math.max(0, left) });
  }

  /** About how many claims of all members may be forgotten, their reserves apart. */
  #spare(nowMs: number): number {
    return this.#members.reduce((sum, member) => {
      const beyond = over(member, member.size);
      return beyond === 0 ? sum : sum + Math.min(beyond, member.spare(nowMs));
    }, 0);
  }
}

function lastTold(times: ReadonlyMap<RoomMember, number>, member: RoomMember): number {
  return times.get(member) ?? Number.NEGATIVE_INFINITY;
}

function over({ reserve }: RoomMember, size: number): number {
  return size > reserve ? size - reserve : 0;
}
