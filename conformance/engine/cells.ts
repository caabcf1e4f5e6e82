/** The cells of the search: each subject under each attack at each place, and the n-th trial of each. */
import type { SignedRequest } from '@countersign/core';
import { seededRandom } from '../../scripts/seeded-random.ts';
import { ATTACKS } from '../attacks/all.ts';
import { type Attack, type Draw, type Opened, PLACE_IDS, type PlaceId, type Trial } from './model.ts';

export interface Cell {
  readonly subject: Opened;
  readonly attack: Attack;
  readonly place: PlaceId;
  /** Variants before chance begins, or why there is none. */
  readonly count: number | string;
}

export function cellsOf(subject: Opened, attack: Attack): readonly Cell[] {
  return PLACE_IDS.map((place) => ({ subject, attack, place, count: attack.count(subject, place) }));
}

export function nameOf({ subject, attack, place }: Cell): string {
  return `${subject.id} ${attack.id} ${place}`;
}

/** Numbers that seed, cell and n decide, so that any trial can be made again by itself. */
function drawOf(seed: number, cell: Cell, n: number): Draw {
  let hash = 0x811c9dc5 ^ seed;
  for (const char of nameOf(cell)) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  const next = seededRandom(hash + Math.imul(n, 0x9e3779b1));
  next();
  return (below) => next() % Math.max(1, below);
}

/** Each takes a hundred kilobytes or more: one on top of the other shows nothing new, and takes its time. */
const HEAVY = new Set(['long', 'deep', 'list']);
const SECONDS: readonly Attack[] = ATTACKS.filter(({ id }) => !HEAVY.has(id));
const SECOND_PLACES: readonly PlaceId[] = PLACE_IDS.filter((place) => place !== 'clock' && place !== 'gate');

/** Draws for a change that is one. */
const TRIES = 6;

/**
 * The n-th trial of a cell: its variants one by one, and then one of them, drawn, with a second attack on top of it.
 * @returns undefined where nothing is changed
 */
export function trialOf(cell: Cell, n: number, seed: number): Trial | undefined {
  const { subject, attack, place, count } = cell;
  if (typeof count === 'string') return undefined;
  const draw = drawOf(seed, cell, n);
  if (n < count) return attack.variant(subject, place, n, draw);
  for (let i = 0; i < TRIES; i++) {
    const first = attack.variant(subject, place, draw(count), draw);
    const both = first && withSecond(subject, place, first, draw);
    if (both) return both;
  }
  return undefined;
}

/**
 * At another place: a text is put back as a change of the genuine one, and would undo what the first has done there. On top
 * of a forgery and of what an issuer signs nothing is put, for the same reason.
 */
function withSecond(subject: Opened, firstPlace: PlaceId, first: Trial, draw: Draw): Trial | undefined {
  if (first.isStrange || first.isIssuers) return undefined;
  const base = { ...subject, request: first.request };
  for (let i = 0; i < TRIES; i++) {
    const attack = SECONDS[draw(SECONDS.length)] as Attack;
    const place = SECOND_PLACES[draw(SECOND_PLACES.length)] as PlaceId;
    if (place === firstPlace) continue;
    const count = attack.count(subject, place);
    const second =
      typeof count === 'string' || count === 0 ? undefined : attack.variant(base, place, draw(count), draw);
    if (!second || second.options || second.nowMs !== undefined) continue;
    // Where the first has moved or rewritten what the second would replace, there is nothing of the second.
    if (!isSame(first.request, second.request)) return { ...first, ...second };
  }
  return undefined;
}

function isSame(first: SignedRequest, other: SignedRequest): boolean {
  return (
    first.method === other.method &&
    first.url === other.url &&
    JSON.stringify(first.headers.flat) === JSON.stringify(other.headers.flat) &&
    Buffer.compare(first.body, other.body) === 0
  );
}
