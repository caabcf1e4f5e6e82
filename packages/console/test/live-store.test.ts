/** What the live page knows: rows in their order, each refused request with its cause, nothing lost without a word, bounded. */
import type { FindingView, LiveView, StreamOptions, StreamPart, VerdictView } from '@countersign/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filteredRows, liveFilterOf } from '../src/live/live-rows-filter.ts';
import { LiveStore, MOST_ROWS } from '../src/live/live-store.ts';

/** A stream whose items a test sends, and frames that it draws. */
function startStore() {
  let wake: (() => void) | undefined;
  const parts: StreamPart<LiveView>[] = [];
  const asked: StreamOptions[] = [];
  const frames: (() => void)[] = [];
  async function* open(options: StreamOptions): AsyncGenerator<StreamPart<LiveView>> {
    asked.push(options);
    options.onOpen?.();
    while (options.signal?.aborted !== true) {
      const part = parts.shift();
      if (part !== undefined) yield part;
      else {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
    }
  }
  const store = new LiveStore({ open, schedule: (run) => void frames.push(run) });
  const stop = store.start();
  return {
    store,
    asked,
    frames,
    stop,
    /** Sends items, and draws the frame in which they are shown. */
    async show(...sent: readonly (LiveView | { readonly lost: number | undefined })[]): Promise<void> {
      for (const item of sent)
        parts.push(
          'lost' in item
            ? { kind: 'lost', count: item.lost }
            : { kind: 'item', id: `era-${asked.length}-${parts.length}`, item },
        );
      wake?.();
      while (parts.length > 0) await Promise.resolve();
      for (let i = 0; i < 5; i++) await Promise.resolve();
      for (const frame of frames.splice(0)) frame();
    },
  };
}

const NOW = Date.parse('2026-01-02T03:04:05.000Z');

function verdict(requestId: string, changes: Partial<VerdictView> = {}): VerdictView {
  const base: VerdictView = {
    time: new Date(NOW).toISOString(),
    requestId,
    gate: 'github',
    method: 'POST',
    path: '/webhooks/github',
    verdict: 'accepted',
    status: 200,
    durationMs: 1,
  };
  return Object.assign(base, changes);
}

function finding(requestId: string): FindingView {
  return {
    time: new Date(NOW).toISOString(),
    requestId,
    gate: 'github',
    finding: {
      id: 'wrong-secret',
      certainty: 'proved',
      sentence: 'The secret is another.',
      mend: 'Copy it.',
    },
  };
}

const REFUSED = { verdict: 'refused', reason: 'signature-mismatch', status: 401 } as const;

describe('the live store', () => {
  it('shows nothing before a frame, and then all that came, at one stroke', async () => {
    const { store, show } = startStore();
    let calls = 0;
    store.subscribe(() => calls++);
    await show(verdict('a'), verdict('b'), verdict('c'));
    expect(store.snapshot().rows.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(calls).toBe(1);
  });

  it('joins a finding with its request, also where it comes later or the list is held', async () => {
    const { store, show } = startStore();
    await show(verdict('a', REFUSED), verdict('b'));
    store.setHold('paused');
    await show(finding('a'));
    expect(store.snapshot().rows[0]).toMatchObject({
      view: { requestId: 'a' },
      finding: { id: 'wrong-secret' },
    });
    expect(store.snapshot().rows[1]).not.toHaveProperty('finding');
    store.setHold('none');
    expect(store.snapshot().lastRefused).toMatchObject({ finding: { id: 'wrong-secret' } });
    expect(filteredRows(store.snapshot().rows, liveFilterOf(undefined, '', 'SECRET IS'))).toHaveLength(1);
  });

  it('counts what comes while it is held, and shows it afterwards', async () => {
    const { store, show } = startStore();
    await show(verdict('a'));
    store.setHold('paused');
    await show(verdict('b'), verdict('c'));
    expect(store.snapshot()).toMatchObject({ missed: 2, hold: 'paused' });
    expect(store.snapshot().rows).toHaveLength(1);
    store.setHold('none');
    expect(store.snapshot()).toMatchObject({ missed: 0, hold: 'none' });
    expect(store.snapshot().rows).toHaveLength(3);
  });

  it('says what was lost where it was lost, but not before the first', async () => {
    const { store, show } = startStore();
    await show({ lost: undefined }, verdict('a'), { lost: 7 }, verdict('b'));
    expect(store.snapshot().rows.map((row) => (row.kind === 'lost' ? row.count : row.kind))).toEqual([
      'verdict',
      7,
      'verdict',
    ]);
    // Under any filter: what was lost may have matched.
    expect(filteredRows(store.snapshot().rows, liveFilterOf('another', 'refused', 'x'))).toHaveLength(1);
  });

  it('goes on where it was when it is started again', async () => {
    const { store, asked, stop, show } = startStore();
    await show(verdict('a'));
    stop();
    store.start();
    expect(asked.map(({ lastEventId }) => lastEventId)).toEqual(['start', 'era-1-0']);
  });

  it('holds ten thousand rows and no more, and none of it grows while the window is not looked at', async () => {
    const { store, show } = startStore();
    await show(
      ...Array.from({ length: MOST_ROWS + 500 }, (_, i) => verdict(`r${i}`, i % 2 === 0 ? REFUSED : {})),
    );
    await show(...Array.from({ length: 300 }, (_, i) => verdict(`s${i}`)));
    const { rows } = store.snapshot();
    expect(rows).toHaveLength(MOST_ROWS);
    expect(rows.at(-1)).toMatchObject({ view: { requestId: 's299' } });
    // Of a request that is no row any more.
    await show(finding('r0'));
    expect(store.snapshot().rows.some((row) => row.kind === 'verdict' && row.finding !== undefined)).toBe(
      false,
    );
  });

  it('has in any order of items the rows, counts and findings of a plain list', async () => {
    const item = fc.oneof(
      fc.record({ kind: fc.constant('verdict' as const), isRefused: fc.boolean() }),
      fc.record({ kind: fc.constant('finding' as const), of: fc.nat(20) }),
      fc.record({ kind: fc.constant('hold' as const) }),
      fc.record({ kind: fc.constant('release' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 40 }), async (items) => {
        const { store, show, stop } = startStore();
        const expected: { id: string; isRefused: boolean; isExplained: boolean }[] = [];
        for (const each of items) {
          if (each.kind === 'hold') store.setHold('paused');
          else if (each.kind === 'release') store.setHold('none');
          else if (each.kind === 'verdict') {
            const id = `r${expected.length}`;
            expected.push({ id, isRefused: each.isRefused, isExplained: false });
            await show(verdict(id, each.isRefused ? REFUSED : {}));
          } else {
            const row = expected[each.of];
            if (row?.isRefused === true) row.isExplained = true;
            await show(finding(`r${each.of}`));
          }
        }
        store.setHold('none');
        stop();
        const rows = store.snapshot().rows.map((row) =>
          row.kind === 'verdict'
            ? {
                id: row.view.requestId,
                isRefused: row.view.verdict === 'refused',
                isExplained: row.finding !== undefined,
              }
            : row,
        );
        expect(rows).toEqual(expected);
        const refused = expected.filter(({ isRefused }) => isRefused).length;
        if (expected.length > 0)
          expect(store.snapshot().counts.get('github')).toEqual({
            accepted: expected.length - refused,
            refused,
          });
      }),
      { numRuns: 50 },
    );
  });
});
