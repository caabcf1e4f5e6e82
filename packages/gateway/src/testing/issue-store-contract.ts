/** The contract of an `IssueStore`: what every implementation must do. */
import assert from 'node:assert/strict';
import type { IssueStore, StoredIssue } from '../stores/issue-store.ts';
import { CLOSED, declareContract, NOW, type StoreContractOptions } from './store-bench.ts';

function issue(n: number, more: Partial<StoredIssue> = {}): StoredIssue {
  return {
    id: `issue-${n}`,
    place: n,
    reason: 'signature-mismatch',
    state: 'open',
    firstMs: NOW,
    openedMs: NOW + 1,
    lastMs: NOW + 2,
    count: n,
    returns: 0,
    causes: [],
    minutes: [],
    hours: [],
    ...more,
  };
}

const WHOLE: StoredIssue = issue(7, {
  gate: 'a gate',
  destination: 'ünd ein Ziel',
  reason: 'timeout',
  state: 'closed',
  count: Number.MAX_SAFE_INTEGER,
  returns: 3,
  changedMs: NOW + 3,
  changedBy: 'Ada',
  note: 'a note’s "text"\nof two lines',
  end: 'operator',
  requestId: 'req-1',
  keptRequestId: 'req-0',
  eventId: 'event-1',
  causes: [{ finding: 'retired-key', certainty: 'proved', count: 2, requestId: 'req-0' }],
  minutes: [29_333_333, 1, 29_333_335, 70_000],
  hours: [488_888, 70_001],
});

async function idsOf(issues: IssueStore): Promise<readonly string[]> {
  return (await issues.list()).map(({ id }) => id);
}

/**
 * Declares the tests of an `IssueStore`; a failing one throws.
 * @example testIssueStore({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testIssueStore(options: StoreContractOptions<'issues'>): void {
  declareContract('IssueStore', options, (test) => {
    test('an issue comes back as it was kept, with all that it may have and with none of it', async ({
      store: { issues },
    }) => {
      await issues.put([WHOLE, issue(1)]);
      assert.deepEqual(await issues.list(), [WHOLE, issue(1)]);
    });

    test('one takes the place of the one with its id, and what it has not is gone', async ({
      store: { issues },
    }) => {
      await issues.put([WHOLE]);
      await issues.put([issue(7, { place: 8 })]);
      assert.deepEqual(await issues.list(), [issue(7, { place: 8 })]);
    });

    test('list() has those opened last first', async ({ store: { issues } }) => {
      await issues.put([issue(2), issue(9), issue(1)]);
      await issues.put([issue(5)]);
      assert.deepEqual(await idsOf(issues), ['issue-9', 'issue-5', 'issue-2', 'issue-1']);
    });

    test('remove() deletes those that it names, and no other', async ({ store: { issues } }) => {
      await issues.put([issue(1), issue(2), issue(3)]);
      await issues.remove(['issue-1', 'issue-3', 'issue-4']);
      assert.deepEqual(await idsOf(issues), ['issue-2']);
      await issues.remove([]);
      assert.deepEqual(await idsOf(issues), ['issue-2']);
    });

    test('put() keeps all or none', async ({ store: { issues } }) => {
      await issues.put([issue(1)]);
      // What no implementation can keep.
      const impossible = issue(3, { state: 'lost' as StoredIssue['state'] });
      await assert.rejects(issues.put([issue(2), impossible]));
      assert.deepEqual(await idsOf(issues), ['issue-1']);
    });

    test('close() finishes what is queued; what comes after is rejected', async ({ store }) => {
      const { issues } = store;
      const queued = Array.from({ length: 50 }, (_, n) => issues.put([issue(n)]));
      await store.close();
      await Promise.all(queued);
      await assert.rejects(issues.put([issue(99)]), CLOSED);
      await assert.rejects(issues.remove(['issue-1']), CLOSED);
      await assert.rejects(issues.list(), CLOSED);
    });
  });
}
