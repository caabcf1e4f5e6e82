/** What the pages of deliveries, destinations and grouped failures make of what they are told. */
import {
  DELIVERY_CODE_WORDS,
  type DeliveryChangeInput,
  type DeliveryChangeView,
  type DestinationView,
  type IssueView,
} from '@countersign/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeInParts, type PartsDone } from '../src/deliveries/change-in-parts.ts';
import { deliveryFilterOf } from '../src/deliveries/delivery-filter.ts';
import { healthOf } from '../src/destinations/health.ts';
import { isFailure } from '../src/issues/is-failure.ts';
import { endOf, meaningOf, subjectOf } from '../src/issues/issue-texts.ts';
import { durationText } from '../src/ui/duration.ts';
import { localTime, timeOf } from '../src/ui/local-time.ts';
import { barsPath } from '../src/ui/sparkline-path.ts';
import { DELIVERY_CODES } from '../src/words/delivery-codes.ts';

describe('a change of many', () => {
  /** Changes so many in all, a part at a time, as the API does. */
  function bench(count: number) {
    const inputs: DeliveryChangeInput[] = [];
    let left = count;
    const ask = async (input: DeliveryChangeInput): Promise<DeliveryChangeView> => {
      inputs.push(input);
      const changed = Math.min(left, input.limit ?? 100);
      left -= changed;
      return left > 0 ? { changed, next: left } : { changed, withoutBody: 2 };
    };
    return { inputs, ask, left: () => left };
  }

  it('goes on where each part ended, tells after each, and ends with the last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000), fc.integer({ min: 1, max: 300 }), async (count, limit) => {
        const { inputs, ask } = bench(count);
        const told: PartsDone[] = [];
        const { signal } = new AbortController();
        const input = { change: 'redrive', destination: 'shop', limit } as const;
        expect(await changeInParts({ ask, input, signal, onPart: (done) => told.push(done) })).toBe(true);
        expect(inputs).toHaveLength(Math.max(1, Math.ceil(count / limit)));
        expect(inputs.map(({ before }) => before)).toEqual(
          inputs.map((_, i) => (i === 0 ? undefined : count - i * limit)),
        );
        expect(
          inputs.every(({ change, destination }) => change === 'redrive' && destination === 'shop'),
        ).toBe(true);
        expect(told.map(({ changed }) => changed)).toEqual(
          inputs.map((_, i) => Math.min(count, (i + 1) * limit)),
        );
        expect(told.at(-1)?.withoutBody).toBe(2);
      }),
    );
  });

  it('begins no part once it is stopped', async () => {
    const { ask, left } = bench(250);
    const stop = new AbortController();
    const onPart = ({ changed }: PartsDone): void => {
      if (changed === 200) stop.abort();
    };
    expect(
      await changeInParts({ ask, input: { change: 'cancel', limit: 100 }, signal: stop.signal, onPart }),
    ).toBe(false);
    expect(left()).toBe(50);
  });

  it('fails with the part that fails', async () => {
    const told: PartsDone[] = [];
    const ask = async ({ before }: DeliveryChangeInput): Promise<DeliveryChangeView> => {
      if (before !== undefined) throw new Error('gone');
      return { changed: 3, next: 7 };
    };
    const { signal } = new AbortController();
    await expect(
      changeInParts({ ask, input: { change: 'redrive' }, signal, onPart: (done) => told.push(done) }),
    ).rejects.toThrow('gone');
    expect(told).toEqual([{ changed: 3, withoutBody: 0 }]);
  });
});

describe('a filter of deliveries', () => {
  const filterOf = (values: Readonly<Record<string, string>>) =>
    deliveryFilterOf({ get: (name) => values[name] });

  it('is what the address has, as the API takes it', () => {
    expect(
      filterOf({ state: 'dead', event: ' a ', destination: 'shop', since: '2026-11-27T09:00:00.000Z' }),
    ).toEqual({
      destination: 'shop',
      state: 'dead',
      gate: undefined,
      event: 'a',
      code: undefined,
      since: '2026-11-27T09:00:00.000Z',
      until: undefined,
    });
  });

  it.each([
    ['a state that there is not', { state: 'lost' }],
    ['no event', { event: '  ' }],
    ['no time', { since: 'yesterday', until: '99999-01-01' }],
    ['a year of more than four digits', { since: '+012026-01-01T00:00:00Z' }],
  ])('leaves out %s', (_, values) => {
    expect(Object.values(filterOf(values)).every((value) => value === undefined)).toBe(true);
  });

  it('keeps a time to the minute through the field in which it is shown', () => {
    const minutes = fc.integer({ min: 0, max: 5_000_000 }).map((n) => Date.UTC(2025, 0, 1) + n * 60_000);
    fc.assert(
      fc.property(minutes, (ms) => {
        const shown = localTime(new Date(ms).toISOString());
        expect(shown).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
        // Once a year an hour has two places in a clock.
        expect(localTime(timeOf(shown))).toBe(shown);
      }),
    );
    expect(localTime(undefined)).toBe('');
    for (const none of ['', 'tomorrow']) expect(timeOf(none)).toBeUndefined();
  });
});

it.each([
  [-5, '0 s'],
  [999, '0 s'],
  [12_400, '12 s'],
  [60_000, '1 min'],
  [72_000, '1 min 12 s'],
  [7_500_000, '2 h 5 min'],
  [90_061_000, '1 d 1 h'],
  [86_400_000, '1 d'],
])('%d ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

describe('a destination’s health', () => {
  const base: DestinationView = {
    name: 'shop',
    kind: 'http',
    target: 'http://127.0.0.1/…',
    state: 'active',
    muted: false,
    inFlight: 0,
    totals: { delivered: 3 },
  };
  it.each<readonly [string, Partial<DestinationView>]>([
    ['healthy', {}],
    ['idle', { totals: {} }],
    ['failing', { failingSince: '2026-11-27T09:00:00Z' }],
    ['circuit-open', { failingSince: '2026-11-27T09:00:00Z', heldBy: 'circuit-open' }],
    ['throttled', { heldBy: 'throttled' }],
    ['rate-limited', { heldBy: 'rate-limited' }],
    ['draining', { drainPerSecond: 5 }],
    ['paused', { state: 'paused', failingSince: '2026-11-27T09:00:00Z' }],
    ['disabled', { state: 'disabled', reason: 'gone' }],
  ])('is %s', (word, changes) => {
    expect(healthOf(Object.assign({}, base, changes)).word).toBe(word);
  });

  it('is that of one that is not configured any more, where it has no kind', () => {
    const { kind: _, target: __, ...former } = base;
    expect(healthOf(former).word).toBe('former');
  });
});

describe('a failure that is grouped', () => {
  const base: IssueView = {
    id: 'a',
    gate: 'github',
    reason: 'signature-mismatch',
    remedy: 'Compare the keys.',
    state: 'open',
    firstAt: '2026-11-27T09:00:00Z',
    openedAt: '2026-11-27T09:00:00Z',
    lastAt: '2026-11-27T09:00:00Z',
    count: 1,
    returns: 0,
    causes: [],
    minutes: [],
    hours: [],
  };
  const { gate: _, remedy: __, ...bare } = base;
  const delivery: IssueView = Object.assign({ destination: 'shop' }, bare, { reason: 'timeout' });

  it('says what it is of, and what to do', () => {
    expect([base, delivery, bare].map(subjectOf)).toEqual(['at github', '→ shop', 'no gate']);
    expect(meaningOf(base)).toBe('Compare the keys.');
    expect(meaningOf(delivery)).toBe(DELIVERY_CODES['timeout']);
    expect(meaningOf(bare)).toMatch(/matched no gate/);
    expect(meaningOf(Object.assign({}, base, { reason: 'others' }))).toMatch(/too many kinds/);
  });

  it('says why it is closed', () => {
    const closed = (issue: IssueView, ended: IssueView['ended'], changedBy?: string) =>
      endOf(Object.assign({}, issue, { state: 'closed', ended, changedBy }));
    expect(endOf(base)).toBeUndefined();
    expect(closed(base, 'healed')).toBe('closed automatically: the gate accepts again');
    expect(closed(delivery, 'healed')).toBe('closed automatically: it delivers again');
    expect(closed(base, 'quiet')).toBe('closed automatically: no failures for a long time');
    expect(closed(base, 'operator', 'ann')).toBe('closed by ann');
  });

  it('is changed by what fails, and by nothing else', () => {
    const verdict = {
      time: '',
      requestId: 'a',
      method: 'POST',
      path: '/',
      status: 200,
      durationMs: 1,
    } as const;
    const attempt = { event: 'a', destination: 'shop', attempt: 1, tookMs: 1, state: 'waiting' } as const;
    expect(isFailure({ lost: undefined })).toBe(true);
    expect(isFailure(Object.assign({ verdict: 'refused' as const }, verdict))).toBe(true);
    expect(isFailure(Object.assign({ verdict: 'accepted' as const }, verdict))).toBe(false);
    const of = (code: string) => ({ time: '', gate: 'g', delivery: Object.assign({ code }, attempt) });
    expect(isFailure(of('status'))).toBe(true);
    expect(isFailure(of('delivered'))).toBe(false);
  });
});

it('each code of an attempt is explained, and none that there is not', () => {
  expect(Object.keys(DELIVERY_CODES).sort()).toEqual([...DELIVERY_CODE_WORDS].sort());
});

it('a bar stands for each count, the highest as high as there is room, and none for nothing', () => {
  expect(barsPath([])).toBe('');
  expect(barsPath([0, 4, 1_000_000])).toBe('M1 20v-2h0.8v2zM2 20v-20h0.8v20z');
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 60 }), (values) => {
      const heights = [...barsPath(values).matchAll(/v-([\d.]+)/g)].map(([, height]) => Number(height));
      expect(heights).toHaveLength(values.filter((value) => value > 0).length);
      expect(Math.max(0, ...heights)).toBe(values.some((value) => value > 0) ? 20 : 0);
    }),
  );
});
