/** The issues of two gateways on one PostgreSQL. */
import { describe, expect, it, vi } from 'vitest';
import type { OperatorNews } from '../../../src/deliver/operator-events.ts';
import { type Issues, openIssues } from '../../../src/issues/issues.ts';
import { Lifecycle } from '../../../src/lifecycle.ts';
import { VerdictCounts } from '../../../src/metrics/verdict-counts.ts';
import type { IssueStore } from '../../../src/stores/issue-store.ts';
import { connectDatabase } from '../../../src/stores/postgres/database.ts';
import { createPostgresIssues } from '../../../src/stores/postgres/issues.ts';
import { WriteMeter } from '../../../src/stores/postgres/write-meter.ts';
import { later } from '../../harness.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

const NOW = 1_760_000_000_000;
const ALL = { limit: 100 };
/** As often as a gateway looks. */
const LOOK_MS = 900;

interface Gateway {
  readonly issues: Issues;
  readonly news: readonly OperatorNews[];
  /** Requests are refused. */
  refuse(count: number, id: string): void;
  /** Until the store has been asked all that it is asked now. */
  settled(): Promise<void>;
}

describe.skipIf(leaveOutPostgres)(`issues that gateways share in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();
  const clock = { nowMs: NOW };

  /** Gateways that look when the clock is advanced. */
  async function openTwo(): Promise<readonly [Gateway, Gateway]> {
    const address = await databases.create();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    later(() => void vi.useRealTimers());
    return [await open(address), await open(address)];
  }

  async function open(address: string): Promise<Gateway> {
    const database = await connectDatabase({ address, maxConnections: 2 });
    const store = createPostgresIssues({ database, meter: new WriteMeter(1_000) });
    later(async () => {
      await store.close();
      await database.close();
    });
    const pending = new Set<Promise<unknown>>();
    const noted = <Result>(asked: Promise<Result>): Promise<Result> => {
      pending.add(asked);
      return asked.finally(() => pending.delete(asked));
    };
    const asked: IssueStore = {
      list: () => noted(store.list()),
      merge: (updates) => noted(store.merge(updates)),
      remove: (issues) => noted(store.remove(issues)),
      follow: (after) => noted(store.follow(after)),
    };
    const counts = new VerdictCounts();
    const news: OperatorNews[] = [];
    const lifecycle = new Lifecycle(() => {});
    const issues = await openIssues({
      store: { issues: asked, deliveries: { list: async () => ({ deliveries: [] }) } },
      places: () => [{ name: 'hook', counts }],
      deliveries: { tell: (item) => void news.push(item), listen: () => () => {} },
      refused: { listen: () => () => {} },
      findings: { listen: () => () => {} },
      now: () => clock.nowMs,
      log: { error: (fields) => expect.fail(String(fields)) },
      lifecycle,
    });
    return {
      issues,
      news,
      refuse: (count, id) => {
        for (let n = 0; n < count; n++)
          counts.count({ verdict: 'refused', reason: 'expired', answer: { status: 401 } }, id);
      },
      async settled() {
        do {
          await Promise.allSettled([...pending]);
          await new Promise((resolve) => setImmediate(resolve));
        } while (pending.size > 0);
      },
    };
  }

  async function pass(ms: number, ...gateways: readonly Gateway[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += LOOK_MS) {
      clock.nowMs += LOOK_MS;
      vi.advanceTimersByTime(LOOK_MS);
      for (const gateway of gateways) await gateway.settled();
    }
  }

  it('are counted by both, shown by each within five seconds, and told once', async () => {
    const [first, second] = await openTwo();
    first.refuse(3, 'req-1');
    second.refuse(4, 'req-2');
    await pass(5_000, first, second);
    for (const { issues } of [first, second])
      expect(issues.list(ALL)).toMatchObject([{ gate: 'hook', reason: 'expired', count: 7, state: 'open' }]);
    expect([...first.news, ...second.news].map(({ kind }) => kind)).toEqual(['issue.opened']);
  });

  it('that are closed at one return by a failure at the other, whether it has seen that or not', async () => {
    const [first, second] = await openTwo();
    first.refuse(1, 'req-1');
    await pass(5_000, first, second);
    const [{ id = '' } = {}] = second.issues.list(ALL);
    for (const isSeen of [true, false]) {
      const closed = await first.issues.change(id, { change: 'close', by: 'ada' });
      expect(closed).toMatchObject({ state: 'closed', end: 'operator' });
      if (isSeen) await pass(5_000, first, second);
      second.refuse(1, 'req-2');
      await pass(5_000, first, second);
      const [issue] = first.issues.list(ALL);
      expect(issue).toMatchObject({ state: 'open', count: isSeen ? 2 : 3, returns: isSeen ? 1 : 2 });
      expect(second.issues.list(ALL)).toEqual([issue]);
    }
    const kinds = [first, second].map(({ news }) => news.map(({ kind }) => kind));
    expect(kinds).toEqual([['issue.opened'], ['issue.returned', 'issue.returned']]);
  });

  it('that another gateway has closed are not acknowledged', async () => {
    const [first, second] = await openTwo();
    first.refuse(1, 'req-1');
    await pass(5_000, first, second);
    const [{ id = '' } = {}] = second.issues.list(ALL);
    await first.issues.change(id, { change: 'close', by: 'ada' });
    expect(await second.issues.change(id, { change: 'acknowledge', by: 'bob' })).toBeUndefined();
    expect(second.issues.list(ALL)).toMatchObject([{ state: 'closed', changedBy: 'ada' }]);
  });
});
