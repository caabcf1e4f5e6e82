// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a body that a careless file would fill in.
/** `countersign events`, against a gateway that runs, and against the file of one that does not. */
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { ADMIN_HEADERS, newFolder, ROOT, run } from '../support.ts';
import { SECRET, startDay, TOKEN } from './day-bench.ts';

describe('countersign events list', () => {
  it('shows the newest first, of the gateway that runs and of the file alike', async () => {
    const { ask, keep, gateway, cwd, env, adminUrl } = await startDay();
    for (let n = 1; n <= 3; n++) await keep(n, { type: `t${n}` }, n === 2 ? [] : [{ destination: 'shop' }]);
    const running = await ask(['events', 'list']);
    expect(running).toMatchObject({ code: 0, err: '' });
    expect(running.out.split('\n').map((line) => line.split(/ {2,}/).slice(2))).toEqual([
      ['open', 'POST /open/3', 't3', '7 bytes', '1 destination'],
      ['open', 'POST /open/2', 't2', '7 bytes', 'no destination'],
      ['open', 'POST /open/1', 't1', '7 bytes', '1 destination'],
      [],
    ]);
    await gateway.close();
    expect(await run(['events', 'list', '--admin', adminUrl], { cwd, env })).toEqual(running);
  });

  it('says how to go on, and prints one object a line', async () => {
    const { ask, keep } = await startDay();
    for (let n = 1; n <= 3; n++) await keep(n);
    const first = await ask(['events', 'list', '--limit', '2']);
    const [, before] = /There are more: --before (\S+)/.exec(first.err) ?? [];
    const rest = await ask(['events', 'list', '--before', before ?? '', '--json']);
    expect(JSON.parse(rest.out)).toMatchObject({ url: '/open/1', place: 1 });
    const none = await ask(['events', 'list', '--type', 'none']);
    expect(none).toEqual({ code: 0, out: '', err: 'No events.\n' });
  });

  it('shows one tenant’s alone, of the gateway that runs and of the file alike', async () => {
    const { ask, keep, gateway, cwd, env, adminUrl } = await startDay();
    await keep(1, { tenant: 'acme' });
    await keep(2, { tenant: 'globex' });
    await keep(3);
    const listed = ['events', 'list', '--tenant', 'acme'];
    const running = await ask(listed);
    expect(running.out).toMatch(/^\S.* POST \/open\/1 .*\n$/);
    expect(await ask(['events', 'list', '--tenant', 'initech'])).toMatchObject({
      out: '',
      err: 'No events.\n',
    });
    await gateway.close();
    expect(await run([...listed, '--admin', adminUrl], { cwd, env })).toEqual(running);
  });

  it('says what a gate that monitors has let through, and nothing of a verdict that is damaged', async () => {
    const { ask, keep, gateway, cwd } = await startDay();
    const refused = { reason: 'expired', step: 'fresh', message: 'the timestamp is 61 s old' } as const;
    const evidence = {
      provider: 'none',
      bodyBytes: 7,
      signatures: 1,
      comparisons: 1,
      readingsTried: 1,
      nowMs: 0,
    };
    await keep(1, { verdict: { isMonitored: true, refused, evidence } });
    await keep(2, { verdict: { isMonitored: true, evidence } });
    const lines = async () =>
      (await ask(['events', 'list'])).out.split('\n').map((line) => line.split(/ {2,}/).at(-1));
    expect(await lines()).toEqual(['kept only', 'kept only, let through: expired', '']);
    await gateway.close();
    const db = new DatabaseSync(join(cwd, 'store.db'));
    db.exec(`UPDATE events SET verdict = '{"refused":' WHERE place = 1`);
    db.close();
    expect(await lines()).toEqual(['kept only', 'kept only', '']);
  });

  it('names a gate that was meant', async () => {
    const { ask, adminUrl } = await startDay();
    expect(await ask(['events', 'list', '--gate', 'hook'])).toMatchObject({
      code: 2,
      err: `countersign: ${adminUrl}: the admin API answered 404: the gateway has no gate of this name; did you mean hooks? (gates: hooks, open, masked)\n  → Name a gate of the configuration that the gateway was started with.\n`,
    });
  });

  it('says of the file that a gateway holds where to ask', async () => {
    const { cwd, env } = await startDay();
    const nobody = 'http://127.0.0.1:9';
    const { code, err } = await run(['events', 'list', '--admin', nobody], {
      cwd,
      env,
      fetch: () => {
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error(''), { code: 'ECONNREFUSED' }),
        });
      },
    });
    expect([code, err.replaceAll(cwd, '{folder}')]).toEqual([
      2,
      `countersign: no gateway answers at ${nobody}, and a running gateway has {folder}/store.db open\n  → Give the address of its admin listener: --admin URL. If it has none, set listen.admin and start it again.\n`,
    ]);
  });
});

describe('countersign events show', () => {
  it('tells how it was proved, what came, and each attempt with what to do', async () => {
    const { ask, hook, fail, gateway } = await startDay();
    const id = await hook('{"zen":"Keep it logically awesome."}', { authorization: 'Bearer s3cret' });
    await gateway.store.deliveries.send(id, { destination: 'shop' });
    await fail('shop', '{"error":"no such table: orders"}');
    const { code, out } = await ask(['events', 'show', id]);
    expect(code).toBe(0);
    expect(out).toContain('proved    by github with the key key-1\n');
    expect(out).toContain('authorization: [a secret, not kept]\n');
    expect(out).not.toContain('s3cret');
    expect(out).toContain('{\n  "zen": "Keep it logically awesome."\n}\n');
    expect(out.slice(out.indexOf('shop')).replaceAll(id, 'ID')).toMatch(
      /^shop {2}dead {2}1 attempt\n {2}✗ 1 {2}\S+ \S+ {2}status 500 {2}12 ms\n {6}The receiver answered 500\.\n {6}\| \{\n {6}\| {3}"error": "no such table: orders"\n {6}\| \}\n {2}→ Once that is fixed: countersign deliveries redrive --event ID --destination shop\n$/,
    );
  });

  it.each([
    ['delivered', 200, 12, /^ {2}✓ 1 {2}.* {2}delivered 200 {2}12 ms$/m],
    ['delivered', 0, 12, /^ {2}✓ 1 {2}.* {2}delivered, exit 0 {2}12 ms$/m],
    ['exit-code', 3, 12, /^ {2}✗ 1 {2}.* {2}exit 3 {2}12 ms$/m],
    ['skipped', undefined, 0, /^ {2}– 1 {2}.* {2}skipped {2}<1 ms$/m],
    ['timeout', undefined, 1000, /^ {2}✗ 1 {2}.* {2}timeout {2}1 s$/m],
  ])('says how an attempt ended: %s %s after %s ms', async (code, status, tookMs, line) => {
    const { ask, keep, gateway } = await startDay();
    const id = await keep(1, {}, [{ destination: 'shop' }]);
    const { deliveries } = gateway.store;
    const nowMs = Date.now();
    const [due] = await deliveries.take({
      destination: 'shop',
      limit: 1,
      maxBytes: 1,
      leaseMs: 60_000,
      nowMs,
    });
    if (due === undefined) throw new Error('nothing is due');
    const attempt = { startedMs: nowMs, tookMs, code, ...(status !== undefined && { status }) };
    await deliveries.settle({ place: due.place, lease: due.lease, state: 'cancelled', attempt });
    expect((await ask(['events', 'show', id])).out).toMatch(line);
  });

  it('lets nothing that a sender sends drive the terminal', async () => {
    const { ask, keep, fail } = await startDay();
    const evil = '\u001b]0;owned\u0007\u001b[31m\u009b2J\u202e';
    const latin = Buffer.from(evil).toString('latin1');
    const id = await keep(
      1,
      {
        type: evil,
        url: `/open/${encodeURIComponent(evil)}\u001b[31m`,
        headers: ['x-evil', latin, `x${latin}`, '\nx'],
        body: Buffer.from(`${evil}\nnext`),
      },
      [{ destination: `d${evil}` }],
    );
    await fail(`d${evil}`, latin);
    const outputs = [
      await ask(['events', 'show', id], { isTTY: true, env: { SECRET, FORCE_COLOR: '1' } }),
      await ask(['events', 'list']),
      await ask(['events', 'list', '--json']),
      await ask(['events', 'search', 'owned']),
      await ask(['deliveries', 'list']),
      await ask(['deliveries', 'destinations']),
      await ask(['events', 'test', id, '--out', '-']),
    ];
    for (const { code, out } of outputs) {
      expect(code).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours.
      expect(out.replace(/\u001b\[(?:1|2|22|31|32|33|36|39)m/g, '')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    }
    // Of our own colours there are none where the sender sent one.
    expect(outputs[1]?.out).not.toContain('\u001b');
  });

  it('shows bytes that are no text as bytes, and JSON in lines of which nothing is changed', async () => {
    const { ask, keep } = await startDay();
    const binary = await keep(1, { body: Uint8Array.of(0, 255, 65, 66, 27, 91) });
    expect((await ask(['events', 'show', binary])).out).toContain(
      `000000  00 ff 41 42 1b 5b${' '.repeat(30)}  ..AB.[\n`,
    );
    const large = await keep(2, {
      body: Buffer.from('{"a":12345678901234567890,"a" :[{},[ ],"\\u00e9,{"]}'),
    });
    expect((await ask(['events', 'show', large])).out).toContain(
      '\n{\n  "a": 12345678901234567890,\n  "a": [\n    {},\n    [],\n    "\\u00e9,{"\n  ]\n}\n',
    );
    const long = await keep(3, { body: Buffer.alloc(20_000, 'é') });
    expect((await ask(['events', 'show', long])).out).toContain(
      '… (3616 more bytes; --json has all of them)',
    );
  });

  it('says that there is none, as one object where JSON is asked for', async () => {
    const { ask, adminUrl } = await startDay();
    const { code, out, err } = await ask(['events', 'show', 'x', '--json']);
    const error = `${adminUrl}: the admin API answered 404: no event with this id is kept`;
    const remedy = 'Compare the id with `countersign events list`.';
    expect([code, JSON.parse(out)]).toEqual([2, { ok: false, error, remedy }]);
    expect(err).toBe(`countersign: ${error}\n  → ${remedy}\n`);
  });
});

describe('countersign events list and refused, searched', () => {
  it('finds events by what they are and hold', async () => {
    const { ask, keep } = await startDay();
    await keep(1, { body: Buffer.from('{"data":{"id":"ch_1"}}'), type: 'paid' });
    await keep(2, { headers: ['X-Topic', 'a=b'], keyId: 'now' });
    const found = async (...options: string[]) => {
      const { code, out } = await ask(['events', 'list', '--json', ...options]);
      expect(code).toBe(0);
      return out.split('\n').filter((line) => line !== '').length;
    };
    expect(await found()).toBe(2);
    expect(await found('--member', 'data.id=ch_1')).toBe(1);
    expect(await found('--member', 'data.id=ch_2')).toBe(0);
    expect(await found('--header', 'x-topic=a=b')).toBe(1);
    expect(await found('--header', 'x-topic')).toBe(1);
    expect(await found('--verdict', 'accepted')).toBe(1);
    expect(await found('--verdict', 'unsigned')).toBe(1);
    expect(await found('--since', '2000-01-01', '--until', '2001-01-01')).toBe(0);
    expect(await found('--id', '01890000-0000-7000-8000-')).toBe(2);
    expect(await ask(['events', 'list', '--words', 'x'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no gate has a full-text index'),
    });
  });

  it('lists refused requests, and says that there are none', async () => {
    const { ask } = await startDay();
    expect(await ask(['events', 'refused', '--text', 'x'])).toMatchObject({
      code: 0,
      err: 'No refused requests.\n',
    });
  });
});

it('says what of a search is not there yet, or cannot be read', async () => {
  const { cwd, env, adminUrl } = await startDay();
  const pages: Readonly<Record<string, object>> = {
    '/api/events': { events: [], indexing: ['shop', 'crm'] },
    '/api/refused': { refused: [], unreadable: 2 },
  };
  const fetch = async (url: string | URL | Request): Promise<Response> =>
    new Response(JSON.stringify(pages[new URL(String(url)).pathname]), {
      headers: { 'content-type': 'application/json', 'countersign-listener': 'admin' },
    });
  const ask = (...args: string[]) =>
    run([...args, '--admin', adminUrl], { cwd, env, fetch: fetch as typeof globalThis.fetch });
  expect((await ask('events', 'list', '--words', 'x')).err).toContain(
    'Some events may be missing: the full-text index is still being built (shop, crm).',
  );
  expect((await ask('events', 'refused')).err).toContain(
    '2 refused requests cannot be read: stored under another storeKey. Set the storeKey that the gateway had, or have the request sent again.',
  );
});

describe('countersign events search', () => {
  it('finds a text, and ends with 1 where none has it', async () => {
    const { ask, keep } = await startDay();
    await keep(1, { body: Buffer.from('{"customer":"cus_81c"}') });
    await keep(2, { url: '/open/cus_81c' });
    const { code, out } = await ask(['events', 'search', 'cus_81c']);
    expect([code, out.match(/in the \w+/g)]).toEqual([0, ['in the url', 'in the body']]);
    // In columns, though rows come one by one.
    const [first = '', second = ''] = out.split('\n');
    expect(second.indexOf('in the body')).toBe(first.indexOf('in the url') + 1);
    const inHeader = await ask(['events', 'search', 'a.example']);
    expect(inHeader.out.match(/in the .*$/gm)).toEqual(['in the header Host', 'in the header Host']);
    expect((await ask(['events', 'search', 'cus_81c', '--limit', '1'])).err).toMatch(
      /^Stopped at the limit: --before \S+ continues\.\n$/,
    );
    expect(await ask(['events', 'search', 'cus_99'])).toEqual({
      code: 1,
      out: '',
      err: 'No event has that text.\n',
    });
  });
});

describe('countersign events resend', () => {
  it('sends one to where it was on its way, or anywhere', async () => {
    const { ask, keep, fail, gateway } = await startDay();
    const id = await keep(1, {}, [{ destination: 'shop' }]);
    await fail('shop');
    expect(await ask(['events', 'resend', id, '--dry-run'])).toMatchObject({
      code: 0,
      err: 'Would be sent again: to shop.\n',
    });
    expect(await ask(['events', 'resend', id])).toMatchObject({ code: 0, err: 'Sent again: to shop.\n' });
    const other = await keep(2, {}, []);
    const json = await ask(['events', 'resend', other, '--to', 'shop', '--json']);
    expect(JSON.parse(json.out)).toEqual({ event: other, sent: ['shop'], unsent: [], dryRun: false });
    // An attempt is under way.
    const taking = { destination: 'shop', limit: 1, maxBytes: 1, leaseMs: 60_000, nowMs: Date.now() };
    const [due] = await gateway.store.deliveries.take(taking);
    expect(await ask(['events', 'resend', due?.event.id ?? ''])).toMatchObject({
      code: 1,
      err: '! Not sent to shop: an attempt is under way, or another of its key comes first.\n',
    });
  });

  it('sends many by a filter, after a dry run, and asks above a few', async () => {
    const { ask, keep } = await startDay();
    await keep(99, {}, [{ destination: 'shop' }]);
    for (let n = 1; n <= 12; n++) await keep(n, {}, []);
    const all = ['events', 'resend', '--unmatched', '--to', 'shop'];
    expect((await ask([...all, '--dry-run'])).out).toBe('12 events would be sent again.\n');
    expect(await ask(all)).toMatchObject({
      code: 2,
      err: 'countersign: 12 events would be sent again, which nobody has confirmed\n  → Add --yes; --dry-run only counts.\n',
    });
    const since = new Date(1_790_000_000_010).toISOString();
    expect((await ask([...all, '--since', since, '--json'])).out).toBe('{"events":3,"sent":3,"unsent":0}\n');
    expect((await ask([...all, '--yes'])).out).toBe('12 events: 12 deliveries made.\n');
  });
});

describe('countersign events test', () => {
  it('writes a file that passes as it is, and fails where the body is changed', async () => {
    const { ask, hook } = await startDay();
    const id = await hook('{"note":"*/ \u2028 ‘quotes’ `${x}`","n":1}', { authorization: 'Bearer s3cret' });
    const folder = newFolder();
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const file = join(folder, 'event.test.mjs');
    const { code, err } = await ask(['events', 'test', id, '--out', file]);
    expect([code, err]).toEqual([0, `Wrote ${file}; run it: node --test ${file}\n`]);
    const text = readFileSync(file, 'utf8');
    for (const secret of [SECRET, 's3cret', TOKEN]) expect(text).not.toContain(secret);
    const passes = spawnSync(process.execPath, ['--test', file], { cwd: folder, encoding: 'utf8' });
    expect(passes.stdout).toMatch(/pass 2/);
    expect(passes.status).toBe(0);
    const changed = join(folder, 'changed.test.mjs');
    writeFileSync(changed, text.replace('\\"n\\":1', '\\"n\\":2'));
    expect(spawnSync(process.execPath, ['--test', changed], { cwd: folder }).status).toBe(1);
    // Nobody's file is written over.
    expect((await ask(['events', 'test', id, '--out', file])).err).toContain('it already exists');
  }, 60_000);

  it('writes what came where there is no proof, and passes too', async () => {
    const { ask, keep } = await startDay();
    const id = await keep(1, { body: Uint8Array.of(0, 255) });
    const { code, out, err } = await ask(['events', 'test', id, '--out', '-', '--runner', 'vitest']);
    expect([code, err]).toEqual([
      0,
      '! Nothing here can sign for the gate open: the file has the request without a proof.\n',
    ]);
    expect(out).toContain("import { test } from 'vitest';");
    const file = join(newFolder(), 'event.test.mjs');
    writeFileSync(file, out.replace("from 'vitest'", "from 'node:test'"));
    expect(spawnSync(process.execPath, ['--test', file]).status).toBe(0);
  }, 60_000);

  it.each([
    [{ erasedAt: '2026-11-27T09:00:00.000Z' }, 'the event was erased', 'Nothing of it is kept but its hash.'],
    [
      { masked: true },
      'something of the event is masked',
      'Choose an event of a gate that keeps all of it and masks nothing.',
    ],
    [
      { bodySha256: '00' },
      'the body of the event is not kept',
      'Choose an event of a gate that keeps all of it and masks nothing.',
    ],
  ])('is not made of an event that is not whole: %j', async (more, says, remedy) => {
    const { ask, keep, env } = await startDay();
    const id = await keep(1);
    const changed = async (url: string, init: RequestInit): Promise<Response> =>
      Response.json({ ...(await (await fetch(url, init)).json()), ...more }, { headers: ADMIN_HEADERS });
    expect(await ask(['events', 'test', id], { env, fetch: changed as typeof fetch })).toMatchObject({
      code: 2,
      err: `countersign: ${says}\n  → ${remedy}\n`,
    });
  });

  it('wants the configuration of the event’s gate', async () => {
    const { keep, adminUrl } = await startDay();
    const id = await keep(1);
    const cwd = newFolder();
    writeFileSync(
      join(cwd, 'countersign.yaml'),
      'gates: { other: { path: /o, provider: none, keep: {} } }\n',
    );
    const env = { COUNTERSIGN_ADMIN_TOKEN: TOKEN };
    const ran = await run(['events', 'test', id, '--admin', adminUrl], { cwd, env });
    expect(ran).toMatchObject({
      code: 2,
      err: 'countersign: the event came to open, and this configuration has no such gate\n  → Gates: other.\n',
    });
  });
});

describe('countersign events erase', () => {
  it('counts first, asks, and leaves nothing but a hash in the store', async () => {
    const { ask, keep, cwd } = await startDay();
    const body = Buffer.from('{"customer":{"email":"ada.lovelace@example.org"}}');
    const id = await keep(1, { body }, [{ destination: 'shop' }]);
    await keep(2);
    const erase = ['events', 'erase', '--match', 'member:customer.email=ada.lovelace@example.org'];
    expect((await ask([...erase, '--dry-run'])).out).toBe('1 event would be erased for good.\n');
    expect(await ask(erase)).toMatchObject({
      code: 2,
      err: 'countersign: 1 event would be erased for good, which nobody has confirmed\n  → Add --yes; --dry-run only counts.\n',
    });
    expect(readFileSync(join(cwd, 'store.db-wal')).includes('ada.lovelace')).toBe(true);
    expect((await ask([...erase, '--yes'])).out).toMatch(
      /^1 event erased\. Of their deliveries 1 that waited is cancelled\./,
    );
    for (const file of ['store.db', 'store.db-wal'])
      expect(readFileSync(join(cwd, file)).includes('ada.lovelace')).toBe(false);
    const { out } = await ask(['events', 'show', id]);
    expect(out).toMatch(/erased {4}.*of its body the SHA-256 is left: [0-9a-f]{64}\n/);
    expect(await ask(['events', 'resend', id])).toMatchObject({
      code: 2,
      err: expect.stringContaining('the event was erased'),
    });
    expect((await ask(['events', 'list'])).out).toContain('erased\n');
    const none = await ask([
      'events',
      'erase',
      '--match',
      'header:x-a=b',
      '--match',
      'text=c',
      '--gate',
      'open',
      '--json',
    ]);
    expect(JSON.parse(none.out)).toEqual({ events: 0, refused: 0, cancelled: 0 });
  });
});
