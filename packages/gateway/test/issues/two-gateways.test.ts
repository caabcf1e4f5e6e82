/** What an operator says of an issue to one gateway, and another on the same store that has the same failures. */
import { createAdminClient } from '@countersign/api';
import { describe, expect, it, vi } from 'vitest';
import { IssueBook } from '../../src/issues/issue-book.ts';
import { createIssueWords } from '../../src/issues/issue-words.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { later, send, start } from '../harness.ts';

async function shared(): Promise<Store> {
  const store = await openStore(':memory:');
  later(() => store.close());
  return store;
}

async function startOn(sharedStore: Store) {
  const gateway = await start(
    {
      hook: {
        path: '/hook',
        provider: 'github',
        keys: [{ secret: 'k'.repeat(32) }],
        respond: { status: 200 },
      },
    },
    { sharedStore },
  );
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  await send(`${gateway.publicUrl}/hook`, { body: '1' });
  const [issue] = (await client.call('issues')).issues;
  if (issue === undefined) throw new Error('what is refused is an issue');
  return { client, id: issue.id, issue: () => client.call('issue', { id: issue.id }) };
}

describe('an issue that is acknowledged or closed at one gateway', () => {
  it('is so at the other within five seconds, with who did it and the note', async () => {
    const store = await shared();
    const [a, b] = [await startOn(store), await startOn(store)];
    expect(b.id).toBe(a.id);
    await vi.waitFor(
      async () => {
        // In the millisecond in which it was opened nobody can have said anything of it.
        await a.client.call('changeIssue', { id: a.id, change: 'acknowledge', note: 'ours' });
        expect(await b.issue()).toMatchObject({ state: 'acknowledged', note: 'ours', changedBy: 'token' });
      },
      { timeout: 5_000, interval: 200 },
    );
    await b.client.call('changeIssue', { id: b.id, change: 'close' });
    await vi.waitFor(
      async () => expect(await a.issue()).toMatchObject({ state: 'closed', ended: 'operator' }),
      { timeout: 5_000, interval: 50 },
    );
  });

  it('stays as it is where it was opened again since, or somebody has said something there since', () => {
    const book = new IssueBook({ maxIssues: 10, onChange: () => {} });
    book.fail({ gate: 'g', reason: 'unsigned', count: 1 }, 100);
    const [issue] = book.list({ limit: 1 });
    const id = issue?.id ?? '';
    const stateAfter = (change: 'acknowledge' | 'close' | 'reopen', nowMs: number) => {
      book.adopt(id, { change, by: 'another', nowMs });
      return book.get(id)?.state;
    };
    expect(stateAfter('close', 100)).toBe('open');
    expect(stateAfter('acknowledge', 200)).toBe('acknowledged');
    expect(stateAfter('close', 150)).toBe('acknowledged');
    expect(stateAfter('close', 201)).toBe('closed');
    expect(stateAfter('acknowledge', 300)).toBe('closed');
    book.adopt('none', { change: 'close', by: 'another', nowMs: 400 });
    expect(book.get('none')).toBeUndefined();
  });
});

describe('what is said of issues', () => {
  it('is news for others, once', async () => {
    const { records } = await shared();
    const [a, b] = [createIssueWords(records), createIssueWords(records)];
    const word = { id: 'i', change: 'close', by: 'anna', nowMs: Date.now(), note: 'done' } as const;
    await Promise.all([a.say(word), b.say({ ...word, id: 'j' })]);
    expect(await a.news()).toEqual([{ ...word, id: 'j' }]);
    expect(await b.news()).toEqual([word]);
    expect([await a.news(), await b.news()]).toEqual([[], []]);
  });

  it('is nothing where none of us has written it', async () => {
    const { records } = await shared();
    await records.put({
      space: 'issue-words',
      key: 'i',
      version: 0,
      bytes: Buffer.from('{"change":"close"}'),
    });
    await records.put({ space: 'issue-words', key: 'j', version: 0, bytes: Buffer.from('{') });
    expect(await createIssueWords(records).news()).toEqual([]);
  });
});
