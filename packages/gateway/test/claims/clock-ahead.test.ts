/** A gateway that starts, or goes on, while its clock is ahead forgets nothing that is needed when the clock is set right. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { someOf } from '../../../../scripts/effort.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';
import type { Gateway } from '../../src/running-gateway.ts';
import { openStore } from '../../src/stores/open-store.ts';

const SECRET = '0f9e8d7c6b5a49382716051423324150';
const HOUR = 3_600_000;
const MINUTE = 60_000;

type Outcome = Readonly<Record<string, unknown>>;

function bench(provider: string, outcome: Outcome) {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  const file = join(folder, 'store.db');
  const startedMs = Date.now();
  const clock = { passedMs: 0, aheadMs: 0 };
  const now = (): number => startedMs + clock.passedMs + clock.aheadMs;
  let gateway: Gateway | undefined;
  onTestFinished(async () => {
    await gateway?.close();
    rmSync(folder, { recursive: true });
  });
  const { config } = parseConfig(
    {
      listen: { public: '127.0.0.1:0', admin: 'off' },
      store: `sqlite:${file}`,
      log: { level: 'silent' },
      gates: { g: { path: '/g', provider, keys: [{ secret: SECRET }], ...outcome } },
    } as never,
    { baseDir: folder, env: {} },
  );
  return {
    clock,
    rows: (): number => {
      const db = new DatabaseSync(file, { readOnly: true });
      const count = Number(db.prepare('SELECT count(*) AS n FROM claims').get()?.['n']);
      db.close();
      return count;
    },
    async restart() {
      await gateway?.drain();
      gateway = await startGateway({ config, now });
    },
    stop: async () => gateway?.drain(),
    /** A request that was signed at a true time. */
    request(body: string, passedMs = clock.passedMs) {
      const seconds = String(Math.floor((startedMs + passedMs) / 1000));
      const mac = (text: string) => createHmac('sha256', SECRET).update(text).digest('hex');
      const headers =
        provider === 'github'
          ? { 'x-hub-signature-256': `sha256=${mac(body)}` }
          : { 'x-timestamp': seconds, 'x-signature': mac(`${seconds}.${body}`) };
      return async (): Promise<number> => {
        const url = `${gateway?.publicUrl}/g`;
        const response = await fetch(url, {
          method: 'POST',
          headers: { ...headers, connection: 'close' },
          body,
        });
        await response.arrayBuffer();
        return response.status;
      };
    },
  };
}

const RESPOND = { respond: { status: 201 }, replay: { repeat: 'refuse' } };
const KEEP = { keep: {}, replay: { repeat: 'refuse' } };

describe.each([
  ['respond', RESPOND],
  ['keep', KEEP],
])('a gate that does %s', (_, outcome) => {
  it.each(someOf([MINUTE, HOUR, 23 * HOUR], 2))(
    'knows its claims when a clock that was %i ms ahead at the start is mended',
    async (aheadMs) => {
      const { clock, restart, request } = bench('hmac', outcome);
      await restart();
      const captured = request('pay');
      expect(await captured()).toBeLessThan(300);
      expect(await captured()).toBe(409);
      clock.aheadMs = aheadMs;
      await restart();
      // While it is ahead, others are written, and what seems to have ended is looked for.
      for (let i = 0; i < 40; i++) await request(`other ${i}`, clock.passedMs + aheadMs)();
      clock.aheadMs = 0;
      expect(await captured()).toBe(409);
      await restart();
      expect(await captured()).toBe(409);
    },
  );

  it('a gateway whose clock jumps ahead for a while knows its claims after a restart', async () => {
    const { clock, restart, request } = bench('hmac', outcome);
    await restart();
    const captured = request('pay');
    expect(await captured()).toBeLessThan(300);
    clock.aheadMs = HOUR;
    for (let i = 0; i < 40; i++) await request(`other ${i}`, clock.passedMs + HOUR)();
    clock.aheadMs = 0;
    expect(await captured()).toBe(409);
    await restart();
    expect(await captured()).toBe(409);
  });
});

it('a request of a scheme without a time is remembered as long, though the clock was ahead at start', async () => {
  const { clock, restart, request } = bench('github', RESPOND);
  await restart();
  const captured = request('pay');
  expect(await captured()).toBe(201);
  clock.passedMs = 10 * HOUR;
  clock.aheadMs = 20 * HOUR;
  await restart();
  for (let i = 0; i < 40; i++) await request(`other ${i}`)();
  clock.aheadMs = 0;
  expect(await captured()).toBe(409);
  clock.passedMs = 24 * HOUR + 1;
  expect(await captured()).toBe(201);
});

it('what ended more than a day before the start is deleted', async () => {
  const { clock, restart, stop, request, rows } = bench('hmac', RESPOND);
  await restart();
  for (let i = 0; i < 20; i++) expect(await request(`old ${i}`)()).toBe(201);
  await stop();
  expect(rows()).toBe(20);
  clock.passedMs = 25 * HOUR;
  await restart();
  for (let i = 0; i < 20; i++) expect(await request(`new ${i}`)()).toBe(201);
  await stop();
  expect(rows()).toBe(20);
});

it('what ended since the start is deleted as more is written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  const file = join(folder, 'store.db');
  const store = await openStore(file);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const remember = (n: number, untilMs: number) =>
    store.claims.remember({ gate: 'g', identity: new Uint8Array(16).fill(n), untilMs });
  const endMs = Date.now() + 20;
  for (let n = 0; n < 10; n++) await remember(n, endMs);
  while (Date.now() <= endMs) await setImmediate();
  for (let n = 100; n < 120; n++) await remember(n, endMs + HOUR);
  await store.close();
  const db = new DatabaseSync(file, { readOnly: true });
  expect(db.prepare('SELECT count(*) AS n FROM claims').get()).toEqual({ n: 20 });
  db.close();
});
