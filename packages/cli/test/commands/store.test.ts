/** `countersign store export` and `import`. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ADMIN_HEADERS, run } from '../support.ts';
import { startDay } from './day-bench.ts';

describe('countersign store export and import', () => {
  it('carry every byte into another store, of the gateway that runs and of its file alike; again nothing changes', async () => {
    const { ask, keep, hook, gateway, cwd, env, adminUrl } = await startDay();
    const odd = Uint8Array.from({ length: 256 }, (_, i) => i);
    await keep(1, { body: odd, headers: ['X-A', '\u00ff\u0080', 'x-a', ''], type: 'push' }, [
      { destination: 'shop' },
    ]);
    await hook('{}');
    const running = await ask(['store', 'export']);
    expect(running).toMatchObject({ code: 0, err: '2 events exported.\n' });
    const [first = '', second = ''] = running.out.split('\n');
    expect(JSON.parse(first)).toMatchObject({
      gate: 'open',
      receivedAtMs: 1_790_000_000_001,
      method: 'POST',
      url: '/open/1',
      provider: 'none',
      headers: [
        ['X-A', '\u00ff\u0080'],
        ['x-a', ''],
      ],
      bodyBase64: Buffer.from(odd).toString('base64'),
      deliveries: [{ destination: 'shop', state: 'waiting', attempts: 0 }],
    });
    const kept = await gateway.store.events.get(JSON.parse(first).id);
    const claimed = await gateway.store.events.get(JSON.parse(second).id);
    await gateway.close();
    const ofFile = await run(['store', 'export', '--admin', adminUrl], { cwd, env });
    expect(ofFile.out).toBe(running.out);
    expect((await run(['store', 'export', '--store', 'store.db'], { cwd })).out).toBe(running.out);
    writeFileSync(join(cwd, 'events.jsonl'), `${running.out}\n\n`);
    const into = ['store', 'import', 'events.jsonl', '--store', 'sqlite:new.db'];
    expect(await run(into, { cwd })).toEqual({ code: 0, out: '2 events imported.\n', err: '' });
    expect(await run([...into, '--json'], { cwd })).toMatchObject({
      code: 0,
      out: '{"imported":0,"there":2,"erased":0,"refused":0}\n',
    });
    const { openStore } = await import('@countersign/gateway');
    const store = await openStore(join(cwd, 'new.db'));
    expect(await store.events.get(kept?.id ?? '')).toEqual(kept);
    // A claim is not invented.
    const { claim: _, ...unclaimed } = claimed ?? {};
    expect(await store.events.get(claimed?.id ?? '')).toEqual(unclaimed);
    expect((await store.deliveries.list()).deliveries).toEqual([]);
    await store.close();
  });

  it('writes a file of its own, and over nobody’s', async () => {
    const { ask, keep, cwd } = await startDay();
    await keep(1);
    expect((await ask(['store', 'export', '--out', 'a.jsonl'])).code).toBe(0);
    expect(readFileSync(join(cwd, 'a.jsonl'), 'utf8')).toMatch(/^\{"id".*\}\n$/);
    const again = await ask(['store', 'export', '--out', 'a.jsonl']);
    expect(again).toMatchObject({
      code: 2,
      err: expect.stringContaining('a.jsonl cannot be used: it already exists'),
    });
  });

  it('exports more than a page, one after the other', async () => {
    const { ask, keep } = await startDay();
    await Promise.all(Array.from({ length: 1203 }, (_, i) => keep(i + 1)));
    const { out } = await ask(['store', 'export']);
    const ids = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect([ids.length, new Set(ids).size]).toEqual([1203, 1203]);
  });

  it('takes no line that is no event, says which, and goes on', async () => {
    const { cwd, ask, keep } = await startDay();
    await keep(1);
    const { out: good } = await ask(['store', 'export']);
    const stdin = `\n{\n[]\n${good}`;
    const ran = await run(['store', 'import', '-', '--store', 'new.db'], { cwd, stdin });
    expect(ran).toEqual({
      code: 1,
      out: '1 event imported, 2 lines not imported.\n',
      err: '! Line 2 is not imported: it is not JSON.\n! Line 3 is not imported: it is not a JSON object.\n',
    });
  });

  it('names twenty lines of a file that is no export, and counts the others', async () => {
    const { cwd } = await startDay();
    const ran = await run(['store', 'import', '-', '--store', 'new.db'], { cwd, stdin: '{\n'.repeat(114) });
    expect(ran).toMatchObject({ code: 1, out: '0 events imported, 114 lines not imported.\n' });
    expect(ran.err.split('\n').slice(19)).toEqual([
      '! Line 20 is not imported: it is not JSON.',
      '! 94 more lines not imported.',
      '',
    ]);
  });

  it('does not write over a file that is there, and says so', async () => {
    const { ask, cwd } = await startDay();
    writeFileSync(join(cwd, 'ex.jsonl'), 'mine');
    expect(await ask(['store', 'export', '--out', 'ex.jsonl'])).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        `ex.jsonl cannot be used: it already exists\n  → Choose another file: no file is overwritten.\n`,
      ),
    });
  });

  it('leaves out what was erased', async () => {
    const { cwd } = await startDay();
    const stdin = JSON.stringify({ id: 'a', erased: { sha256: '', bodyBytes: 1, erasedMs: 1 } });
    const { code, out } = await run(['store', 'import', '-', '--store', 'new.db'], { cwd, stdin });
    expect([code, out]).toEqual([0, '0 events imported, 1 left out, because only a hash of them is left.\n']);
  });

  it('imports into the gateway that runs, which keeps on taking; again nothing changes', async () => {
    const { ask, keep, gateway, cwd } = await startDay();
    await Promise.all(Array.from({ length: 450 }, (_, i) => keep(i + 1, { body: Buffer.alloc(9_000, 'é') })));
    const { out } = await ask(['store', 'export']);
    const other = await startDay();
    writeFileSync(join(other.cwd, 'events.jsonl'), out.replaceAll('\n', '\r\n'));
    expect(await other.ask(['store', 'import', 'events.jsonl'])).toEqual({
      code: 0,
      out: '450 events imported.\n',
      err: '',
    });
    expect((await other.ask(['store', 'export'])).out).toBe(out);
    expect((await other.ask(['store', 'import', 'events.jsonl', '--json'])).out).toBe(
      '{"imported":0,"there":450,"erased":0,"refused":0}\n',
    );
    expect(cwd).not.toBe(other.cwd);
    expect((await gateway.store.events.totals())[0]?.number).toBe(450);
  });

  it('says of the running gateway too which lines it did not take', async () => {
    const { ask, keep, cwd } = await startDay();
    await keep(1);
    const { out: good } = await ask(['store', 'export']);
    const long = `{"id":"${'x'.repeat(13 * 1024 * 1024)}"}`;
    writeFileSync(
      join(cwd, 'e.jsonl'),
      Buffer.concat([
        Buffer.from(`\n{\n${long}\n${good}`),
        Buffer.from([0xff, 0x0a]),
        Buffer.from('{"id":"a","gate":""}'),
      ]),
    );
    expect(await ask(['store', 'import', 'e.jsonl'])).toEqual({
      code: 1,
      out: '0 events imported, 1 already there, 4 lines not imported.\n',
      err: [
        '! Line 2 is not imported: it is not JSON.',
        '! Line 3 is not imported: it is longer than 12582912 characters: stop the gateway, and import it into its file.',
        '! Line 5 is not imported: it is not JSON.',
        '! Line 6 is not imported: it has no provider, keyId, receivedAtMs, method, url, headers, bodyBase64.',
        '',
      ].join('\n'),
    });
  });

  it('does not open the file of a gateway that runs and cannot be asked, and says what to do', async () => {
    const { cwd, env } = await startDay();
    const { code, err } = await run(['store', 'import', '-'], { cwd, env });
    expect([code, err.replaceAll(cwd, '{folder}')]).toEqual([
      2,
      'countersign: the configuration names no admin listener, and a running gateway has {folder}/store.db open\n  → Give the address of its admin listener: --admin URL. If it has none, set listen.admin and start it again.\n',
    ]);
  });
});

describe('countersign store stats, verify, backup and migrate', () => {
  it('tell of the store, copy it while the gateway answers, and the copy is whole', async () => {
    const { ask, keep, cwd, env } = await startDay();
    for (const n of [1, 2]) await keep(n, {}, [{ destination: 'shop' }]);
    const stats = await ask(['store', 'stats']);
    expect(stats.out.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual([
      'store',
      'schema',
      'file',
      'log',
      'events',
      'received',
      'deliveries',
      'refused',
      '',
    ]);
    expect(stats.out).toContain('events      2, of 14 bytes of bodies\n');
    expect(await ask(['store', 'verify'])).toMatchObject({
      code: 0,
      out: '✓ 2 events: the store is intact, and each body can be read.\n',
    });
    const copy = JSON.parse((await ask(['store', 'backup', 'backup.db', '--json'])).out);
    expect(copy).toEqual({
      file: join(cwd, 'backup.db'),
      bytes: expect.any(Number),
      sha256: createHash('sha256')
        .update(readFileSync(join(cwd, 'backup.db')))
        .digest('hex'),
    });
    const again = await ask(['store', 'backup', 'backup.db']);
    expect(again.code).toBe(2);
    expect(again.err).toContain(
      '→ Name a file that does not exist yet, in a folder on the gateway’s machine that its user may write to.',
    );
    const verified = await run(['store', 'verify', '--store', 'backup.db', '--json'], { cwd });
    expect(JSON.parse(verified.out)).toEqual({ events: 2, findings: [] });
    expect(
      JSON.parse((await run(['store', 'stats', '--store', 'backup.db', '--json'], { cwd })).out),
    ).toMatchObject({
      events: 2,
      deliveries: 2,
      bodyBytes: 14,
      file: join(cwd, 'backup.db'),
    });
    const migrated = await run(['store', 'migrate', '--store', 'backup.db'], { cwd, env });
    expect(migrated).toMatchObject({ code: 0, out: expect.stringMatching(/^The store has schema \d+\.\n$/) });
  });

  it('verify ends with 1 where something is not whole', async () => {
    const { ask, env } = await startDay();
    const fetched: typeof fetch = async (input, init) =>
      String(input).endsWith('/verify')
        ? Response.json(
            { events: 1, findings: [{ code: 'totals-differ', problem: 'Totals are not what is there.' }] },
            { headers: ADMIN_HEADERS },
          )
        : fetch(input, init);
    expect(await ask(['store', 'verify'], { env, fetch: fetched })).toMatchObject({
      code: 1,
      out: '✗ totals-differ: Totals are not what is there.\n',
    });
  });
});
