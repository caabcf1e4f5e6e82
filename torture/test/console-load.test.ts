/** The live page under load, for as long as its list takes to be full and a while longer: whole, and no larger in the end. */
import { expect, it } from 'vitest';
import { isLong, longReason } from '../../scripts/effort.ts';
import { runLive, totalOf } from '../console/run-live.ts';

const MB = 1_000_000;
/** Of the page: some forty rows, the charts, the menu. */
const MOST_NODES = 5_000;

it.skipIf(!isLong)(
  `the live page counts each verdict once, and its memory and nodes do not grow with their number${longReason}`,
  async () => {
    const run = await runLive({ seconds: 20, perSecond: 500, seed: 7, samples: 4 });
    expect(totalOf(run.gateway)).toBe(run.sent);
    expect(run.page).toEqual(run.gateway);
    expect(run.sent).toBeGreaterThan(0);
    for (const { nodes, heapBytes } of run.samples) {
      expect(nodes).toBeLessThan(MOST_NODES);
      // Ten thousand rows are some 10 MB.
      expect(heapBytes).toBeLessThan(40 * MB);
    }
    expect(run.latencies.length).toBeGreaterThan(0);
  },
);
