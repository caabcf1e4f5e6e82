/** Prevents: a search that finds nothing because it cannot. Each fault is put back, and must be found where it was not before. */
import { afterAll, describe, expect, it } from 'vitest';
import { isLong, longReason, someOf } from '../../scripts/effort.ts';
import { FAULTS } from '../faults/faults.ts';
import { type FaultyTree, faultyTree } from '../faults/faulty-tree.ts';

let tree: FaultyTree | undefined;
const opened = (): FaultyTree => {
  tree ??= faultyTree();
  return tree;
};
afterAll(() => tree?.remove());

/** A short run puts back one. */
const EVERY = 20;
const TIMEOUT_MS = 120_000;

describe('the mutation engine', () => {
  it.each(someOf(FAULTS, EVERY))(
    `finds $id: $summary${longReason && ' (a short run puts back one fault)'}`,
    { timeout: TIMEOUT_MS },
    ({ edits, only, mutations, finding }) => {
      const said = opened()
        .findings({ edits, only, ...(mutations && { mutations }) })
        .map(({ what }) => what);
      expect(said).toContainEqual(expect.stringMatching(finding));
    },
  );

  // Each by itself: together they take minutes on a busy machine.
  it.each(isLong ? FAULTS : FAULTS.slice(0, 1))(
    'finds nothing in the cells of $id without it',
    { timeout: TIMEOUT_MS },
    ({ only, mutations }) => {
      expect(opened().findings({ edits: [], only, ...(mutations && { mutations }) })).toEqual([]);
    },
  );
});
