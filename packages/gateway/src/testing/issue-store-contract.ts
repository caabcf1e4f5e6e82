/** The contract of an `IssueStore`: what every implementation must do. */
import assert from 'node:assert/strict';
import type {
  IssueFailures,
  IssueStateChange,
  IssueStore,
  IssueUpdate,
  StoredIssue,
} from '../stores/issue-store.ts';
import { CLOSED, declareContract, NOW, type StoreContractOptions } from './store-bench.ts';

function failures(more: Partial<IssueFailures> = {}): IssueFailures {
  return { count: 1, firstMs: NOW, lastMs: NOW, minutes: [], hours: [], ...more };
}

/** Says that an issue of that number has failed. */
function update(n: number, more: Partial<IssueUpdate> = {}): IssueUpdate {
  return { id: `issue-${n}`, reason: 'signature-mismatch', causes: [], failures: failures(), ...more };
}

/** The same without a failure. */
function changing(n: number, change: Partial<IssueStateChange>): IssueUpdate {
  const { failures: _, ...rest } = update(n);
  return { ...rest, change: { state: 'closed', changedMs: NOW, count: 1, ...change } };
}

const CLOSING: Partial<IssueStateChange> = { end: 'operator', changedMs: NOW + 10 };

const WHOLE: IssueUpdate = {
  id: 'issue-7',
  gate: 'a gate',
  destination: 'ünd ein Ziel',
  reason: 'timeout',
  failures: failures({
    count: Number.MAX_SAFE_INTEGER,
    lastMs: NOW + 2,
    requestId: 'req-1',
    eventId: 'event-1',
    minutes: [29_333_333, 1, 29_333_335, 70_000],
    hours: [488_888, 70_001],
  }),
  keptRequestId: 'req-0',
  causes: [{ finding: 'retired-key', certainty: 'proved', count: 2, requestId: 'req-0' }],
  change: {
    state: 'closed',
    changedMs: NOW + 3,
    changedBy: 'Ada',
    note: 'a note’s "text"\nof two lines\0',
    end: 'operator',
    count: 1,
  },
};

/** As it is kept. */
function wholeIssue(): StoredIssue {
  const { failures: of, change, ...rest } = WHOLE;
  if (of === undefined || change === undefined) return assert.fail();
  const { state, changedMs, changedBy, note, end } = change;
  return {
    ...rest,
    ...of,
    place: 1,
    state,
    openedMs: NOW,
    returns: 0,
    changedMs,
    ...(changedBy !== undefined && { changedBy }),
    ...(note !== undefined && { note }),
    ...(end !== undefined && { end }),
  };
}

async function idsOf(issues: IssueStore): Promise<readonly string[]> {
  return (await issues.list()).map(({ id }) => id);
}

/** What a single update has made. */
async function mergeOne(issues: IssueStore, issueUpdate: IssueUpdate): Promise<StoredIssue> {
  const [merged] = await issues.merge([issueUpdate]);
  return merged?.issue ?? assert.fail('there is no issue');
}

async function changesOf(issues: IssueStore, updates: readonly IssueUpdate[]): Promise<readonly string[]> {
  const merged = await issues.merge(updates);
  return merged.flatMap(({ changes }) => changes.map(({ change, issue }) => `${change} ${issue.id}`));
}

/**
 * Declares the tests of an `IssueStore`; a failing one throws.
 * @example testIssueStore({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testIssueStore(options: StoreContractOptions<'issues'>): void {
  declareContract('IssueStore', options, (test) => {
    test('an issue comes back with all that it may have, and with none of it', async ({
      store: { issues },
    }) => {
      const [whole, bare] = await issues.merge([WHOLE, update(1)]);
      assert.deepEqual(whole?.issue, wholeIssue());
      assert.deepEqual(bare?.issue, {
        id: 'issue-1',
        place: 2,
        reason: 'signature-mismatch',
        state: 'open',
        firstMs: NOW,
        openedMs: NOW,
        lastMs: NOW,
        count: 1,
        returns: 0,
        causes: [],
        minutes: [],
        hours: [],
      });
      assert.deepEqual(await issues.list(), [bare?.issue, whole?.issue]);
    });

    test('what gateways have counted adds up, whichever of them comes first', async ({
      store: { issues },
    }) => {
      const cause = { finding: 'retired-key', certainty: 'likely', count: 2, requestId: 'a' };
      const late = failures({
        count: 3,
        firstMs: NOW + 4,
        lastMs: NOW + 9,
        requestId: 'late',
        minutes: [10, 1, 11, 2],
        hours: [1, 3],
      });
      const early = failures({
        count: 40,
        firstMs: NOW - 4,
        lastMs: NOW + 5,
        requestId: 'early',
        eventId: 'event',
        minutes: [9, 20, 10, 20],
        hours: [1, 40],
      });
      await issues.merge([update(1, { failures: late, causes: [cause] })]);
      const issue = await mergeOne(
        issues,
        update(1, { failures: early, causes: [{ ...cause, certainty: 'proved', requestId: 'b' }] }),
      );
      assert.deepEqual(issue, {
        id: 'issue-1',
        place: 1,
        reason: 'signature-mismatch',
        state: 'open',
        firstMs: NOW - 4,
        openedMs: NOW + 4,
        lastMs: NOW + 9,
        count: 43,
        returns: 0,
        requestId: 'late',
        eventId: 'event',
        causes: [{ finding: 'retired-key', certainty: 'proved', count: 4, requestId: 'b' }],
        minutes: [9, 20, 10, 21, 11, 2],
        hours: [1, 43],
      });
      assert.deepEqual(await issues.list(), [issue]);
    });

    test('a closed one opens again by a failure after its end, and not by one before it', async ({
      store: { issues },
    }) => {
      await issues.merge([update(1), update(2)]);
      assert.deepEqual(await changesOf(issues, [changing(1, CLOSING)]), ['closed issue-1']);
      const before = failures({ lastMs: NOW + 10 });
      assert.deepEqual(await changesOf(issues, [update(1, { failures: before })]), []);
      const after = update(1, { failures: failures({ lastMs: NOW + 11 }) });
      assert.deepEqual(await changesOf(issues, [after, after]), ['returned issue-1']);
      const [issue] = await issues.list();
      assert.deepEqual(
        [issue?.id, issue?.state, issue?.place, issue?.openedMs, issue?.returns, issue?.count, issue?.end],
        ['issue-1', 'open', 3, NOW + 11, 1, 4, undefined],
      );
      // Whatever the clocks say, where the end was known.
      await issues.merge([changing(1, CLOSING)]);
      const failing = update(1, { failures: failures({ afterMs: NOW + 10 }) });
      assert.deepEqual(await changesOf(issues, [failing]), ['returned issue-1']);
    });

    test('an issue that has failed elsewhere meanwhile does not end by itself, and none ends twice', async ({
      store: { issues },
    }) => {
      const healed = changing(1, { end: 'healed', count: 2 });
      await issues.merge([update(1)]);
      assert.deepEqual(await changesOf(issues, [healed]), []);
      await issues.merge([update(1)]);
      assert.deepEqual(await changesOf(issues, [healed, healed]), ['closed issue-1']);
      assert.deepEqual(await changesOf(issues, [changing(1, { state: 'acknowledged' })]), []);
      assert.deepEqual(await changesOf(issues, [changing(1, { state: 'open' })]), ['reopened issue-1']);
      assert.deepEqual(await changesOf(issues, [changing(1, { state: 'acknowledged' })]), [
        'acknowledged issue-1',
      ]);
      assert.deepEqual(await changesOf(issues, [update(1)]), []);
      assert.equal((await issues.list())[0]?.state, 'acknowledged');
    });

    test('what is said of an issue that is not there, without a failure, makes none', async ({
      store: { issues },
    }) => {
      const [merged] = await issues.merge([changing(1, CLOSING)]);
      assert.deepEqual(merged, { issue: undefined, changes: [] });
      assert.deepEqual(await issues.list(), []);
    });

    test('list() has those opened last first; two gateways that want one place get two', async ({
      store: { issues },
    }) => {
      await issues.merge([update(2), update(9, { place: 7 }), update(1, { place: 7 })]);
      await issues.merge([update(5), update(2)]);
      assert.deepEqual(await idsOf(issues), ['issue-5', 'issue-1', 'issue-9', 'issue-2']);
      assert.deepEqual(
        (await issues.list()).map(({ place }) => place),
        [9, 8, 7, 1],
      );
    });

    test('remove() deletes those that it names, are closed and have not failed since, and no other', async ({
      store: { issues },
    }) => {
      await issues.merge([1, 2, 3, 4].map((n) => update(n)));
      await issues.merge([1, 2, 4].map((n) => changing(n, CLOSING)));
      await issues.merge([update(4)]);
      await issues.remove([1, 3, 4, 5].map((n) => ({ id: `issue-${n}`, count: 1 })));
      assert.deepEqual(await idsOf(issues), ['issue-4', 'issue-3', 'issue-2']);
      await issues.remove([]);
      assert.deepEqual(await idsOf(issues), ['issue-4', 'issue-3', 'issue-2']);
    });

    test('merge() keeps all or none', async ({ store: { issues } }) => {
      await issues.merge([update(1)]);
      // What no implementation can keep.
      const impossible = changing(1, { state: 'lost' as StoredIssue['state'], end: 'operator' });
      await assert.rejects(issues.merge([update(2), impossible]));
      assert.deepEqual(await idsOf(issues), ['issue-1']);
    });

    test('follow(), where there is one, gives each issue after its last write, page by page', async ({
      store: { issues },
    }) => {
      const { follow } = issues;
      if (follow === undefined) return;
      assert.deepEqual(await follow(0), []);
      for (let n = 0; n < 150; n += 50)
        await issues.merge(Array.from({ length: 50 }, (_, m) => update(n + m)));
      await issues.merge([update(3)]);
      const ids: string[] = [];
      let last = 0;
      for (let page = await follow(0); page.length > 0; page = await follow(last)) {
        for (const { revision, issue } of page) {
          assert.ok(revision > last);
          last = revision;
          ids.push(issue.id);
        }
      }
      assert.equal(ids.length, 150);
      assert.equal(new Set(ids).size, 150);
      assert.equal(ids.at(-1), 'issue-3');
      const issue = await mergeOne(issues, update(3));
      assert.deepEqual(
        (await follow(last)).map((followed) => followed.issue),
        [issue],
      );
    });

    test('close() finishes what is queued; what comes after is rejected', async ({ store }) => {
      const { issues } = store;
      const queued = Array.from({ length: 50 }, (_, n) => issues.merge([update(n)]));
      await store.close();
      await Promise.all(queued);
      await assert.rejects(issues.merge([update(99)]), CLOSED);
      await assert.rejects(issues.remove([{ id: 'issue-1', count: 1 }]), CLOSED);
      await assert.rejects(issues.list(), CLOSED);
    });
  });
}
