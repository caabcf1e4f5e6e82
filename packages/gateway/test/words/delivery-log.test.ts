/** What operators are told of deliveries, beside what brings it about. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { attempt } from '../../src/deliver/attempts.ts';
import { createOperatorEvents } from '../../src/deliver/operator-events.ts';
import type { DueDelivery } from '../../src/stores/delivery-store.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { StoreError } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { actionsModule, later, SECRET, start, temporaryDir } from '../harness.ts';

const gate = { path: '/a', provider: 'hmac', keys: [{ secret: SECRET }] } as const;
const TO = 'http://127.0.0.1:9/';

/** Log lines, as messages. */
function messages(log: readonly string[]): readonly string[] {
  return log.map((line) => JSON.parse(line).msg as string);
}

it('deliveries of a destination that the configuration does not have any more', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  await store.events.keep(event(1), [], [{ destination: 'gone' }]);
  const { log } = await start({ a: { ...gate, keep: { deliver: [{ to: TO }] } } }, { sharedStore: store });
  expect(messages(log)).toContain(
    'deliveries wait for a destination that the configuration does not have: name it again, or cancel them',
  );
});

it('deliveries behind others of their key, of a destination that has no order any more', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  for (const n of [1, 2]) await store.events.keep(event(n), [], [{ destination: 'a', orderKey: 'k' }]);
  const { log } = await start({ a: { ...gate, keep: { deliver: [{ to: TO }] } } }, { sharedStore: store });
  expect(messages(log)).toContain(
    'deliveries wait behind others of their key, and the destination has no order any more: they go one after the other, and wait for one that is dead until it is redriven or skipped (countersign deliveries skip)',
  );
});

it('a clock that was set back, and a store that does not take what follows', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  let nowMs = Date.now();
  let isBroken = false;
  const broken = async (): Promise<never> => {
    throw new StoreError('failed', 'The store did not take it: a test.');
  };
  const deliveries = {
    ...store.deliveries,
    rebase: (ms: number) => (isBroken ? broken() : store.deliveries.rebase(ms)),
    settle: broken,
  };
  const { log } = await start(
    { a: { ...gate, keep: { deliver: [{ to: TO, retries: [] }] } } },
    { sharedStore: { ...store, deliveries }, now: () => nowMs },
  );
  isBroken = true;
  nowMs -= 3_600_000;
  await expect
    .poll(() => messages(log), { timeout: 20_000, interval: 50 })
    .toContain('deliveries that a clock has put off could not be brought forward');
}, 30_000);

it('a store that does not take what became of a delivery', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  const settle = async (): Promise<never> => {
    throw new StoreError('failed', 'The store did not take it: a test.');
  };
  await store.events.keep(event(1), [], [{ destination: 'a' }]);
  const { log } = await start(
    { a: { ...gate, keep: { deliver: [{ to: TO }] } } },
    { sharedStore: { ...store, deliveries: { ...store.deliveries, settle } } },
  );
  await expect
    .poll(() => messages(log), { timeout: 10_000, interval: 20 })
    .toContain('the store did not take what became of a delivery, or of its destination; it is tried again');
});

it('news for the operator: in the log; and that an event of it could not be kept', async () => {
  const lines: string[] = [];
  const write = (_: object, text: string): void => void lines.push(text);
  const tell = createOperatorEvents({
    destination: () => 'ops',
    events: {
      keep: async () => {
        throw new StoreError('failed', 'The store did not take it: a test.');
      },
    },
    newEventId: () => 'id',
    wake: () => {},
    matching: () => undefined,
    monotonicMs: () => 0,
    log: { info: write, warn: write, error: write, writesInfo: true, flush: async () => {} },
  });
  const destination = 'd';
  tell({ kind: 'destination.failing', destination, nowMs: 1, failingSinceMs: 0, percent: 50 });
  tell({ kind: 'destination.failing', destination, nowMs: 1, failingSinceMs: 0, percent: 100 });
  tell({ kind: 'destination.disabled', destination, nowMs: 1, reason: 'gone' });
  tell({ kind: 'destination.recovered', destination, nowMs: 1, failingSinceMs: 0 });
  const exhausted = { kind: 'event.exhausted', destination, eventId: 'e', gate: 'g', attempts: 3 } as const;
  tell({ ...exhausted, nowMs: 1, code: 'status' });
  tell({ ...exhausted, nowMs: 2, code: 'status' });
  await nextTurn();
  expect(lines).toEqual([
    'a destination has had nothing but failures; when all of its time (disableAfter) is over, it is disabled: see countersign deliveries list',
    'a destination has had nothing but failures for all of its time (disableAfter), and is disabled now: see countersign deliveries list',
    'a destination is disabled, and nothing is sent to it: mend it, then countersign deliveries resume',
    'a destination takes deliveries again',
    'an event could not be delivered, and no further attempt is made: see countersign events show, then countersign deliveries redrive',
    ...Array.from({ length: 5 }, () => 'an event for the operator could not be kept'),
  ]);
});

it('a destination that breaks its word', async () => {
  const due: DueDelivery = {
    place: 1,
    lease: 1,
    event: event(1),
    attempts: 0,
    round: 0,
    beganMs: 0,
    dueMs: 0,
  };
  const tried = await attempt(due, {
    name: 'd',
    destination: {
      kind: 'http',
      send: async () => {
        throw new TypeError('a is not a function');
      },
      close: async () => {},
    },
    preparationOf: async () => ({
      signer: undefined,
      secretHeaders: [],
      coveredHeaders: [],
      prepare: async () => ({ kind: 'ready', method: 'POST', headers: [], body: new Uint8Array(0) }),
    }),
    timeoutMs: 1_000,
    stop: new AbortController().signal,
  });
  expect(tried).toMatchObject({
    result: {
      code: 'not-started',
      problem: 'The attempt could not be made: a is not a function. This is a fault of the gateway.',
    },
  });
});

it('an event whose body is not kept: nothing else is sent in its place', async () => {
  const sent = vi.fn();
  const erased = { sha256: 'a', bodyBytes: 1, erasedMs: 1 };
  const cases = [
    {
      left: { hashed: { sha256: 'a', bodyBytes: 1 } },
      problem:
        'Only a hash of the event’s body is kept: there is nothing that could be sent. Have the sender send it again.',
    },
    { left: { erased }, problem: 'The event was erased: there is nothing left that could be sent.' },
  ];
  for (const { left, problem } of cases) {
    const due = { place: 1, lease: 1, attempts: 0, round: 0, beganMs: 0, dueMs: 0 };
    const tried = await attempt(
      { ...due, event: event(1, { body: new Uint8Array(0), ...left }) },
      {
        name: 'd',
        destination: { kind: 'http', send: sent, close: async () => {} },
        preparationOf: sent,
        timeoutMs: 1_000,
        stop: new AbortController().signal,
      },
    );
    expect(tried).toEqual({
      kind: 'sent',
      result: {
        ok: false,
        code: 'body-not-kept',
        problem,
        ends: 'delivery',
      },
    });
  }
  expect(sent).not.toHaveBeenCalled();
});

it('an event that is damaged in the store', async () => {
  const path = join(temporaryDir(), 'store.db');
  const before = await openStore(`sqlite:${path}`);
  await before.events.keep(event(1), [], [{ destination: 'd' }]);
  await before.close();
  const db = new DatabaseSync(path);
  db.exec("UPDATE events SET headers = '['");
  db.close();
  const store = await openStore(`sqlite:${path}`);
  later(() => store.close());
  const [limit, maxBytes, leaseMs] = [10, 1_000, 60_000];
  await store.deliveries.take({ destination: 'd', limit, maxBytes, leaseMs, nowMs: Date.now() + 1 });
  await vi.waitFor(
    async () => {
      const [attempted] = await store.deliveries.attempts(1, 10);
      expect(attempted?.problem).toBe(
        'The event is damaged in the store, or gone, and cannot be sent. Put back the store from a backup, or have the sender send it again.',
      );
    },
    { timeout: 20_000 },
  );
});

it('an operator who names no destination', async () => {
  const { deliveries } = await start({ a: { ...gate, keep: { deliver: [{ to: TO }] } } });
  expect(() => deliveries.pause('b')).toThrow(
    'destination: no destination is called b. Name one of the configuration.',
  );
});

it('actions that are not there, or not clear', async () => {
  const actions = actionsModule(`
    const run = () => undefined;
    export const a = { name: 'one', description: 'A.', input: { type: 'object' }, run };
    export const b = { name: 'two', description: 'B.', input: { type: 'object' }, run };
  `);
  const startWith = (action: object) =>
    start({ a: { ...gate, keep: { deliver: [{ actions, ...action }] } } });
  await expect(startWith({ action: 'three' })).rejects.toThrow(
    `gates.a.keep.deliver[0].action: ${actions} has no action three. Name one of one, two.`,
  );
  await expect(startWith({})).rejects.toThrow(
    `gates.a.keep.deliver[0].action: is missing, and ${actions} has several actions. Name one of one, two.`,
  );
});
