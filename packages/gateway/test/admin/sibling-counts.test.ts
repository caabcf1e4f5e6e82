/** What one of several gateways shows of all: counts of gates, and how destinations fare. */
import { type AdminClient, createAdminClient, type GateView } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { withAttempts } from '../../src/admin/sibling-destinations.ts';
import { withCounts } from '../../src/admin/sibling-gates.ts';
import type { DestinationStatus } from '../../src/deliver/delivery-control.ts';
import type { SharedWithSiblings, SiblingText } from '../../src/metrics/siblings.ts';
import { receiver } from '../deliver/receiver.ts';
import { hmacHeaders, SECRET, send, start, type TestGateway } from '../harness.ts';

const key = (id: string, hits: number) =>
  ({ id, hits, state: 'current', warnings: [] }) as unknown as GateView['keys'][number];

/** A gate with everything that is counted. */
function gate(n: number): GateView {
  const at = (minute: number): string => new Date(60_000 * minute).toISOString();
  const sender = { proof: 'old', keyId: 'main', requests: n, firstAt: at(n), lastAt: at(10 + n) };
  return {
    name: 'one',
    path: '/one',
    localUrl: `http://127.0.0.1/${n}`,
    methods: 'all',
    provider: 'hmac',
    outcome: 'respond',
    keys: [key('main', n), key(`only-${n}`, n)],
    coverage: { covered: [], open: [], headers: [], replay: 'none', warnings: [] },
    counts: { accepted: n, handshakes: n, refused: n, refusedBy: { stale: n, [`only-${n}`]: n } },
    keepsRefused: { atMost: 1, forSeconds: 1, where: 'memory', leftOut: n },
    monitors: { now: true, letThrough: { stale: n } },
    olderProofs: [{ proof: 'old', provider: 'hmac', until: at(0), isTaken: true, keys: [key('main', n)] }],
    olderProofSenders: { senders: [sender, { ...sender, subject: `only ${n}` }], forgotten: n },
    shadow: {
      provider: 'hmac',
      keys: [key('main', n)],
      bothAccept: n,
      bothRefuse: n,
      onlyFirst: n,
      onlyShadow: n,
      dropped: n,
      disagreements: Array.from({ length: 15 }, (_, i) => ({ requestId: `${n}-${i}`, at: at(2 * i + n) })),
    },
  };
}

const texts = (value: unknown): readonly SiblingText[] => [{ worker: 2, text: JSON.stringify(value) }];

describe('gates of several gateways', () => {
  it('are those of the one that is asked, with the counts of all', () => {
    const [all] = withCounts([gate(1)], texts([gate(2), { ...gate(8), name: 'another' }]));
    expect(all).toMatchObject({
      localUrl: 'http://127.0.0.1/1',
      keys: [
        { id: 'main', hits: 3 },
        { id: 'only-1', hits: 1 },
      ],
      counts: { accepted: 3, handshakes: 3, refused: 3, refusedBy: { stale: 3, 'only-1': 1, 'only-2': 2 } },
      keepsRefused: { leftOut: 3 },
      monitors: { letThrough: { stale: 3 } },
      olderProofs: [{ keys: [{ id: 'main', hits: 3 }] }],
      shadow: { bothAccept: 3, bothRefuse: 3, onlyFirst: 3, onlyShadow: 3, dropped: 3, keys: [{ hits: 3 }] },
    });
    expect(all?.olderProofSenders?.forgotten).toBe(3);
    expect(all?.olderProofSenders?.senders.map(({ subject, requests }) => [subject, requests])).toEqual([
      ['only 2', 2],
      [undefined, 3],
      ['only 1', 1],
    ]);
    expect(all?.olderProofSenders?.senders[1]).toMatchObject({
      firstAt: '1970-01-01T00:01:00.000Z',
      lastAt: '1970-01-01T00:12:00.000Z',
    });
    expect(all?.shadow?.disagreements).toHaveLength(20);
    expect(all?.shadow?.disagreements.slice(0, 3).map(({ requestId }) => requestId)).toEqual([
      '2-14',
      '1-14',
      '2-13',
    ]);
  });

  it('are as they are where another has them in another mode, as within a reload', () => {
    const {
      monitors: _m,
      olderProofs: _p,
      olderProofSenders: _s,
      shadow: _h,
      keepsRefused: _k,
      ...plain
    } = gate(2);
    const [all] = withCounts([gate(1)], texts([plain]));
    expect(all).toMatchObject({
      monitors: gate(1).monitors,
      shadow: gate(1).shadow,
      counts: { accepted: 3 },
    });
    const [other] = withCounts([plain], texts([gate(1)]));
    expect(other).not.toHaveProperty('monitors');
  });

  it('have the counts of one alone where no other answers', () => {
    expect(withCounts([gate(1)], [])).toEqual([gate(1)]);
  });
});

describe('destinations of several gateways', () => {
  const status = (inFlight: number, rest: Partial<DestinationStatus>): DestinationStatus =>
    ({
      name: 'shop',
      kind: 'url',
      target: 'https://shop.example',
      state: 'active',
      isMuted: false,
      sinceMs: 0,
      inFlight,
      recent: { lastMinute: { delivered: inFlight, failed: 1 } },
      ...rest,
    }) as DestinationStatus;
  const lastMinute = { delivered: 2, failed: 0 };

  it('have the attempts of all, and the last of them', () => {
    const failure = (ms: number) => ({ ms, code: `code-${ms}` });
    const own = status(1, { recent: { lastMinute, lastDeliveredMs: 5, lastFailure: failure(9) } });
    const other = status(2, {
      heldBy: 'circuit-open',
      recent: { lastMinute, lastDeliveredMs: 7, lastFailure: failure(8) },
    });
    expect(withAttempts([own], texts([other]))).toMatchObject([
      {
        inFlight: 3,
        heldBy: 'circuit-open',
        recent: {
          lastDeliveredMs: 7,
          lastFailure: { code: 'code-9' },
          lastMinute: { delivered: 4, failed: 0 },
        },
      },
    ]);
  });

  it('have nothing that has not happened at any', () => {
    const [all] = withAttempts([status(0, {})], texts([status(0, {})]));
    expect(all?.recent).toEqual({ lastMinute: { delivered: 0, failed: 2 } });
    expect(all).not.toHaveProperty('heldBy');
  });
});

it('the admin API of one of two gateways counts the requests and attempts of both', async () => {
  const { url } = await receiver((response) => response.end());
  const keys = [{ id: 'main', secret: SECRET }];
  const gates = {
    one: {
      path: '/one',
      provider: 'hmac',
      keys,
      keep: { deliver: [{ name: 'shop', to: url }] },
    },
  } as const;
  let shared: SharedWithSiblings | undefined;
  const second = await start(gates, {
    siblings: {
      number: 2,
      ask: async () => [],
      share: (next) => {
        shared = next;
      },
      follow: () => () => {},
    },
  });
  const first = await start(gates, {
    siblings: {
      number: 1,
      ask: async (question) =>
        question === 'metrics' ? [] : [{ worker: 2, text: (await shared?.answer(question)) ?? '' }],
      share: () => {},
      follow: () => () => {},
    },
  });
  for (const [at, gateway] of [first, second, second].entries()) await post(gateway, `{"n":${at}}`);
  const client = createAdminClient({ baseUrl: first.adminUrl ?? '', token: first.adminToken });
  expect(await client.call('gates')).toMatchObject([{ counts: { accepted: 3 }, keys: [{ hits: 3 }] }]);
  await expect.poll(() => deliveredIn(client)).toBe(3);
});

async function post({ publicUrl }: TestGateway, body: string): Promise<void> {
  await send(`${publicUrl}/one`, { headers: hmacHeaders(body), body });
}

async function deliveredIn(client: AdminClient): Promise<number | undefined> {
  const [shop] = await client.call('destinations');
  return shop?.lastMinute?.delivered;
}
