/** Rows of deliveries that a disk has damaged: they hold up no other, end no process, and keep no gateway from starting. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Evidence } from '@countersign/core';
import { expect, it, vi } from 'vitest';
import { openStore } from '../../src/stores/open-store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { later, start, temporaryDir } from '../harness.ts';

const BATCH = { destination: 'a', limit: 100, leaseMs: 60_000 };
/** Compressed, and unpacked in another thread. */
const LONG = Buffer.concat([Buffer.alloc(600_000, 'a'), randomBytes(16)]);

async function damagedStore(damage: string, bodies: readonly Uint8Array[] = []): Promise<string> {
  const path = join(temporaryDir(), 'store.db');
  const store = await openStore(`sqlite:${path}`);
  for (const n of [0, 1, 2]) {
    const body = bodies[n];
    await store.events.keep(
      event(n, {
        verdict: { evidence: {} as Evidence },
        withheld: { names: ['x'] },
        forwarded: { host: 'h' },
        ...(body && { body }),
      }),
      [],
      [{ destination: 'a' }],
    );
  }
  await store.deliveries.setCondition('a', { state: 'active', isMuted: false, sinceMs: 1 });
  await store.close();
  const db = new DatabaseSync(path);
  db.exec(damage);
  db.close();
  return path;
}

const COLUMNS = ['headers', 'verdict', 'withheld', 'forwarded', 'erased'];
const TEXTS = ['{"a', 'null', '7', '[', '"x"', ''];

it('an event of which any part is damaged is passed over, and those behind it are given', async () => {
  for (const column of COLUMNS) {
    for (const text of TEXTS) {
      const path = await damagedStore(`UPDATE events SET ${column} = '${text}' WHERE place = 1`);
      const store = await openStore(`sqlite:${path}`);
      const take = () => store.deliveries.take({ ...BATCH, maxBytes: 1_000_000, nowMs: Date.now() + 1_000 });
      const ids = (await take()).map(({ event: { id } }) => id);
      expect(ids, `${column} ${text}`).toEqual(expect.arrayContaining([event(1).id, event(2).id]));
      expect(await take()).toEqual([]);
      // It does not vanish: it is a dead letter, unless it can be read all the same.
      const buried = ids.length === 3 ? [] : [[event(0).id, 'event-damaged']];
      await vi.waitFor(
        async () => {
          const { deliveries } = await store.deliveries.list({ state: 'dead' });
          expect(deliveries.map(({ eventId, code }) => [eventId, code])).toEqual(buried);
        },
        { timeout: 20_000 },
      );
      await store.close();
    }
  }
});

it('a long body that is damaged ends no process, also where there is no room for it', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  later(() => void process.off('unhandledRejection', unhandled));
  const path = await damagedStore('UPDATE events SET body = zeroblob(100) WHERE place = 2', [
    LONG,
    LONG,
    LONG,
  ]);
  const store = await openStore(`sqlite:${path}`);
  later(() => store.close());
  const nowMs = Date.now() + 1_000;
  const first = await store.deliveries.take({ ...BATCH, maxBytes: 1, nowMs });
  expect(first.map(({ event: { id } }) => id)).toEqual([event(0).id]);
  const rest = await store.deliveries.take({ ...BATCH, maxBytes: 10_000_000, nowMs });
  expect(rest.map(({ event: { id } }) => id)).toEqual([event(2).id]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(unhandled).not.toHaveBeenCalled();
});

it('a condition that cannot be read pauses its destination: nothing is lost, and the gateway starts', async () => {
  for (const text of ['{"state', 'null', '[]', '7', '{}', '{"state":"on","isMuted":1}']) {
    const dir = temporaryDir();
    const store = await openStore(`sqlite:${join(dir, 'test.db')}`);
    await store.deliveries.setCondition('inbox', { state: 'active', isMuted: false, sinceMs: 1 });
    await store.close();
    const db = new DatabaseSync(join(dir, 'test.db'));
    db.prepare('UPDATE destinations SET condition = ?').run(text);
    db.close();
    const gateway = await start(
      {
        inbox: {
          path: '/in',
          scheme: { type: 'shared-token', header: 'x-token' },
          keys: [{ secret: 'the token of a partner' }],
          keep: { deliver: [{ to: 'http://127.0.0.1:9/' }] },
        },
      },
      { dir },
    );
    const conditions = await gateway.store.deliveries.conditions();
    expect(conditions.get('inbox'), text).toEqual({
      state: 'paused',
      isMuted: false,
      reason: 'condition-damaged',
      sinceMs: 0,
    });
    await gateway.close();
  }
});
