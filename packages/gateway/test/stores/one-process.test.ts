/** A SQLite file belongs to one process: real ones, that wait, hand over, are killed, and come by other paths. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { between, isLong, longReason } from '../../../../scripts/effort.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { hmacHeaders, later, SECRET, send, startUpstream, temporaryDir } from '../harness.ts';
import { NODE_OPTIONS, startChild } from './child-gateway.ts';

const ROUNDS = between(1, 2);
const REFUSED = /held by another process.*A SQLite file belongs to one gateway.*move it to PostgreSQL/;

describe('a second gateway on one file', () => {
  it('waits as long as a stop may take, then does not start, and says why; the first goes on', async () => {
    const dir = temporaryDir();
    const first = startChild(dir);
    const url = await first.url();
    const second = startChild(dir);
    await second.said('it is waited for');
    const { msg } = await second.said('held by another process, and was not let go within 1.1 s');
    expect(msg).toMatch(REFUSED);
    expect(await second.ended).toBe(2);
    const headers = hmacHeaders('x');
    expect((await send(`${url}/a`, { headers, body: 'x' })).status).toBe(200);
    expect((await send(`${url}/kept`, { headers: hmacHeaders('y'), body: 'y' })).status).toBe(200);
  });

  it('is found whatever it calls the file: an absolute path, one through other folders, a link', async () => {
    const dir = temporaryDir();
    mkdirSync(join(dir, 'sub'));
    await startChild(dir).url();
    symlinkSync(join(dir, 'store.db'), join(dir, 'symbolic.db'));
    linkSync(join(dir, 'store.db'), join(dir, 'sub', 'hard.db'));
    symlinkSync(dir, join(dir, 'folder'));
    const relativePath = relative(process.cwd(), join(dir, 'store.db'));
    const others = ['store.db', 'sub/../store.db', 'folder/store.db', 'symbolic.db', 'sub/hard.db'];
    for (const path of [relativePath, ...others.map((other) => `${dir}/${other}`)]) {
      await expect(openSqliteStore({ path })).rejects.toThrow(REFUSED);
    }
  });

  it.skipIf(!isLong)(
    `gets the file, and all that is known in it, when the first has drained${longReason}`,
    async () => {
      const dir = temporaryDir();
      const work = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const upstream = await startUpstream((_, response) => {
        begun.resolve();
        void work.promise.then(() => response.end('done'));
      });
      const input: Partial<ConfigInput> = {
        limits: { drainTimeout: '20s' },
        gates: {
          gate: { path: '/a', provider: 'hmac', keys: [{ secret: SECRET }], forward: { to: upstream.url } },
        },
      };
      const first = startChild(dir, input);
      const url = await first.url();
      const headers = hmacHeaders('x');
      const answer = send(`${url}/a`, { headers, body: 'x' });
      await begun.promise;
      first.child.kill('SIGTERM');
      const second = startChild(dir, input);
      await second.said('it is waited for');
      work.resolve();
      expect(await answer).toMatchObject({ status: 200, text: 'done' });
      expect(await first.ended).toBe(0);
      expect((await send(`${await second.url()}/a`, { headers, body: 'x' })).status).toBe(409);
      expect(upstream.received).toHaveLength(1);
    },
  );

  it('starts at once when the first was killed, and knows what that had acknowledged', async () => {
    const dir = temporaryDir();
    for (let round = 0; round < ROUNDS; round++) {
      const gateway = startChild(dir, { limits: { drainTimeout: '1ms' } });
      const url = await gateway.url();
      const headers = hmacHeaders('x');
      expect((await send(`${url}/kept`, { headers, body: `${round}` })).status).toBe(401);
      const kept = hmacHeaders(`${round}`);
      expect((await send(`${url}/kept`, { headers: kept, body: `${round}` })).status).toBe(200);
      gateway.child.kill('SIGKILL');
      expect(await gateway.ended).toBe('SIGKILL');
    }
    const store = await openSqliteStore({ path: join(dir, 'store.db') });
    expect(await store.events.list()).toHaveLength(ROUNDS);
    await store.close();
  });
});

describe('of many that open one file at the same time', () => {
  it('exactly one holds it, whether the file is new or old; the others are refused and do not wait', async () => {
    const path = join(temporaryDir(), 'store.db');
    for (let round = 0; round < ROUNDS; round++) {
      const children = Array.from({ length: 3 }, () => {
        const script = join(import.meta.dirname, 'open-child.ts');
        const child = spawn(process.execPath, [...NODE_OPTIONS, script, path], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        later(() => void child.kill('SIGKILL'));
        return {
          child,
          lines: createInterface(child.stdout)[Symbol.asyncIterator](),
          ended: once(child, 'exit'),
        };
      });
      for (const { lines } of children) expect((await lines.next()).value).toBe('ready');
      for (const { child } of children) child.stdin.write('go');
      const said = await Promise.all(children.map(async ({ lines }) => String((await lines.next()).value)));
      expect(said.filter((line) => line === 'held')).toHaveLength(1);
      expect(said.filter((line) => REFUSED.test(line))).toHaveLength(2);
      for (const { child, ended } of children) {
        child.kill('SIGKILL');
        await ended;
      }
    }
  });

  it('one process is enough: a second opening waits there as well, and has it when the first has closed', async () => {
    const path = join(temporaryDir(), 'store.db');
    const first = await openSqliteStore({ path });
    await expect(openSqliteStore({ path })).rejects.toThrow(REFUSED);
    const waits = Promise.withResolvers<void>();
    const second = openSqliteStore({ path, waitMs: 20_000, onWait: waits.resolve });
    await waits.promise;
    await first.records.put({ space: 's', key: 'a', version: 0, bytes: Uint8Array.of(1) });
    await first.close();
    const store = await second;
    expect((await store.records.get('s', 'a'))?.bytes).toEqual(Uint8Array.of(1));
    await store.close();
  });

  it('a store in memory is everybody’s own', async () => {
    const first = await openSqliteStore({ path: ':memory:' });
    const second = await openSqliteStore({ path: ':memory:' });
    await first.records.put({ space: 's', key: 'a', version: 0, bytes: Uint8Array.of(1) });
    expect(await first.records.get('s', 'a')).toBeDefined();
    expect(await second.records.get('s', 'a')).toBeUndefined();
    for (const store of [first, second]) await store.close();
  });
});
