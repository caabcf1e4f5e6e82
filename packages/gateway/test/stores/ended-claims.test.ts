/** Claims that were ended keep their rows for a while: no start gives one of their numbers away a second time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import type { Claim } from '../../src/stores/claim-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';

const NOW = 1_760_000_000_000;

function claimOf(n: number): Claim {
  return { gate: 'g', identity: new Uint8Array(16).fill(n), untilMs: NOW + 60_000, freshUntilMs: NOW };
}

type Ending = 'release' | 'giveUp';

/** Which of so many claims are ended, and how, by their place among them. */
const endings = fc.array(fc.constantFrom<(Ending | 'held')[]>('release', 'giveUp', 'held'), {
  minLength: 1,
  maxLength: 60,
});

it('takes every claim after a start, whichever were ended before it', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(endings, async (ends) => {
      const folder = mkdtempSync(join(tmpdir(), 'countersign-ended-'));
      const file = { path: join(folder, 'store.db'), now: () => NOW };
      try {
        const before = await openSqliteStore(file);
        await Promise.all(ends.map((_, n) => before.claims.remember(claimOf(n))));
        await Promise.all(
          ends.map((end, n) => {
            const { gate, identity } = claimOf(n);
            if (end === 'held') return undefined;
            return end === 'release'
              ? before.claims.release(gate, identity)
              : before.claims.giveUp(gate, identity, NOW);
          }),
        );
        await before.close();
        const after = await openSqliteStore(file);
        for (let n = 100; n < 110; n++) await after.claims.remember(claimOf(n));
        const held: number[] = [];
        for await (const { identity } of after.claims.list(NOW)) held.push(identity[0] ?? -1);
        await after.close();
        const kept = [...ends.keys()].filter((n) => ends[n] === 'held');
        expect(held).toEqual([...kept, ...Array.from({ length: 10 }, (_, i) => 100 + i)]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    {
      numRuns: between(12, 100),
      examples: [[Array.from({ length: 20 }, (_, n) => (n < 10 || n > 16 ? 'release' : 'held'))]],
    },
  );
});
