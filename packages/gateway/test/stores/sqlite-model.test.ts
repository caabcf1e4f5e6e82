import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Store } from '../../src/store.ts';
import type { Claim } from '../../src/stores/claim-store.ts';
import type { KeptEvent } from '../../src/stores/event-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';

const NOW = 1_760_000_000_000;

interface Held {
  readonly untilMs: number;
  readonly repeatOf?: string;
}

function claimOf(n: number, untilMs: number): Claim {
  return { gate: 'gate', identity: new Uint8Array(16).fill(n), untilMs };
}

const write = fc.record({
  kind: fc.constantFrom('keep', 'keep', 'keep', 'remember', 'duplicate'),
  claim: fc.nat({ max: 12 }),
  ms: fc.nat({ max: 60 }),
});
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ writes: fc.array(write, { maxLength: 8 }) }),
  },
  { weight: 3, arbitrary: fc.record({ tickMs: fc.nat({ max: 40 }) }) },
  { weight: 1, arbitrary: fc.constant({ reopen: true }) },
);

it('a store answers as a plain map does: expiry, failing writes, reopening', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'countersign-model-'));
      const path = join(directory, 'store.db');
      let nowMs = NOW;
      const open = (): Promise<Store> => openSqliteStore({ path, now: () => nowMs });
      let store = await open();
      const held = new Map<number, Held>();
      let ids = 0;
      const event = (id: string, claim: Claim): KeptEvent => ({
        ...{ id, gate: 'gate', provider: 'p', keyId: 'k', receivedMs: NOW, method: 'POST', url: '/' },
        ...{ headers: [], body: new Uint8Array(3), claim },
      });
      await store.events.keep(event('taken', claimOf(255, NOW)));

      /** What the model says of one write, in the order in which they were queued. */
      const expected = (one: { kind: string; claim: number; ms: number }, id: string): unknown => {
        const before = held.get(one.claim);
        const live = before !== undefined && before.untilMs > nowMs ? before : undefined;
        const untilMs = nowMs + one.ms;
        if (one.kind === 'remember') {
          held.set(one.claim, live ? { ...live, untilMs: Math.max(live.untilMs, untilMs) } : { untilMs });
          return undefined;
        }
        if (live !== undefined) {
          return { kept: false, ...(live.repeatOf === undefined ? {} : { repeatOf: live.repeatOf }) };
        }
        if (one.kind === 'duplicate') return 'duplicate-event';
        held.set(one.claim, { untilMs, repeatOf: id });
        return { kept: true };
      };

      try {
        for (const one of steps) {
          if ('tickMs' in one) nowMs += one.tickMs;
          else if ('reopen' in one) {
            await store.close();
            store = await open();
          } else {
            const answers: unknown[] = [];
            const results = one.writes.map((w): Promise<unknown> => {
              const id = w.kind === 'duplicate' ? 'taken' : `${ids++}`;
              answers.push(expected(w, id));
              const claim = claimOf(w.claim, nowMs + w.ms);
              const result: Promise<unknown> =
                w.kind === 'remember' ? store.claims.remember(claim) : store.events.keep(event(id, claim));
              return result.then(
                (value) => value,
                (error: { code: string }) => error.code,
              );
            });
            expect(await Promise.all(results)).toEqual(answers);
          }
          const live = [...held].filter(([, { untilMs }]) => untilMs > nowMs);
          const listed = new Map<number, number>();
          for await (const claim of store.claims.list(nowMs)) {
            listed.set(claim.identity[0] ?? -1, claim.untilMs);
          }
          expect(listed).toEqual(new Map(live.map(([n, { untilMs }]) => [n, untilMs])));
        }
      } finally {
        await store.close();
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: 25 },
  );
});
