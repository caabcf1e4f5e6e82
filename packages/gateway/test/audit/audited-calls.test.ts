/** What the admin API changes and reveals is in the audit log, before it is done. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createAdminClient, ROUTES } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { openAdminOfFile } from '../../src/admin/admin-of-file.ts';
import { verifyAuditLog } from '../../src/audit/audit-access.ts';
import { ENTRY_TEXTS } from '../../src/audit/audit-entry.ts';
import { createAuditSeal } from '../../src/audit/audit-seal.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { Secret } from '../../src/config/secret.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { StoreError } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { later, send, start, type TestGateway, type TestOptions, temporaryDir } from '../harness.ts';
import { auditKeysOf } from './audit-keys.ts';

const KEY = 'c3'.repeat(32);
const INBOX: ConfigInput['gates'] = {
  inbox: { path: '/inbox', provider: 'none', keep: { deliver: ['sink'] } },
};
const destinations = { sink: { to: 'http://127.0.0.1:9' } };

async function started(options: TestOptions = {}) {
  const gateway = await start(INBOX, { destinations, storeKey: KEY, ...options });
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  await client.call('changeDestination', { destination: 'sink', change: 'pause' });
  return { gateway, client };
}

function heads({ log }: Pick<TestGateway, 'log'>) {
  return log
    .filter((line) => line.includes('"msg":"the head of the audit log"'))
    .map((line) => {
      const { auditSeq: seq, auditMac: mac } = JSON.parse(line);
      return { seq, mac };
    });
}

describe('a change', () => {
  it('is told with who made it, to what, and how it ended', async () => {
    const { client } = await started();
    const { entries } = await client.call('audit');
    expect(entries).toEqual([
      {
        seq: 1,
        kind: 'change',
        at: expect.any(String),
        who: { name: 'token', role: 'admin', by: 'token' },
        from: '127.0.0.1',
        route: 'changeDestination',
        target: { destination: 'sink' },
        input: { change: 'pause' },
        status: 200,
        endedAt: expect.any(String),
      },
    ]);
  });

  it('that is refused is told with why', async () => {
    const { client } = await started();
    await expect(client.call('resendEvent', { id: 'none' })).rejects.toMatchObject({ status: 404 });
    const [entry] = (await client.call('audit', { limit: 1 })).entries;
    expect(entry).toMatchObject({
      route: 'resendEvent',
      status: 404,
      code: 'no-such-event',
      target: { id: 'none' },
    });
  });

  it('is told without what names a person, and without what is long', async () => {
    const { client, gateway } = await started();
    await client.call('eraseEvents', { memberPath: 'email', memberValue: 'ada@example.org', dryRun: true });
    await client.call('eraseEvents', {
      headerName: 'x-user',
      headerValue: 'ada',
      text: 'Lovelace',
      dryRun: true,
    });
    await client.call('importEvents', { lines: '{"secret":"body"}' });
    await client.call('eraseEvents', { memberPath: 'p'.repeat(300), memberValue: 'v', dryRun: true });
    const { entries } = await client.call('audit', { limit: 4 });
    expect(entries.map(({ input }) => input)).toEqual([
      { memberPath: '[300 characters]', memberValue: '[hidden]', dryRun: true },
      { lines: '[hidden]' },
      { headerName: 'x-user', headerValue: '[hidden]', text: '[hidden]', dryRun: true },
      { memberPath: 'email', memberValue: '[hidden]', dryRun: true },
    ]);
    const stored = JSON.stringify(await gateway.store.audit.follow(0, 100));
    for (const secret of ['ada', 'Lovelace', 'body', gateway.adminToken])
      expect(stored).not.toContain(secret);
  });

  it('is not made where the audit log cannot be written, and nothing is revealed', async () => {
    const { gateway, client } = await started();
    const id = event(1).id;
    await gateway.store.events.keep(event(1, { gate: 'inbox' }));
    const { append } = gateway.store.audit;
    const full = new StoreError('failed', 'The disk is full.');
    Object.assign(gateway.store.audit, { append: () => Promise.reject(full) });
    for (const asked of [
      client.call('changeDestination', { destination: 'sink', change: 'mute' }),
      client.call('event', { id }),
      client.call('backupStore', { file: join(gateway.dir, 'copy.db') }),
    ])
      await expect(asked).rejects.toMatchObject({
        status: 503,
        code: 'not-audited',
        message: expect.stringContaining('the audit log cannot be written, so nothing was done'),
      });
    expect((await client.call('events')).events).toHaveLength(1);
    expect((await client.call('audit')).entries).toHaveLength(1);
    Object.assign(gateway.store.audit, { append });
    const [sink] = await client.call('destinations');
    expect(sink?.state).toBe('paused');
    expect((await client.call('event', { id })).id).toBe(id);
  });

  it('whose end could not be written was made, and the log says so', async () => {
    const { gateway, client } = await started();
    const { append } = gateway.store.audit;
    let left = 1;
    Object.assign(gateway.store.audit, {
      append: (...asked: Parameters<typeof append>) =>
        left-- > 0 ? append(...asked) : Promise.reject(new StoreError('failed', 'The disk is full.')),
    });
    await client.call('changeDestination', { destination: 'sink', change: 'mute' });
    const { entries } = await client.call('audit', { limit: 1 });
    expect(entries[0]).not.toHaveProperty('status');
    expect(gateway.log.join('')).toContain(
      '"msg":"how a call of the admin API ended is not in the audit log"',
    );
  });

  it('is told in the order of many that are made at once, each with its own end', async () => {
    const { gateway, client } = await started();
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        n % 3 === 0
          ? client.call('resendEvent', { id: `none-${n}` }).catch(() => {})
          : client.call('changeDestination', {
              destination: 'sink',
              change: n % 2 === 0 ? 'pause' : 'resume',
            }),
      ),
    );
    const { entries } = await client.call('audit', { limit: 200 });
    expect(entries).toHaveLength(61);
    for (const { route, status } of entries) expect(status).toBe(route === 'resendEvent' ? 404 : 200);
    expect((await client.call('verifyAudit')).findings).toEqual([]);
    expect(gateway.log.join('')).not.toContain('"level":50');
  });

  it('waits for one commit more than without the log', async () => {
    const { gateway, client } = await started();
    const commits = (): number => gateway.store.figures.writes.commits.cumulated().at(-1) ?? 0;
    await client.call('audit');
    const { audit } = gateway.store;
    const append = audit.append.bind(audit);
    const end = Promise.withResolvers<void>();
    Object.assign(audit, {
      append: async (...entry: Parameters<typeof append>) => {
        if (entry[0].includes('"ended"')) await end.promise;
        return append(...entry);
      },
    });
    const before = commits();
    await client.call('changeDestination', { destination: 'sink', change: 'mute' });
    // That it begins; the word, the mark that other gateways read, the condition. Nobody waits for how it ended.
    expect(commits() - before).toBe(4);
    end.resolve();
    await client.call('audit');
    expect(commits() - before).toBe(5);
  });
});

describe('a call that shows what requests held', () => {
  it('is told; one that lists is not', async () => {
    const { gateway, client } = await started();
    await gateway.store.events.keep(event(1, { gate: 'inbox' }));
    await client.call('events');
    await client.call('gates');
    await client.call('verifyStore');
    await client.call('event', { id: event(1).id });
    await client.call('exportEvents', { place: 0 });
    await expect(client.call('refusedRequest', { id: 'none' })).rejects.toMatchObject({ status: 404 });
    const { entries } = await client.call('audit');
    expect(entries.map(({ kind, route, status }) => [kind, route, status])).toEqual([
      ['reveal', 'refusedRequest', 404],
      ['reveal', 'exportEvents', 200],
      ['reveal', 'event', 200],
      ['change', 'changeDestination', 200],
    ]);
  });

  it('is each that a row says shows a body or a proof', () => {
    const names = Object.entries(ROUTES).filter(([, route]) => 'reveals' in route);
    expect(names.map(([name]) => name)).toEqual(
      expect.arrayContaining(['event', 'exportEvents', 'previewDelivery', 'refusedRequest']),
    );
  });
});

describe('fields of the route table', () => {
  it('that are secrets by their name are marked as such', () => {
    const unmarked = Object.entries(ROUTES).flatMap(([route, { params, query, body }]) =>
      Object.entries({ ...params, ...query, ...body })
        .filter(([name, field]) => /secret|password|passphrase/i.test(name) && !('secret' in field))
        .map(([name]) => `${route}.${name}`),
    );
    expect(unmarked).toEqual([]);
  });

  it('that take a body or a file are marked too: however short, it is not for the audit log', () => {
    const unmarked = Object.entries(ROUTES).flatMap(([route, { params, query, body }]) =>
      Object.entries({ ...params, ...query, ...body })
        .filter(([, field]) => field.kind === 'text' && field.pattern.test('x'.repeat(2_000)))
        .filter(([, field]) => !('secret' in field))
        .map(([name]) => `${route}.${name}`),
    );
    expect(unmarked).toEqual([]);
  });
});

describe('calls of strangers', () => {
  it('are told one by one, and of a flood so many; the others are counted', async () => {
    const { gateway, client } = await started();
    const { adminUrl = '' } = gateway;
    for (let n = 0; n < 60; n++)
      expect(
        (await send(`${adminUrl}/api/gates`, { method: 'GET', headers: { authorization: 'Bearer x' } }))
          .status,
      ).toBe(401);
    const { entries } = await client.call('audit');
    const refused = entries.filter(({ kind }) => kind === 'refused');
    expect(refused).toHaveLength(20);
    expect(refused[0]).toEqual({
      seq: expect.any(Number),
      kind: 'refused',
      at: expect.any(String),
      from: '127.0.0.1',
      status: 401,
      code: 'token-required',
    });
    await gateway.close();
    const store = await openStore(`sqlite:${join(gateway.dir, 'test.db')}`);
    later(() => store.close());
    const [last] = await store.audit.list({ limit: 1 });
    expect(JSON.parse(last?.entry ?? '')).toMatchObject({ kind: 'left-out', count: 40 });
  });
});

describe('the head', () => {
  it('goes into the log at the start and at the stop, and shows an older copy for what it is', async () => {
    const { gateway, client } = await started();
    const file = join(gateway.dir, 'copy.db');
    await client.call('backupStore', { file });
    await client.call('changeDestination', { destination: 'sink', change: 'mute' });
    await gateway.close();
    const [head] = heads(gateway);
    expect(head?.seq).toBe(6);
    const again = await start(INBOX, { destinations, storeKey: KEY, dir: gateway.dir });
    expect(heads(again)).toEqual([head]);
    const copy = await openStore(`sqlite:${file}`);
    later(() => copy.close());
    const report = await verifyAuditLog(copy.audit, auditKeysOf(KEY), heads(gateway));
    expect(report.findings).toEqual([
      {
        code: 'end-missing',
        seq: 4,
        problem:
          'The log ends with entry 3, and a noted head names entry 6: the end was cut off, or the store was restored from a backup.',
      },
    ]);
  });

  it('is checked by the gateway itself against those that it is given', async () => {
    const { client } = await started();
    const { head = '', findings } = await client.call('verifyAudit');
    expect(findings).toEqual([]);
    expect(head).toMatch(/^2:[0-9a-f]{64}$/);
    expect((await client.call('verifyAudit', { heads: head })).findings).toEqual([]);
    const wrong = `2:${'0'.repeat(64)},9:${'0'.repeat(64)}`;
    expect((await client.call('verifyAudit', { heads: wrong })).findings).toEqual([
      {
        code: 'head-differs',
        seq: 2,
        problem:
          'Entry 2 is not the one that the noted head names: the log was written anew, or the store was restored from a backup.',
      },
      expect.objectContaining({ code: 'end-missing', seq: 3 }),
    ]);
  });
});

describe('a start', () => {
  it('without a storeKey says what that means for the audit log, and how to mend it', async () => {
    const gateway = await start(INBOX, { destinations });
    expect(gateway.log.join('')).toContain(
      'there is no storeKey, so whoever can write the store’s file can rewrite the audit log unnoticed; set storeKey (openssl rand -hex 32)',
    );
    const silent = await start(INBOX, { destinations, store: ':memory:' });
    expect(silent.log.join('')).not.toContain('audit log unnoticed');
  });

  it('without the storeKey that there was says that too', async () => {
    const { gateway } = await started();
    await gateway.close();
    const again = await start(INBOX, { destinations, dir: gateway.dir });
    expect(again.log.join('')).toContain(
      'the audit log was chained under a storeKey, and there is none now: new entries are not protected by it; set the storeKey again',
    );
  });
});

describe('a process that is killed between a call and its end', () => {
  it('leaves the entry that the call began, without an end, and a chain that is whole', async () => {
    const file = join(temporaryDir(), 'store.db');
    const child = spawn(
      process.execPath,
      [
        '--conditions=countersign-source',
        '--no-warnings',
        join(import.meta.dirname, 'begin-child.ts'),
        file,
        KEY,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    later(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    const store = await openStore(`sqlite:${file}`);
    later(() => store.close());
    const [begun] = await store.audit.list();
    expect(begun?.ended).toBeUndefined();
    expect(JSON.parse(begun?.entry ?? '')).toMatchObject({ kind: 'change', route: 'eraseEvents' });
    await store.audit.append(
      ENTRY_TEXTS.leftOut({ at: 1, count: 1 }),
      createAuditSeal(Buffer.from(KEY, 'hex'), Date.now),
    );
    expect(await verifyAuditLog(store.audit, auditKeysOf(KEY), [])).toMatchObject({
      entries: 2,
      findings: [],
    });
  });
});

describe('a store’s file that is changed while no gateway runs', () => {
  const of = (file: string) => ({
    store: { kind: 'sqlite', file } as const,
    gates: [],
    sessions: [],
    destinations: [],
  });

  it('tells of it in the same log, under the name that the operating system knows', async () => {
    const { gateway } = await started();
    await gateway.store.events.keep(event(1, { gate: 'inbox' }));
    await gateway.close();
    const path = join(gateway.dir, 'test.db');
    const file = await openAdminOfFile({ ...of(path), storeKey: new Secret(KEY) });
    await file.call('event', { id: event(1).id });
    await file.call('eraseEvents', { id: event(1).id });
    await Promise.all([1, 2].map(() => file.importLine(Buffer.from('{}'))));
    expect(await file.releaseClaim('inbox', '0'.repeat(32))).toBe(false);
    await file.close();
    const again = await start(INBOX, { destinations, storeKey: KEY, dir: gateway.dir });
    const client = createAdminClient({ baseUrl: again.adminUrl ?? '', token: again.adminToken });
    const { entries } = await client.call('audit', { limit: 3 });
    expect(entries.map(({ route, status }) => [route, status])).toEqual([
      ['releaseClaim', 200],
      ['importEvents', 200],
      ['eraseEvents', 200],
    ]);
    for (const { who, from } of entries) {
      expect(who).toMatchObject({ role: 'admin', by: 'file' });
      expect(from).toBeUndefined();
    }
    expect((await client.call('verifyAudit')).findings).toEqual([]);
  });

  it('is not changed without the storeKey of its log', async () => {
    const { gateway } = await started();
    await gateway.close();
    const file = await openAdminOfFile(of(join(gateway.dir, 'test.db')));
    await expect(file.call('eraseEvents', { text: 'x' })).rejects.toMatchObject({
      message: expect.stringContaining(
        'is not given, and the audit log of this store is chained under one: nothing was done',
      ),
    });
    expect((await file.call('storeStats', {})).events).toBe(0);
    await file.close();
  });
});
