/** A start with claims in the store: it waits for none of them, and knows them all. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { StoreError } from '../../src/stores/store.ts';
import { actionsModule, later, SECRET, send, start, temporaryDir } from '../harness.ts';

const gate = (outcome: Partial<GateInput>): GateInput =>
  ({
    path: '/',
    provider: 'github',
    keys: [{ secret: SECRET }],
    replay: { repeat: 'refuse' },
    ...outcome,
  }) as GateInput;

const github = (body: string) => ({
  body,
  headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` },
});

const RESPOND = { respond: { status: 200 } };

it('listens, and refuses repeats of before, while the store has not listed one claim', async () => {
  const dir = temporaryDir();
  const first = await start({ g: gate(RESPOND) }, { dir });
  expect((await send(first.publicUrl, github('a'))).status).toBe(200);
  await first.drain();
  const opened = await openStore(`sqlite:${join(dir, 'test.db')}`);
  later(() => opened.close());
  const asked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const store: Store = {
    ...opened,
    claims: {
      ...opened.claims,
      async *list(nowMs) {
        asked.resolve();
        await release.promise;
        yield* opened.claims.list(nowMs);
      },
    },
  };
  const gateway = await start({ g: gate(RESPOND) }, { sharedStore: store, dir });
  await asked.promise;
  expect((await send(gateway.publicUrl, github('a'))).status).toBe(409);
  expect((await send(gateway.publicUrl, github('b'))).status).toBe(200);
  release.resolve();
});

it.each(['answer', 'respond', 'keep'] as const)(
  'refuses with 503 and runs nothing at a gate that does %s, where the store cannot be read',
  async (kind) => {
    const dir = temporaryDir();
    const opened = await openStore(':memory:');
    later(() => opened.close());
    const find = (): never => {
      throw new StoreError('failed', 'The store cannot be read: disk I/O error.');
    };
    const store: Store = { ...opened, claims: { ...opened.claims, find } };
    const module = actionsModule(
      `export const ran = { name: 'ran', description: 'Says so.', input: { type: 'object', properties: {} }, run: () => { globalThis.ranUnread = true; return 'ran'; } };`,
    );
    const outcome = { answer: { answer: { actions: module } }, respond: RESPOND, keep: { keep: {} } }[kind];
    const gateway = await start({ g: gate(outcome) }, { sharedStore: store, dir });
    const answer = await send(gateway.publicUrl, github('{}'));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(gateway.records.at(-1)).toMatchObject({
      reason: 'replay-guard-unavailable',
      step: 'replay',
      message: 'the replay guard could not be asked: The store cannot be read: disk I/O error.',
    });
    expect(await opened.events.list()).toEqual([]);
    expect('ranUnread' in globalThis).toBe(false);
  },
);

it('gives the first answer again after a restart, and the file does not show it', async () => {
  const dir = temporaryDir();
  const module = actionsModule(`let runs = 0;
    export const echo = { name: 'echo', description: 'Counts.', input: { type: 'object', properties: {} }, run: () => 'sesame ' + ++runs };`);
  const gates = { g: gate({ answer: { actions: module }, replay: { repeat: 'first-answer' } }) };
  const options = { dir, storeKey: '0123456789abcdef'.repeat(4) };
  let gateway = await start(gates, options);
  const first = await send(gateway.publicUrl, github('{}'));
  expect(first).toMatchObject({ status: 200, text: '{"result":"sesame 1"}' });
  for (let restart = 0; restart < 2; restart++) {
    await gateway.drain();
    gateway = await start(gates, options);
    expect(await send(gateway.publicUrl, github('{}'))).toMatchObject({ status: 200, text: first.text });
  }
  await gateway.drain();
  expect(readFileSync(join(dir, 'test.db')).includes('sesame')).toBe(false);
});

it('logs from the second run of a request on which attempt it was', async () => {
  const module = actionsModule(`let runs = 0;
    export const flaky = { name: 'flaky', description: 'Fails once.', input: { type: 'object', properties: {} },
      run: (_, { attempt }) => { if (++runs === 1) throw new Error('down'); return attempt; } };`);
  const gateway = await start({ g: gate({ answer: { actions: module } }) });
  expect((await send(gateway.publicUrl, github('{}'))).status).toBe(500);
  expect(await send(gateway.publicUrl, github('{}'))).toMatchObject({ text: '2' });
  expect(gateway.records.map(({ attempt }) => attempt)).toEqual([undefined, 2]);
});
