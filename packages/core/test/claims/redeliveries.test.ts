/** What a sender sends again for days, signed anew each time, is known by its signed id as long as a gate remembers. */
import { describe, expect, it } from 'vitest';
import {
  createGate,
  type Draft,
  done,
  type Gate,
  MemoryReplayGuard,
  providers,
  writtenProvider,
} from '../../src/index.ts';

const NOW = 1_760_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const KEY = Buffer.alloc(64, 7).toString('base64');
const SECRET = 'whsec_YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBjaGFyYWN0ZXJz';

/** Providers whose signed id names an event, and a request of one. */
const REDELIVERED: Readonly<Record<string, (id: string) => Partial<Draft>>> = {
  stripe: (id) => ({ body: `{"id":"${id}"}` }),
  slack: (id) => ({ body: `{"type":"event_callback","event_id":"${id}"}` }),
  'standard-webhooks': (id) => ({ id, body: '{"type":"a"}' }),
};

function gateOf(provider: string, options: object = {}): { gate: Gate; set(ms: number): void } {
  let nowMs = NOW;
  const gate = createGate({
    provider: provider as 'stripe',
    keys: [SECRET],
    now: () => nowMs,
    replay: new MemoryReplayGuard(),
    ...options,
  });
  return {
    gate,
    set: (ms) => {
      nowMs = ms;
    },
  };
}

async function deliver(gate: Gate, provider: string, id: string, timestampMs: number): Promise<string> {
  const signed = await gate.sign({
    method: 'POST',
    url: '/hook',
    ...REDELIVERED[provider]?.(id),
    timestampMs,
  });
  const received = await gate.receive(signed, () => done());
  return received.kind === 'refused' ? received.verdict.reason : received.kind;
}

it('is so for every provider that signs an id and a time', () => {
  const both = providers
    .map(({ id, needs = {}, fetchesKeys }) =>
      createGate({ provider: writtenProvider(id, needs), keys: fetchesKeys ? [] : [KEY] }),
    )
    .filter(({ scheme, coverage }) => coverage.replay === 'signed-id' && scheme.replay?.singleUse === false)
    .filter(({ coverage }) => coverage.covered.includes('timestamp'));
  expect(both.map(({ provider }) => provider).sort()).toEqual(Object.keys(REDELIVERED).sort());
});

describe.each(Object.keys(REDELIVERED))('%s', (provider) => {
  it('is known again a day long, from the time of the last that came', async () => {
    const { gate, set } = gateOf(provider);
    const deliveries: [number, string][] = [];
    for (const minutes of [0, 2, 9, 24, 60, 23 * 60, 46 * 60, 71 * 60]) {
      set(NOW + minutes * MINUTE);
      deliveries.push([minutes, await deliver(gate, provider, 'evt_1', NOW + minutes * MINUTE)]);
    }
    expect(deliveries).toEqual([
      [0, 'done'],
      ...[2, 9, 24, 60, 23 * 60, 46 * 60].map((minutes) => [minutes, 'replayed']),
      [71 * 60, 'done'],
    ]);
  });

  it('is known for as long as the gate is told to remember, and never for less than it is fresh', async () => {
    const long = gateOf(provider, { rememberMs: 72 * HOUR });
    const short = gateOf(provider, { rememberMs: 1 });
    for (const [at, fresh] of [
      [0, 'done'],
      [2 * MINUTE, 'replayed'],
    ] as const) {
      for (const { gate, set } of [long, short]) {
        set(NOW + at);
        expect(await deliver(gate, provider, 'evt_1', NOW)).toBe(fresh);
      }
    }
    for (const { set } of [long, short]) set(NOW + 71 * HOUR);
    expect(await deliver(long.gate, provider, 'evt_1', NOW + 71 * HOUR)).toBe('replayed');
    expect(await deliver(short.gate, provider, 'evt_1', NOW + 71 * HOUR)).toBe('done');
  });

  it('cannot be made to remember for longer by a copy, whenever it is sent', async () => {
    const { gate, set } = gateOf(provider);
    const ends = new Set<number | undefined>();
    for (const at of [0, 1, 2, 3, 4]) {
      set(NOW + at * MINUTE);
      const signed = await gate.sign({
        method: 'POST',
        url: '/hook',
        ...REDELIVERED[provider]?.('evt_1'),
        timestampMs: NOW,
      });
      const received = await gate.receive(signed, (_, claim) => {
        ends.add(claim?.untilMs);
        return done();
      });
      if (received.kind === 'refused' && !received.verdict.ok) ends.add(received.verdict.claim?.untilMs);
    }
    expect([...ends]).toEqual([NOW + 24 * HOUR]);
  });
});
