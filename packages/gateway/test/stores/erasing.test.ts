/** What is erased is in no file of the store: among thousands of others, after merges and retention, through a crash. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import { createMatcher } from '../../src/stores/erase-match.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { later, temporaryDir } from '../harness.ts';
import { NODE_OPTIONS } from './child-gateway.ts';
import { erasedEvent, isOfAna } from './erasing-events.ts';

const COUNT = between(3_000, 20_000);

async function fill(store: Store, count: number): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const numbers = Array.from({ length: Math.min(500, count - from) }, (_, i) => from + i);
    await Promise.all(numbers.map((n) => store.events.keep(erasedEvent(n), [], [{ destination: 'a' }])));
  }
}

/** Marks of Ana in any file of a folder. */
function marksIn(dir: string): readonly string[] {
  return readdirSync(dir).filter((name) => readFileSync(join(dir, name)).includes('ana-was-here'));
}

it('among thousands, after retention has merged pages, long and compressed ones too', async () => {
  const dir = temporaryDir();
  const store = await openStore(join(dir, 'store.db'));
  later(() => store.close());
  await fill(store, COUNT);
  expect(marksIn(dir).length).toBeGreaterThan(0);
  // What waits is delivered, so that retention may take it: of one gate, so that pages are left half empty.
  for (let taken = 1; taken > 0; ) {
    const due = await store.deliveries.take({
      destination: 'a',
      limit: 200,
      maxBytes: 50_000_000,
      leaseMs: 60_000,
      nowMs: Date.now() + 1_000,
    });
    const attempt = {
      startedMs: 1,
      tookMs: 1,
      code: 'delivered',
      answer: Buffer.from('ana-was-here, they say, and here'),
    };
    await Promise.all(
      due.map(({ place, lease }) => store.deliveries.settle({ place, lease, state: 'delivered', attempt })),
    );
    taken = due.length;
  }
  for (let after: number | undefined = 0; after !== undefined; )
    after = (await store.events.drop({ gate: 'gate-1', maxBytes: 300_000, after })).next;
  const isWhole = createMatcher({ text: 'ana-was-here' });
  const report = await store.upkeep.erase({ matches: isWhole });
  expect(report.events).toBeGreaterThan(COUNT / 20);
  // Of others the answers are theirs.
  const named = readdirSync(dir).filter((name) => {
    const bytes = readFileSync(join(dir, name));
    return bytes.includes('"name":"ana-was-here') || bytes.includes('x-ana-was-here');
  });
  expect(named).toEqual([]);
  expect((await store.upkeep.verify()).findings).toEqual([]);
  const left = (await store.events.list({ limit: 1_000 })).find(({ erasedMs }) => erasedMs === undefined);
  const n = Number(left?.keyId);
  const stored = await store.events.get(left?.id ?? '');
  expect(Buffer.compare(stored?.body ?? Buffer.alloc(0), erasedEvent(n).body)).toBe(0);
});

it('a process that is killed in between: the next start finishes it, before it takes anything', async () => {
  const dir = temporaryDir();
  const path = join(dir, 'store.db');
  const child = spawn(
    process.execPath,
    [...NODE_OPTIONS, join(import.meta.dirname, 'erasing-child.ts'), path, '600'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  later(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout }))
    if (line === 'half') child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(marksIn(dir).length).toBeGreaterThan(0);
  const store = await openStore(path);
  later(() => store.close());
  expect(marksIn(dir)).toEqual([]);
  expect((await store.upkeep.verify()).findings).toEqual([]);
  const listed = await store.events.list({ limit: 1_000 });
  expect(listed.filter(({ erasedMs }) => erasedMs !== undefined)).toHaveLength(
    Array.from({ length: 600 }, (_, n) => n).filter(isOfAna).length,
  );
});

it('those who write meanwhile lose nothing, and no step holds them up', async () => {
  const dir = temporaryDir();
  const store = await openStore(join(dir, 'store.db'));
  later(() => store.close());
  await fill(store, 1_000);
  let written = 0;
  let isOver = false;
  const writer = (async () => {
    for (let n = 100_000; !isOver; n++) {
      if (!isOfAna(n)) await store.events.keep(erasedEvent(n));
      if (!isOfAna(n)) written++;
    }
  })();
  const report = await store.upkeep.erase({ matches: createMatcher({ text: 'ana-was-here' }) });
  isOver = true;
  await writer;
  expect(report.events).toBeGreaterThan(10);
  expect(written).toBeGreaterThan(10);
  expect(marksIn(dir)).toEqual([]);
  const total = (await store.events.totals()).reduce((sum, { number }) => sum + number, 0);
  expect(total).toBe(1_000 + written);
});

it('by id, what an earlier version noted of an attempt after its event was erased goes too', async () => {
  const dir = temporaryDir();
  const path = join(dir, 'store.db');
  const ids = [erasedEvent(0).id];
  const options = { ids, matches: createMatcher({ ids }) };
  const earlier = await openStore(path);
  await fill(earlier, 1);
  expect((await earlier.upkeep.erase(options)).events).toBe(1);
  await earlier.close();
  const db = new DatabaseSync(path);
  db.prepare(
    `INSERT INTO attempts (place, delivery, number, started_ms, took_ms, code, status, problem, answer)
     SELECT 1, place, 1, 1, 1, 'status', 500, 'ana-was-here', CAST('ana-was-here' AS BLOB) FROM deliveries`,
  ).run();
  db.close();
  const store = await openStore(path);
  later(() => store.close());
  const erase = async () => (await store.upkeep.erase(options)).events;
  expect([await erase(), await erase()]).toEqual([1, 0]);
  expect(marksIn(dir)).toEqual([]);
});

it('what others say as well is no leaving: nothing is copied for it', async () => {
  const dir = temporaryDir();
  const store = await openStore(join(dir, 'store.db'));
  later(() => store.close());
  const text = 'the same text in everybody’s event, and long enough for many slices '.repeat(40);
  for (let n = 0; n < 50; n++)
    await store.events.keep({
      ...erasedEvent(n),
      body: Buffer.from(`${text}${n === 20 ? 'ana-was-here' : n} ${randomBytes(40).toString('hex')}`),
    });
  const report = await store.upkeep.erase({
    matches: createMatcher({ ids: [erasedEvent(20).id] }),
    ids: [erasedEvent(20).id],
  });
  expect(report).toEqual({ events: 1, refused: 0, cancelled: 0 });
});
