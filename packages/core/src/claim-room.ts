/** The room for claims that several guards share: each may use all that is free but a reserve of the others. */

import { checkOptions, IS } from './check-options.ts';

/** A guard, as the room sees it. */
export interface RoomMember {
  /** Claims held. */
  readonly size: number;
  /** How many it can begin, whatever the others do; the room sets it. */
  reserve: number;
  /** Looks through a part of the claims and frees those that have expired. */
  sweep(nowMs: number): void;
}

/** A guard has taken four fifths of what it may. */
export interface Scarcity {
  /** Claims that the guard holds. */
  readonly held: number;
  /** What it may hold now, as much as the others have left. */
  readonly most: number;
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
/** No guard is told more often than this. */
const TOLD_EVERY_MS = 60_000;

/**
 * Counts the claims of its members. A member that floods can fill the common room, never the others' reserves.
 *
 * Claims that are committed without having been begun (a restart) are always taken: the sum may then exceed
 * `maxClaims` by the reserves of the others.
 */
export class ClaimRoom {
  readonly maxClaims: number;
  readonly #members: RoomMember[] = [];
  readonly #reserving = new Map<RoomMember, ((scarcity: Scarcity) => void) | undefined>();
  /** When each guard was last told that its room is scarce. */
  readonly #told = new Map<RoomMember, number>();
  readonly #scarce = new Set<RoomMember>();
  /** What is nobody's reserve. */
  #common: number;
  /** Claims beyond the reserves of those who hold them. */
  #beyond = 0;
  /** Index of the member that `reclaim` looks at next. */
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

  /** Sets a part aside for a member. @param onScarce told when it has taken four fifths of what it may */
  reserveFor(member: RoomMember, onScarce?: (scarcity: Scarcity) => void): void {
    this.#reserving.set(member, onScarce);
    const guards = this.#reserving.size;
    const share = Math.floor((this.maxClaims * RESERVED) / guards);
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

  /** Frees what has expired at one of the others that hold more than their reserve, each in its turn. */
  reclaim(asking: RoomMember, nowMs: number): void {
    for (let looked = 0; looked < this.#members.length; looked++) {
      const member = this.#members[this.#searched] as RoomMember;
      this.#searched = (this.#searched + 1) % this.#members.length;
      if (member === asking || over(member, member.size) === 0) continue;
      member.sweep(nowMs);
      return;
    }
  }

  #tellIfScarce(member: RoomMember, nowMs: number): void {
    const left = this.#common - this.#beyond;
    const whole = member.reserve + this.#common;
    if (left >= whole * PLENTY) this.#scarce.delete(member);
    if (left >= whole * SCARCE || this.#scarce.has(member)) return;
    if (nowMs - (this.#told.get(member) ?? Number.NEGATIVE_INFINITY) < TOLD_EVERY_MS) return;
    this.#scarce.add(member);
    this.#told.set(member, nowMs);
    this.#reserving.get(member)?.({ held: member.size, most: member.size + Math.max(0, left) });
  }
}

function over({ reserve }: RoomMember, size: number): number {
  return size > reserve ? size - reserve : 0;
}
