/** Bodies that are compressed come back exact, whatever they are and however long. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { packBody, unpackBody } from '../../src/stores/body-packing.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { event } from '../../src/testing/kept-events.ts';

function json(bytes: number): Buffer {
  const row = (n: number): string => `{"n":${n},"name":"caf\u00e9","url":"https://example.com/${n}"},`;
  return Buffer.from(Array.from({ length: bytes / 40 }, (_, n) => row(n)).join('')).subarray(0, bytes);
}

/** Every byte, NUL and no UTF-8 among them, again and again. */
function everyByte(bytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i >> 4) & 0xff));
}

const SIZES = [8_191, 8_192, 32_768, 262_144, 262_145, 3_000_000];

it.each(SIZES)('a body of %d bytes is exact when it is read, and when it is delivered', async (bytes) => {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  const bodies = [json(bytes), everyByte(bytes), randomBytes(bytes)];
  for (const [n, body] of bodies.entries()) {
    await store.events.keep(event(n, { body }), [], [{ destination: 'a' }]);
    expect(Buffer.compare((await store.events.get(event(n).id))?.body ?? Buffer.alloc(0), body)).toBe(0);
  }
  const taken = await store.deliveries.take({
    destination: 'a',
    limit: 10,
    maxBytes: 100_000_000,
    leaseMs: 1_000,
    nowMs: Date.now(),
  });
  expect(
    taken.map((due) => Buffer.compare(due.event.body, bodies[taken.indexOf(due)] ?? due.event.body)),
  ).toEqual([0, 0, 0]);
  const [first] = await store.events.list({ limit: 1 });
  expect(first?.bodyBytes).toBe(bytes);
  const [total] = await store.events.totals();
  expect(total).toEqual({ gate: 'gate', number: 3, bodyBytes: 3 * bytes });
});

it('is done where it pays, and nowhere else', async () => {
  const encodingOf = async (body: Uint8Array) => (await packBody(body)).encoding;
  expect(await encodingOf(json(8_191))).toBeUndefined();
  expect(await encodingOf(json(8_192))).toBe('zstd');
  expect(await encodingOf(json(1_000_000))).toBe('zstd');
  for (const bytes of [8_192, 40_000, 1_000_000]) {
    expect(await encodingOf(randomBytes(bytes))).toBeUndefined();
    expect(await encodingOf(Buffer.from(randomBytes(bytes).toString('base64')))).toBeUndefined();
  }
});

it('makes the file shorter', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-packing-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'store.db');
  const store = await openStore(path);
  await store.events.keep(event(1, { body: json(100_000) }));
  await store.close();
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  const row = db.prepare('SELECT length(body) AS stored, body_bytes, encoding FROM events').get();
  expect(row).toMatchObject({ body_bytes: 100_000, encoding: 'zstd' });
  expect(Number(row?.['stored'])).toBeLessThan(30_000);
});

it.each([100_000, 1_000_000])(
  'one that is damaged is an error, and so is one of another length (%d)',
  async (bytes) => {
    const { bytes: packed } = await packBody(json(bytes));
    const unpack = async (stored: Uint8Array, encoding = 'zstd', length = bytes) =>
      unpackBody(stored, encoding, length);
    expect(Buffer.compare(await unpack(packed), json(bytes))).toBe(0);
    const damaged = { name: 'StoreError', message: 'A body is damaged in the store.' };
    await expect(unpack(packed.subarray(0, 500))).rejects.toMatchObject(damaged);
    await expect(unpack(packed, 'zstd', bytes - 1)).rejects.toMatchObject(damaged);
    await expect(unpack(packed, 'zstd', bytes + 1)).rejects.toMatchObject(damaged);
    await expect(unpack(packed, 'gzip')).rejects.toMatchObject(damaged);
  },
);

it('close() finishes what is being compressed', async () => {
  const store = await openStore(':memory:');
  const kept = store.events.keep(event(1, { body: json(2_000_000) }));
  await store.close();
  expect(await kept).toEqual({ kept: true });
});
