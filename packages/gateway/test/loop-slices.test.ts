/** Long work beside requests: how much of it goes between two looks at the connections. */
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createSlices, inTurns, nextTurn, type Sliced } from '../src/loop-slices.ts';

/** How many pieces of work went on in each turn of the loop, until all is done. */
async function piecesByTurn(work: readonly ((piece: () => void) => Promise<void>)[]): Promise<number[]> {
  const byTurn: number[] = [];
  let pieces = 0;
  let isDone = false;
  const all = Promise.all(
    work.map((act) =>
      act(() => {
        pieces++;
      }),
    ),
  ).then(() => {
    isDone = true;
  });
  // What each does before it waits for the first time.
  pieces = 0;
  while (!isDone) {
    await turnOfLoop();
    byTurn.push(pieces);
    pieces = 0;
  }
  await all;
  return byTurn;
}

const HUNDRED = 100;

describe('of a hundred long works', () => {
  it.each<[string, (piece: () => void) => Promise<void>]>([
    [
      'that wait for a turn',
      async (piece) => {
        for (let i = 0; i < 3; i++) {
          await nextTurn();
          piece();
        }
      },
    ],
    [
      'in slices',
      async (piece) => {
        const slice = createSlices(0);
        for (let i = 0; i < 3; i++) {
          await slice();
          piece();
        }
      },
    ],
    [
      'that yield',
      (piece) =>
        inTurns(
          (function* work(): Sliced<void> {
            for (let i = 0; i < 3; i++) {
              yield;
              piece();
            }
          })(),
        ),
    ],
  ])('%s one goes on in a turn of the loop, and all are done', async (_kind, act) => {
    const byTurn = await piecesByTurn(Array.from({ length: HUNDRED }, () => act));
    expect(Math.max(...byTurn)).toBe(1);
    expect(byTurn.reduce((sum, pieces) => sum + pieces, 0)).toBe(3 * HUNDRED);
  });
});
