/** Attacks that change a request as a whole, in a list of ways that each subject has. */
import type { SignedRequest } from '@countersign/core';
import type { Attack, Draw, Opened, PlaceId, Trial } from '../engine/model.ts';

export type Change = (request: SignedRequest, subject: Opened, draw: Draw) => SignedRequest;

export interface ListedAttack {
  readonly id: string;
  readonly summary: string;
  readonly places: readonly PlaceId[];
  /** Why it has nothing to do at other places. */
  readonly elsewhere: string;
  /** The ways at a place, none of them at random; or why there is none. The same list for the same subject. */
  ways(subject: Opened, place: PlaceId): readonly Change[] | string;
}

/** The ways of a subject are listed once. */
export function listed({ id, summary, places, elsewhere, ways }: ListedAttack): Attack {
  return ofTrials({
    id,
    summary,
    places,
    elsewhere,
    trials(subject, place) {
      const changes = ways(subject, place);
      if (typeof changes === 'string') return changes;
      return changes.map((change) => (base: Opened, draw: Draw) => ({
        request: change(base.request, base, draw),
      }));
    },
  });
}

export type MakeTrial = (subject: Opened, draw: Draw) => Trial | undefined;

export interface TrialAttack extends Omit<ListedAttack, 'ways'> {
  trials(subject: Opened, place: PlaceId): readonly MakeTrial[] | string;
}

export function ofTrials({ id, summary, places, elsewhere, trials }: TrialAttack): Attack {
  const counts = new Map<string, number | string>();
  // Of one subject: the texts of all of them would take gigabytes.
  const lists = new Map<PlaceId, readonly MakeTrial[] | string>();
  let listedId = '';
  const trialsOf = (subject: Opened, place: PlaceId): readonly MakeTrial[] | string => {
    if (!places.includes(place)) return elsewhere;
    if (subject.id !== listedId) lists.clear();
    listedId = subject.id;
    const list = lists.get(place) ?? trials(subject, place);
    lists.set(place, list);
    return list;
  };
  const countOf = (all: readonly MakeTrial[] | string): number | string =>
    typeof all === 'string' ? all : all.length || elsewhere;
  return {
    id,
    summary,
    count(subject, place) {
      const key = `${subject.id} ${place}`;
      const count = counts.get(key) ?? countOf(trialsOf(subject, place));
      counts.set(key, count);
      return count;
    },
    variant(subject, place, n, draw) {
      const all = trialsOf(subject, place);
      return typeof all === 'string' ? undefined : all[n]?.(subject, draw);
    },
  };
}
