/** The full-text index: what is found, that it is built of what is there, and that what goes is in no file any more. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type AdminClient, createAdminClient } from '@countersign/api';
import { describe, expect, it, vi } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { createFullTextIndex } from '../../src/keeping/full-text.ts';
import { createMatcher } from '../../src/stores/erase-match.ts';
import { soughtWords } from '../../src/stores/event-words.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { foundIds } from '../../src/testing/event-search-contract.ts';
import { event } from '../../src/testing/kept-events.ts';
import { later, send, start, temporaryDir } from '../harness.ts';

const inbox = (keep: GateInput['keep'] = { fullText: true }): GateInput => ({
  path: '/inbox',
  provider: 'none',
  keep,
});

/** Asks until all that is kept is indexed, and reads on: a call may have looked through a part. */
async function found(client: AdminClient, words: string): Promise<readonly string[]> {
  return vi.waitFor(async () => {
    const ids: string[] = [];
    for (let before: string | undefined; ; ) {
      const page = await client.call('events', { words, before });
      expect(page.indexing).toBeUndefined();
      ids.push(...page.events.map(({ id }) => id));
      before = page.next;
      if (before === undefined) return ids;
    }
  }, 10_000);
}

async function openFilled(dir: string, count: number) {
  const store = await openStore(join(dir, 'store.db'));
  later(() => store.close());
  const keep = (n: number) =>
    store.events.keep(
      event(n, { body: Buffer.from(`{"n":${n},"name":"unicorn${n}sparkle","all":"common"}`) }),
    );
  for (let from = 0; from < count; from += 500)
    await Promise.all(Array.from({ length: 500 }, (_, i) => keep(from + i + 1)));
  for (let hasMore = true; hasMore; ) hasMore = (await store.fullText.index('gate')).hasMore;
  const search = (text: string, limit = 1_000) =>
    foundIds(store.events, { words: { text, gates: ['gate'] } }, limit);
  return { store, search };
}

describe('a search for words', () => {
  it('finds those of bodies, type and id, in any case, all of them, phrases in their order; escaped letters too', async () => {
    const gateway = await start({ inbox: inbox(), other: { ...inbox({}), path: '/other' } });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    for (const body of [
      '{"name":"Zo\\u00eb Lovelace","note":"paid\\ntwice"}',
      '{"name":"Lovelace Zoë"}',
      'OR',
    ])
      await send(`${gateway.publicUrl}/inbox`, { body });
    await send(`${gateway.publicUrl}/other`, { body: 'Lovelace' });
    const [or = '', turned = '', zoe = ''] = (await client.call('events', { gate: 'inbox' })).events.map(
      ({ id }) => id,
    );
    expect(await found(client, 'lovelace ZOË')).toEqual([turned, zoe]);
    expect(await found(client, '"zoë lovelace"')).toEqual([zoe]);
    expect(await found(client, 'twice')).toEqual([zoe]);
    expect(await found(client, `"${zoe}"`)).toEqual([zoe]);
    expect(await found(client, 'OR')).toEqual([or]);
    for (const hostile of [
      '"',
      'a"',
      'NEAR(a b)',
      'words:x',
      'a* OR b',
      '^x',
      'x AND',
      '(',
      "'; DROP",
      'a\u0000b',
      '{x y} : z',
      '😀 x',
    ])
      await expect(
        client.call('events', { words: hostile }).catch((error) => error.code),
        hostile,
      ).resolves.toSatisfy((answer: unknown) => answer === 'invalid-input' || typeof answer === 'object');
    await expect(client.call('events', { words: 'x', gate: 'other' })).rejects.toMatchObject({
      code: 'full-text-off',
    });
  });

  it('is written for FTS5 so that none of it is an operator', () => {
    expect(soughtWords('a OR "b c" d*')).toEqual({
      words: ['"a"', '"OR"', '"b"', '"c"', '"d"'],
      phrases: ['"b c"'],
    });
    expect(soughtWords('x"y z_1')).toEqual({ words: ['"x"', '"y"', '"z"', '"1"'], phrases: ['"y z_1"'] });
    expect(soughtWords('- ""').words).toEqual([]);
  });

  it('reads on in pages, and through stretches without a hit', async () => {
    const { search } = await openFilled(temporaryDir(), 2_000);
    expect(await search('common', 300)).toHaveLength(2_000);
    expect(await search('unicorn7sparkle')).toEqual([event(7).id]);
  });
});

it('an index is built of what was kept before, and gone from the file when it is switched off', async () => {
  const dir = temporaryDir();
  const { store, search } = await openFilled(dir, 500);
  expect(await search('unicorn5sparkle')).toHaveLength(1);
  await store.close();
  const options = { store: `sqlite:${join(dir, 'store.db')}` };
  const gate = (keep: GateInput['keep']) => ({ gate: { ...inbox(keep), path: '/gate' } });
  const on = await start(gate({ fullText: true }), options);
  const client = createAdminClient({ baseUrl: on.adminUrl ?? '', token: on.adminToken });
  expect(await found(client, 'unicorn5sparkle')).toEqual([event(5).id]);
  await on.close();
  const off = await start(gate({}), options);
  await vi.waitFor(async () => expect(await off.store.fullText.gates()).toEqual([]), 10_000);
  await off.close();
  const db = new DatabaseSync(join(dir, 'store.db'));
  expect(db.prepare(`SELECT name FROM sqlite_schema WHERE name LIKE 'event_words%'`).all()).toEqual([]);
  db.close();
});

describe('what goes is not in the index, nor in the file', () => {
  /** FTS5 leaves out how a word begins like the one before it. */
  const isIn = (dir: string, mark: string): boolean =>
    readdirSync(dir).some((name) => readFileSync(join(dir, name)).includes(mark));

  it('after an erasure; the rest is indexed again, and the store is whole', async () => {
    const dir = temporaryDir();
    const { store, search } = await openFilled(dir, 1_500);
    // The word as the index alone has it, in part or whole: its case differs in the body.
    await store.events.keep(event(5_000, { body: Buffer.from('{"name":"XylophoneQuetzal"}') }));
    await store.fullText.index('gate');
    expect(await search('xylophonequetzal')).toEqual([event(5_000).id]);
    expect(isIn(dir, 'ylophonequetzal')).toBe(true);
    const report = await store.upkeep.erase({ matches: createMatcher({ text: 'XylophoneQuetzal' }) });
    expect(report.events).toBe(1);
    expect(isIn(dir, 'ylophonequetzal')).toBe(false);
    expect(await search('xylophonequetzal')).toEqual([]);
    for (let hasMore = true; hasMore; ) hasMore = (await store.fullText.index('gate')).hasMore;
    expect(await search('unicorn8sparkle')).toEqual([event(8).id]);
    expect((await store.upkeep.verify()).findings).toEqual([]);
  });

  it('after retention, a body that is compressed and one that is too long for the index too', async () => {
    const dir = temporaryDir();
    const { store, search } = await openFilled(dir, 500);
    const long = (n: number, size: number) =>
      store.events.keep(
        event(n, { body: Buffer.from(`{"a":"longbody${n}","b":"${'word '.repeat(size)}"}`) }),
      );
    await long(601, 4_000);
    await long(602, 80_000);
    for (let hasMore = true; hasMore; ) hasMore = (await store.fullText.index('gate')).hasMore;
    expect(await search('longbody601')).toEqual([event(601).id]);
    expect(await search('longbody602')).toEqual([]);
    expect(await search(event(602).id)).toEqual([event(602).id]);
    for (let after: number | undefined = 0; after !== undefined; )
      after = (await store.events.drop({ gate: 'gate', maxBytes: 1, after })).next;
    expect(await search('common')).toEqual([]);
    expect(await search('longbody601')).toEqual([]);
    expect((await store.upkeep.verify()).findings).toEqual([]);
    await store.close();
    const db = new DatabaseSync(join(dir, 'store.db'));
    expect(db.prepare('SELECT count(*) AS n FROM event_words_docsize').get()).toEqual({ n: 0 });
    db.exec(`INSERT INTO event_words (event_words) VALUES ('integrity-check')`);
    db.close();
    expect(isIn(dir, 'nicorn250sparkle')).toBe(false);
  });

  it('a reset that was not ended is whole for `store verify`, and ended by the next gateway, also where no gate has an index', async () => {
    const dir = temporaryDir();
    const { store } = await openFilled(dir, 1_000);
    // The word as the index alone has it.
    await store.events.keep(event(5_000, { body: Buffer.from('{"name":"XylophoneQuetzal"}') }));
    for (let hasMore = true; hasMore; ) hasMore = (await store.fullText.index('gate')).hasMore;
    expect(isIn(dir, 'ylophonequetzal')).toBe(true);
    expect(await store.fullText.reset()).toBe(true);
    expect((await store.upkeep.verify()).findings).toEqual([]);
    await store.close();
    const gate = { ...inbox({}), path: '/gate' };
    const off = await start({ gate }, { store: `sqlite:${join(dir, 'store.db')}` });
    await vi.waitFor(async () => expect(await off.store.fullText.isLeft()).toBe(false), 10_000);
    await off.close();
    expect(isIn(dir, 'ylophonequetzal')).toBe(false);
  });

  it('a backup has it', async () => {
    const dir = temporaryDir();
    const { store } = await openFilled(dir, 500);
    await store.upkeep.backup(join(dir, 'copy.db'));
    await store.close();
    const copy = await openStore(join(dir, 'copy.db'));
    later(() => copy.close());
    const words = { text: 'unicorn9sparkle', gates: ['gate'] };
    expect(await foundIds(copy.events, { words })).toEqual([event(9).id]);
  });
});

it.each([
  [{ mask: { members: ['email'] } }, 'keep.mask.members hides parts of bodies: the index would find them'],
  [{ body: 'hash' as const }, 'keep.body is hash: there is no body whose words could be found'],
])('a gate that shows no bodies has no index: %j', (more, why) => {
  const gates = { inbox: inbox({ fullText: true, ...more }) };
  expect(() => parseConfig({ gates }, { baseDir: '/', env: {} })).toThrow(
    `gates.inbox.keep.fullText: is true, and ${why}`,
  );
});

it('a store that cannot be read is told of once, and asked again', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  const gone = new DatabaseSync(':memory:');
  const read = gone.prepare('SELECT 1');
  gone.close();
  const warnings: unknown[] = [];
  const index = createFullTextIndex({
    gates: ['gate'],
    store: { ...store.fullText, gates: async () => read.all() as never },
    log: { info() {}, warn: (_: object, message: string) => void warnings.push(message) },
  });
  later(() => index.close());
  await index.catchUp();
  await index.catchUp();
  expect(warnings).toEqual(['the full-text index falls behind: the store does not take it']);
});
