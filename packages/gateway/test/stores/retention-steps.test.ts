/** A step of retention ends in time, also within an event of many attempts. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../src/stores/open-store.ts';
import { createSqliteDeliveries } from '../../src/stores/sqlite-deliveries.ts';
import { createSqliteFullText } from '../../src/stores/sqlite-full-text.ts';
import { openSqliteFile } from '../../src/stores/sqlite-open.ts';
import { createSqliteRetention } from '../../src/stores/sqlite-retention.ts';
import { createSqliteTotals } from '../../src/stores/sqlite-totals.ts';
import { event } from '../../src/testing/kept-events.ts';
import { NOW } from '../../src/testing/store-bench.ts';
import { temporaryDir } from '../harness.ts';

const ATTEMPTS = 150;

async function keptWithAttempts(): Promise<string> {
  const path = join(temporaryDir(), 'store.db');
  let nowMs = NOW;
  const store = await openStore(path, { now: () => nowMs });
  await store.events.keep(event(1), [], [{ destination: 'a' }, { destination: 'b' }]);
  await store.events.keep(event(2), [], []);
  for (let n = 0; n < ATTEMPTS; n++) {
    const [due] = await store.deliveries.take({
      destination: 'a',
      limit: 1,
      maxBytes: 1_000,
      leaseMs: 1_000,
      nowMs,
    });
    if (due === undefined) throw new Error('nothing is due');
    const attempt = { startedMs: nowMs, tookMs: 1, code: 'status', answer: Buffer.alloc(100, 'x') };
    await store.deliveries.settle({ ...due, attempt, state: 'waiting', dueMs: nowMs });
    nowMs += 1;
  }
  await store.close();
  return path;
}

it('attempts go some at a time, then the event; it counts once as one whose delivery waited', async () => {
  const db = await openSqliteFile({ path: await keptWithAttempts() });
  const totals = createSqliteTotals(db);
  let looks = 0;
  const retention = createSqliteRetention(db, {
    deliveries: createSqliteDeliveries(db, totals, () => 0),
    totals,
    fullText: createSqliteFullText(db),
    // Each look at the clock is two milliseconds later: a step has one piece of work.
    monotonicMs: () => 2 * looks++,
  });
  const numberOf = (table: string): number =>
    Number(db.prepare(`SELECT count(*) AS number FROM ${table}`).get()?.['number']);
  const left: number[] = [];
  const steps = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    db.exec('BEGIN');
    const step = retention.drop(
      { gate: 'gate', after, beforeMs: NOW + 10, waitingBeforeMs: NOW + 10 },
      NOW + 1_000,
    );
    totals.flush();
    db.exec('COMMIT');
    totals.settle();
    left.push(numberOf('attempts'));
    steps.push(step);
    after = step.next;
  }
  expect(left).toEqual([118, 86, 54, 22, 0, 0, 0].slice(0, left.length));
  expect(left.length).toBeGreaterThanOrEqual(5);
  expect([numberOf('events'), numberOf('deliveries'), numberOf('attempts')]).toEqual([0, 0, 0]);
  expect(steps.reduce((sum, { droppedWaiting }) => sum + droppedWaiting, 0)).toBe(1);
  expect(steps.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(2);
  expect(totals.list('deliveries')).toEqual([]);
  db.close();
});
