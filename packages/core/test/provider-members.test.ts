/** Every provider’s file reads in one order, so that what one has and another lacks is seen where it is looked for. */
import { describe, expect, it } from 'vitest';
import type { Provider } from '../src/provider.ts';
import { PROVIDERS } from '../src/providers/all.generated.ts';

/** As an object, the compiler asks for each. */
const PLACES: Readonly<Record<keyof Provider, number>> = {
  id: 1,
  otherNames: 2,
  title: 3,
  summary: 4,
  source: 5,
  unverified: 6,
  keyVariable: 7,
  isGeneric: 8,
  setUp: 9,
  fetchesKeys: 10,
  fetchesKeysWith: 11,
  needs: 12,
  usualOptions: 13,
  scheme: 14,
  signsAs: 15,
  idBeginnings: 16,
  marks: 17,
  answerWithinMs: 18,
  retriesForMs: 19,
  givesUp: 20,
  unpublished: 21,
  proof: 22,
  usualOutcome: 23,
  repeats: 24,
  replayNote: 25,
};

describe.each(PROVIDERS.map((provider) => ({ id: provider.id, provider })))('$id', ({ provider }) => {
  it('has its members in the order of all', () => {
    const members = Object.keys(provider) as (keyof Provider)[];
    expect(members).toEqual(members.toSorted((a, b) => PLACES[a] - PLACES[b]));
  });
});
