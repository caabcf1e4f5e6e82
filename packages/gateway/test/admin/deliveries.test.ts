/** Deliveries and destinations by the admin API. */

import { describe, expect, it } from 'vitest';
import { TOKEN_CALLER } from '../../src/admin/caller.ts';
import { createDeliveryHandlers } from '../../src/admin/delivery-handlers.ts';
import { Problem } from '../../src/admin/problem.ts';
import type { DeliveryControl, DestinationStatus } from '../../src/deliver/delivery-control.ts';
import { conditionParts } from '../../src/deliver/destination-words.ts';
import { createMasks } from '../../src/keeping/masks.ts';
import { event } from '../../src/testing/kept-events.ts';
import { startDay } from './day-bench.ts';

describe('deliveries', () => {
  it('are listed by what they are, and shown with their attempts and answers', async () => {
    const { client, keep, attempt } = await startDay();
    const id = await keep(1, {}, [{ destination: 'shop' }, { destination: 'books', orderKey: 'k' }]);
    await attempt('shop', { code: 'status', answer: Buffer.from('no such table: «orders»').subarray(0, -1) });
    const { deliveries } = await client.call('deliveries', { state: 'dead' });
    expect(deliveries).toEqual([
      {
        event: id,
        destination: 'shop',
        gate: 'inbox',
        state: 'dead',
        attempts: 1,
        blocks: false,
        code: 'status',
        beganAt: expect.any(String),
        dueAt: expect.any(String),
      },
    ]);
    const shown = await client.call('delivery', { event: id, destination: 'shop' });
    // The last letter was cut within.
    const tried = { number: 1, startedAt: expect.any(String), tookMs: 12, code: 'status' };
    expect(shown.history).toEqual([{ ...tried, answer: 'no such table: «orders' }]);
    expect((await client.call('event', { id })).deliveries).toEqual([
      expect.objectContaining({
        destination: 'books',
        state: 'waiting',
        orderKey: 'k',
        blocks: true,
        history: [],
      }),
      expect.objectContaining({
        destination: 'shop',
        history: [{ ...tried, answer: 'no such table: «orders' }],
      }),
    ]);
  });

  it('show an answer that is no text as bytes', async () => {
    const { client, keep, attempt } = await startDay();
    const id = await keep(1, {}, [{ destination: 'a' }]);
    await attempt('a', { code: 'status', answer: Uint8Array.of(0x41, 0xff, 0x41, 0x41, 0x41) });
    const { history } = await client.call('delivery', { event: id, destination: 'a' });
    expect(history[0]).toMatchObject({ answerBase64: 'Qf9BQUE=' });
  });

  it('are redriven and cancelled in steps, after a dry run that changes nothing', async () => {
    const { client, gateway, keep, attempt } = await startDay();
    for (let n = 1; n <= 5; n++) {
      await keep(n, {}, [{ destination: 'a' }]);
      await attempt('a', { code: 'status' });
    }
    await keep(6, {}, [{ destination: 'a' }]);
    await attempt('a', { code: 'delivered', state: 'delivered' });
    const redrive = { change: 'redrive', destination: 'a' } as const;
    expect(await client.call('changeDeliveries', { ...redrive, dryRun: true })).toEqual({ changed: 5 });
    const first = await client.call('changeDeliveries', { ...redrive, limit: 2 });
    expect(first).toEqual({ changed: 2, next: expect.any(Number) });
    expect(await client.call('changeDeliveries', { ...redrive, before: first.next })).toEqual({ changed: 3 });
    const [shown] = await client.call('destinations');
    expect(shown).toEqual({
      name: 'a',
      state: 'active',
      muted: false,
      inFlight: 0,
      nextDueAt: expect.any(String),
      totals: { waiting: 5, delivered: 1 },
    });
    expect(await client.call('changeDeliveries', { change: 'cancel', event: event(1).id })).toEqual({
      changed: 1,
    });
    const cancelled = await client.call('delivery', { event: event(1).id, destination: 'a' });
    expect(cancelled).toMatchObject({ state: 'cancelled', code: 'cancelled-by-operator' });
    const lines = gateway.log.filter((line) => line.includes('"msg":"deliveries were changed"'));
    expect(lines.map((line) => JSON.parse(line).deliveries)).toEqual([2, 3, 1]);
  });

  const FILTERS = [
    ['event and destination', (id: string) => ({ event: id, destination: 'a' })],
    ['event', (id: string) => ({ event: id })],
    ['destination', () => ({ destination: 'a' })],
    ['gate', () => ({ gate: 'inbox' })],
    ['time', () => ({ since: '2020-01-01T00:00:00Z' })],
  ] as const;

  it.each(FILTERS)(
    'are redriven only where they are dead, or in the state that is named: by %s',
    async (_, filterOf) => {
      for (const state of ['delivered', 'cancelled', 'muted'] as const) {
        const { client, gateway, keep, attempt } = await startDay();
        const id = await keep(1, {}, [{ destination: 'a', ...(state === 'muted' && { isMuted: true }) }]);
        if (state === 'delivered') await attempt('a', { code: 'delivered', state });
        if (state === 'cancelled') await client.call('changeDeliveries', { change: 'cancel', event: id });
        const redrive = { change: 'redrive', ...filterOf(id) } as const;
        expect(await client.call('changeDeliveries', redrive)).toEqual({ changed: 0 });
        expect(await gateway.store.deliveries.get(id, 'a')).toMatchObject({ state });
        expect(await client.call('changeDeliveries', { ...redrive, state })).toEqual({ changed: 1 });
      }
    },
  );

  it('of an event that is not kept are not sought in vain', async () => {
    const { client, keep } = await startDay();
    await keep(1, {}, [{ destination: 'a' }]);
    const gone = { code: 'no-such-event', message: expect.stringContaining('no event with this id is kept') };
    for (const id of ['nope', event(2).id]) {
      await expect(client.call('deliveries', { event: id })).rejects.toMatchObject(gone);
      for (const change of ['redrive', 'cancel', 'skip'] as const)
        await expect(
          client.call('changeDeliveries', { change, event: id, destination: 'a' }),
        ).rejects.toMatchObject(gone);
    }
    expect(await client.call('deliveries', { event: event(1).id, state: 'dead' })).toEqual({
      deliveries: [],
    });
  });

  it('that are dead let the next of their key go when they are skipped', async () => {
    const { client, keep, attempt } = await startDay();
    const [first, second] = [1, 2].map((n) => event(n).id);
    for (const n of [1, 2]) await keep(n, {}, [{ destination: 'a', orderKey: 'k' }]);
    await attempt('a', { code: 'status' });
    const stateOf = async (id = '') => (await client.call('delivery', { event: id, destination: 'a' })).state;
    expect([await stateOf(first), await stateOf(second)]).toEqual(['dead', 'behind']);
    await client.call('changeDeliveries', { change: 'skip', event: first, destination: 'a' });
    expect([await stateOf(first), await stateOf(second)]).toEqual(['cancelled', 'waiting']);
  });

  it('are made of any event to any destination, and again to those that it had', async () => {
    const { client, gateway, keep, attempt } = await startDay();
    const id = await keep(1, {}, [{ destination: 'a' }]);
    const other = await keep(2, {}, []);
    await attempt('a', { code: 'delivered', state: 'delivered' });
    expect(await client.call('resendEvent', { id })).toEqual({ sent: ['a'], unsent: [] });
    expect(await client.call('resendEvent', { id: other, destination: 'a' })).toEqual({
      sent: ['a'],
      unsent: [],
    });
    expect((await client.call('deliveries', { state: 'waiting' })).deliveries).toHaveLength(2);
    const sentence = '"msg":"an event is sent again"';
    expect(gateway.log.filter((line) => line.includes(sentence))).toEqual([
      expect.stringContaining(`"event":"${id}","destinations":["a"]`),
      expect.stringContaining(`"event":"${other}"`),
    ]);
  });

  it.each([
    ['resendEvent', { id: 'x' }, 'no-such-event', 'no event with this id is kept'],
    [
      'resendEvent',
      { id: event(1).id, destination: 'shp' },
      'no-such-destination',
      'the gateway has no destination of this name; did you mean shop? (destinations: shop)',
    ],
    [
      'resendEvent',
      { id: event(2).id },
      'no-such-delivery',
      'the event was on its way to no destination: name one',
    ],
    [
      'delivery',
      { event: event(2).id, destination: 'shop' },
      'no-such-delivery',
      'the event is on its way to no such destination',
    ],
    ['changeDeliveries', { change: 'skip' }, 'invalid-input', 'skip wants event and destination'],
    [
      'changeDestination',
      { destination: 'shop', change: 'mute', drainPerSecond: 5 },
      'invalid-input',
      'mute takes no drainPerSecond',
    ],
    [
      'changeDestination',
      { destination: 'shops', change: 'pause' },
      'no-such-destination',
      'the gateway has no destination of this name; did you mean shop? (destinations: shop)',
    ],
    [
      'previewDelivery',
      { id: event(1).id, destination: 'shop' },
      'no-such-destination',
      'the gateway runs no destination of this name (it runs none)',
    ],
    [
      'deliveries',
      { destination: 'zzz' },
      'no-such-destination',
      'the gateway has no destination of this name (destinations: shop)',
    ],
  ] as const)('%s of %j is refused: %s', async (route, input, code, message) => {
    const { client, keep, refusal } = await startDay();
    await keep(1, {}, [{ destination: 'shop' }]);
    await keep(2);
    expect(await refusal(client.call(route, input as never))).toEqual([code, message]);
  });
});

it('an event that was erased is not sent', async () => {
  const { store, keep } = await startDay();
  const id = await keep(1, {}, [{ destination: 'a' }]);
  const erased = { sha256: '00', bodyBytes: 1, erasedMs: 5 };
  const events = { ...store.events, get: async () => event(1, { erased }) };
  const { deliveries } = store;
  const log = { info() {}, warn() {} };
  const handlers = createDeliveryHandlers({
    keepers: () => [],
    masks: createMasks({ gates: [], sessions: [], destinations: [] }, new Map()),
    destinations: [],
    events,
    deliveries,
    ...conditionParts(store),
    now: Date.now,
    log,
  });
  expect(await handlers.resendEvent({ id }, TOKEN_CALLER)).toEqual(
    new Problem('event-erased', 'the event was erased: there is nothing left to send'),
  );
});

describe('a destination', () => {
  it('that nobody runs keeps what it was told for whoever does so next', async () => {
    const { client, gateway, keep } = await startDay();
    await keep(1, {}, [{ destination: 'a' }]);
    const paused = await client.call('changeDestination', { destination: 'a', change: 'pause' });
    expect(paused).toMatchObject({
      name: 'a',
      state: 'paused',
      reason: 'paused-by-operator',
      totals: { waiting: 1 },
    });
    expect(await client.call('changeDestination', { destination: 'a', change: 'mute' })).toMatchObject({
      state: 'paused',
      muted: true,
    });
    const resumed = await client.call('changeDestination', {
      destination: 'a',
      change: 'resume',
      drainPerSecond: 7,
    });
    expect(resumed).toMatchObject({ state: 'active', muted: true, drainPerSecond: 7 });
    expect(resumed).not.toHaveProperty('reason');
    expect(gateway.log.filter((line) => line.includes('"msg":"a destination was changed"'))).toHaveLength(3);
  });

  it('that is run is told, woken and asked what it would send; credentials are withheld', async () => {
    const { store, keep } = await startDay();
    const id = await keep(1, { withheld: { names: ['x-token'] } }, [{ destination: 'shop' }]);
    const told: unknown[] = [];
    const status: DestinationStatus = {
      name: 'shop',
      kind: 'http',
      target: 'http://127.0.0.1:9/',
      inFlight: 2,
      recent: {
        lastDeliveredMs: Date.parse('2026-11-27T09:00:00.000Z'),
        lastFailure: { ms: Date.parse('2026-11-27T09:01:00.000Z'), code: 'status', status: 503 },
        lastMinute: { delivered: 7, failed: 2 },
      },
      heldBy: 'throttled',
      state: 'active',
      isMuted: false,
      sinceMs: 0,
    };
    const control: DeliveryControl = {
      list: () => [status],
      has: (name) => name === 'shop',
      pause: async (name) => void told.push(['pause', name]),
      resume: async (name, drain) => void told.push(['resume', name, drain]),
      mute: async (name, isMuted) => void told.push(['mute', name, isMuted]),
      wake: (name) => void told.push(['wake', name]),
      preview: async () => ({
        kind: 'message',
        to: 'http',
        method: 'POST',
        target: 'http://127.0.0.1:9/',
        body: Buffer.from('{}'),
        headers: ['webhook-id', 'a', 'Authorization', 'Bearer s3cret', 'X-Token', 's3cret'],
        secretHeaders: ['x-token'],
      }),
    };
    const { events, deliveries } = store;
    const log = { info() {}, warn() {} };
    const handlers = createDeliveryHandlers({
      keepers: () => [],
      masks: createMasks({ gates: [], sessions: [], destinations: [] }, new Map()),
      destinations: [],
      events,
      deliveries,
      control,
      ...conditionParts(store),
      now: Date.now,
      log,
    });
    await handlers.changeDestination({ destination: 'shop', change: 'pause' }, TOKEN_CALLER);
    await handlers.changeDestination(
      { destination: 'shop', change: 'resume', drainPerSecond: 5 },
      TOKEN_CALLER,
    );
    await handlers.changeDestination({ destination: 'shop', change: 'unmute' }, TOKEN_CALLER);
    await handlers.resendEvent({ id, destination: 'shop' }, TOKEN_CALLER);
    await handlers.changeDeliveries({ change: 'cancel', destination: 'shop' }, TOKEN_CALLER);
    expect(told).toEqual([
      ['pause', 'shop'],
      ['resume', 'shop', 5],
      ['mute', 'shop', false],
      ['wake', 'shop'],
      ['wake', 'shop'],
    ]);
    const [shown] = (await handlers.destinations({}, TOKEN_CALLER)) as readonly unknown[];
    expect(shown).toEqual({
      name: 'shop',
      kind: 'http',
      target: 'http://127.0.0.1:9/',
      state: 'active',
      muted: false,
      inFlight: 2,
      lastDeliveredAt: '2026-11-27T09:00:00.000Z',
      lastFailure: { at: '2026-11-27T09:01:00.000Z', code: 'status', status: 503 },
      lastMinute: { delivered: 7, failed: 2 },
      heldBy: 'throttled',
      totals: { cancelled: 1 },
    });
    const preview = await handlers.previewDelivery({ id, destination: 'shop' }, TOKEN_CALLER);
    expect(preview).not.toBeInstanceOf(Problem);
    expect(JSON.stringify(preview)).not.toContain('s3cret');
    expect(preview).toMatchObject({
      headers: [
        { name: 'webhook-id', value: 'a' },
        { name: 'Authorization', value: '', withheld: 'left-out' },
        { name: 'X-Token', value: '', withheld: 'left-out' },
      ],
    });
  });
});

it('a preview where no gateway runs says so, and not that there is no such destination', async () => {
  const { store, keep } = await startDay();
  const id = await keep(1, {}, [{ destination: 'shop' }]);
  const { events, deliveries } = store;
  const handlers = createDeliveryHandlers({
    keepers: () => [],
    masks: createMasks({ gates: [], sessions: [], destinations: [] }, new Map()),
    destinations: [{ name: 'shop' }],
    events,
    deliveries,
    isOffline: true,
    ...conditionParts(store),
    now: Date.now,
    log: { info() {}, warn() {} },
  });
  expect(await handlers.previewDelivery({ id, destination: 'shop' }, TOKEN_CALLER)).toEqual(
    new Problem(
      'no-such-destination',
      'no gateway runs, and so no destination: start the gateway, and ask it',
    ),
  );
});
