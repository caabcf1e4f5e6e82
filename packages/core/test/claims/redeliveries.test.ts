/** What a sender sends again for days, signed anew each time, is known by its signed id as long as a gate remembers. */
import { describe, expect, it } from 'vitest';
import { isLong, leftOutReason, someOf } from '../../../../scripts/effort.ts';
import {
  createGate,
  type Draft,
  done,
  failed,
  findProvider,
  type Gate,
  MemoryReplayGuard,
  providers,
  type SignedRequest,
  writtenProvider,
} from '../../src/index.ts';
import type { SenderSource } from '../../src/schemes/sender-template.ts';
import { keyOfProvider } from '../support/provider-key.ts';

const NOW = 1_760_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Providers whose signed id names an event, and a request of one: its id in a member of the body, or where the draft’s is put. */
const REDELIVERED: Readonly<Record<string, (id: string) => Partial<Draft>>> = Object.fromEntries(
  providers.flatMap((provider) => {
    if (provider.id === 'aws-sns') return [[provider.id, (id: string) => bodyWith('MessageId', id)]];
    const { declared } = provider.scheme as Partial<SenderSource>;
    if (declared?.replay !== 'signed-id' || !declared.timestamp || !declared.id) return [];
    const { id: place } = declared;
    return [[provider.id, (id: string) => ('member' in place ? bodyWith(place.member, id) : { id })]];
  }),
);

/** @param path names joined by points */
function bodyWith(path: string, id: string): Partial<Draft> {
  const body = path.split('.').reduceRight<unknown>((value, name) => ({ [name]: value }), id);
  return { body: JSON.stringify(body) };
}

function gateOf(provider: string, options: object = {}): { gate: Gate; set(ms: number): void } {
  let nowMs = NOW;
  const gate = createGate({
    // Some senders’ requests are fresh for seconds.
    provider: writtenProvider(provider, { ...findProvider(provider)?.needs, toleranceMs: 5 * MINUTE }),
    keys: [keyOfProvider(provider).signing],
    now: () => nowMs,
    replay: new MemoryReplayGuard(),
    rememberMs: 24 * HOUR,
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
    .map(({ id, needs = {} }) =>
      createGate({ provider: writtenProvider(id, needs), keys: keyOfProvider(id).held }),
    )
    .filter(({ scheme, coverage }) => coverage.replay === 'signed-id' && scheme.replay?.singleUse === false)
    .filter(({ coverage }) => coverage.covered.includes('timestamp'));
  expect(both.map(({ provider }) => provider).sort()).toEqual(Object.keys(REDELIVERED).sort());
});

const OF_MANY = isLong ? someOf(Object.keys(REDELIVERED), 5) : [];

describe.each(Object.keys(REDELIVERED))('%s', (provider) => {
  // A short run sends thousands of deliveries of one provider.
  const isTried = provider === 'stripe' || OF_MANY.includes(provider);
  const ofMany = it.skipIf(!isTried);
  const reason = isTried ? '' : leftOutReason;

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
        ends.add(claim?.freshUntilMs);
        return done();
      });
      if (received.kind === 'refused' && !received.verdict.ok) {
        ends.add(received.verdict.claim?.untilMs);
        ends.add(received.verdict.claim?.freshUntilMs);
      }
    }
    expect([...ends]).toEqual([NOW + 24 * HOUR, NOW + 5 * MINUTE + 1]);
  });

  ofMany(
    `is forgotten early where there is no room, and a copy is refused at every instant at which it is fresh${reason}`,
    async () => {
      const { gate, set } = gateOf(provider, { replay: new MemoryReplayGuard({ maxClaims: 60 }) });
      // Its work grows with the square; how an id is forgotten is no matter of its sender.
      const minutes = isLong && provider === 'stripe' ? 60 : 20;
      const sent: { request: SignedRequest; atMs: number }[] = [];
      const heard = new Map<string, number>();
      const hear = (what: string): void => void heard.set(what, (heard.get(what) ?? 0) + 1);
      const kindOf = async (request: SignedRequest): Promise<string> => {
        const received = await gate.receive(request, () => done());
        return received.kind === 'refused' ? received.verdict.reason : received.kind;
      };
      for (let minute = 0; minute < minutes; minute++) {
        for (let n = 0; n < 6; n++) {
          const atMs = NOW + minute * MINUTE + n * 10_000;
          set(atMs);
          const draft = REDELIVERED[provider]?.(`evt_${minute}_${n}`);
          const request = await gate.sign({ method: 'POST', url: '/hook', ...draft, timestampMs: atMs });
          hear(`new: ${await kindOf(request)}`);
          sent.push({ request, atMs });
          for (const copy of sent) {
            const isFresh = atMs <= copy.atMs + 5 * MINUTE;
            hear(`${isFresh ? 'fresh' : 'stale'}: ${await kindOf(copy.request)}`);
          }
        }
      }
      const count = 6 * minutes;
      const fresh = count * 31 - (30 * 31) / 2;
      expect(Object.fromEntries(heard)).toEqual({
        'new: done': count,
        'fresh: replayed': fresh,
        'stale: expired': (count * (count + 1)) / 2 - fresh,
      });
      // The first id was forgotten: signed anew, it runs again.
      expect(await deliver(gate, provider, 'evt_0_0', NOW + minutes * MINUTE - 10_000)).toBe('done');
    },
  );

  it('is refused where it was fresh when it came, and is not when its proof is done: it may be forgotten by then', async () => {
    const { gate: signer } = gateOf(provider);
    let nowMs = NOW + 5 * MINUTE;
    const gate = createGate({
      provider: writtenProvider(provider, { ...findProvider(provider)?.needs, toleranceMs: 5 * MINUTE }),
      keys: async () => {
        nowMs += 1;
        return [keyOfProvider(provider).signing];
      },
      now: () => nowMs,
    });
    const request = await signer.sign({
      method: 'POST',
      url: '/hook',
      ...REDELIVERED[provider]?.('evt_1'),
      timestampMs: NOW,
    });
    expect(await gate.receive(request, () => done())).toMatchObject({
      kind: 'refused',
      verdict: { reason: 'expired', message: 'the request ceased to be fresh while it was judged' },
    });
  });

  ofMany(
    `is held for the last of the deliveries that came while the first was under way, however many ids did${reason}`,
    async () => {
      const guard = new MemoryReplayGuard({ maxClaims: 3000 });
      const { gate, set } = gateOf(provider, { replay: guard });
      const ids = Array.from({ length: 1200 }, (_, n) => `evt_${n}`);
      const sign = (id: string, timestampMs: number) =>
        gate.sign({ method: 'POST', url: '/hook', ...REDELIVERED[provider]?.(id), timestampMs });
      const acted = Promise.withResolvers<ReturnType<typeof done>>();
      const firsts = await Promise.all(
        ids.map(async (id) => {
          const request = await sign(id, NOW);
          return { ended: gate.receive(request, () => acted.promise) };
        }),
      );
      set(NOW + 4 * MINUTE);
      const again = await Promise.all(ids.map((id) => sign(id, NOW + 4 * MINUTE)));
      for (const request of again)
        expect(await gate.receive(request, () => done())).toMatchObject({ verdict: { reason: 'replayed' } });
      acted.resolve(done());
      await Promise.all(firsts.map(({ ended }) => ended));
      set(NOW + 9 * MINUTE);
      // Others fill the room, and leave it again.
      const others = await Promise.all(
        Array.from({ length: 3000 }, (_, n) => sign(`other_${n}`, NOW + 9 * MINUTE)),
      );
      const left = Promise.withResolvers<ReturnType<typeof failed>>();
      const ended = others.map((request) => gate.receive(request, () => left.promise));
      left.resolve(failed());
      await Promise.all(ended);
      const ran = await Promise.all(
        again.map(async (request) => (await gate.receive(request, () => done())).kind),
      );
      expect(ran.filter((kind) => kind === 'done')).toEqual([]);
    },
  );
});
