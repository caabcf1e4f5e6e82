/** `serve --workers` as its own processes, on a real PostgreSQL: replaced, killed and stopped while a client connects all the time. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { createServer } from 'node:net';
import { createAdminClient } from '@countersign/api';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isLong, longReason } from '../../../scripts/effort.ts';
import {
  leaveOutPostgres,
  type PostgresServer,
  postgresReason,
  startPostgres,
} from '../../core/test/support/postgres-server.ts';
import { post, SECRET, serveWorkers } from './workers/serving.ts';

const TOKEN = 'a-token-of-more-than-sixteen-characters';

describe('serve --workers', () => {
  it.each([
    ['sqlite:test.db', 'is a SQLite file, which one process has for itself.'],
    [
      '":memory:"',
      'is in memory, and each worker would have one of its own: what one has taken, another would take again.',
    ],
  ])('is refused with store: %s', async (store, problem) => {
    const { child, said } = serve(store);
    const [code] = await once(child, 'exit');
    expect([code, said()]).toEqual([2, expect.stringContaining(`store: ${problem}`)]);
  });
});

describe.skipIf(leaveOutPostgres || !isLong)(`workers of one gateway${postgresReason}${longReason}`, () => {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  }, 180_000);
  afterAll(() => server?.close(), 180_000);

  it('refuse no connection while they are replaced, come back when they are killed, keep each once, and tell of all', async () => {
    const gateway = serve(`"postgres://postgres@/postgres?host=${server?.directory}"`, await freePort());
    const { url, admin } = await gateway.listens();
    await expect.poll(() => metricsOf(admin), { timeout: 60_000 }).toMatch(/worker="2"/);
    const client = connectAllTheTime(url);
    const keeper = sendOnKeptConnections(url);
    const first = workersOf(gateway.child);
    expect(first).toHaveLength(2);
    for (let rolls = 0; rolls < 2; rolls++) {
      const before = workersOf(gateway.child);
      gateway.child.kill('SIGHUP');
      await expect
        .poll(() => workersOf(gateway.child).filter((pid) => !before.includes(pid)).length, {
          timeout: 60_000,
        })
        .toBe(2);
      await expect
        .poll(() => workersOf(gateway.child).filter((pid) => before.includes(pid)), { timeout: 60_000 })
        .toEqual([]);
    }
    expect(await client.failures()).toEqual([]);
    expect(await keeper.end()).toEqual([]);
    const [victim = 0] = workersOf(gateway.child);
    process.kill(victim, 'SIGKILL');
    await expect
      .poll(() => workersOf(gateway.child).filter((pid) => pid !== victim).length, { timeout: 60_000 })
      .toBe(2);
    // The admin listener was that worker's.
    await expect.poll(() => metricsOf(admin).catch(() => ''), { timeout: 60_000 }).toMatch(/worker="2"/);
    const kept = await client.end();
    expect(kept).toBeGreaterThan(20);
    const metrics = await metricsOf(admin);
    const types = metrics.match(/^# TYPE \S+/gm) ?? [];
    expect(types).toEqual([...new Set(types)]);
    gateway.child.kill('SIGTERM');
    const [code] = await once(gateway.child, 'exit');
    expect([code, gateway.said()]).toEqual([
      0,
      expect.stringContaining('Stopping: requests in flight are finished.'),
    ]);
    const answer = await server?.connect(1)(
      'SELECT count(*) - count(DISTINCT body) AS twice, count(*) >= $1 AS is_all FROM countersign.events',
      [kept],
    );
    expect(answer).toMatchObject({ rows: [{ twice: '0', is_all: true }] });
  }, 240_000);

  it('warn of their configuration once', async () => {
    const gateway = serve(`"postgres://postgres@/postgres?host=${server?.directory}"`, await freePort());
    const { admin } = await gateway.listens();
    await expect.poll(() => metricsOf(admin), { timeout: 60_000 }).toMatch(/worker="2"/);
    gateway.child.kill('SIGTERM');
    await once(gateway.child, 'close');
    const count = (text: string): number => gateway.said().split(text).length - 1;
    expect([count('gate takes unsigned requests'), count('gates.kept.keys[0].secret')]).toEqual([1, 1]);
  }, 240_000);

  it('show live, at the first, what all decide, each once, and that something is missing where one is killed', async () => {
    const gateway = serve(`"postgres://postgres@/postgres?host=${server?.directory}"`, await freePort());
    const { url, admin } = await gateway.listens();
    await expect.poll(() => metricsOf(admin), { timeout: 60_000 }).toMatch(/worker="2"/);
    const { requestIds, burstIds, gaps } = follow(admin);
    // Until both are followed.
    await expect
      .poll(async () => [await post(`${url}/kept`, '{}'), prefixesOf(requestIds).size], { timeout: 60_000 })
      .toEqual(['200', 2]);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => post(`${url}/burst`, `{"live":${n}}`)),
    );
    expect(new Set(answers)).toEqual(new Set(['200']));
    await expect.poll(() => burstIds.length, { timeout: 60_000 }).toBe(answers.length);
    expect(new Set(burstIds).size).toBe(answers.length);
    expect(prefixesOf(burstIds).size).toBe(2);
    expect(gaps).toEqual([]);
    expect(await acceptedAt(admin, 'burst')).toBe(answers.length);
    const [, second = 0] = workersOf(gateway.child);
    process.kill(second, 'SIGKILL');
    await expect.poll(() => gaps, { timeout: 60_000 }).toEqual([undefined]);
    // The one in its place is followed as well.
    const were = prefixesOf(requestIds);
    await expect
      .poll(
        async () => {
          await post(`${url}/kept`, '{}');
          return [...prefixesOf(requestIds)].some((prefix) => !were.has(prefix));
        },
        { timeout: 60_000 },
      )
      .toBe(true);
  }, 240_000);
});

/** The ids of requests as they are shown live, and how many each gap had. */
function follow(admin: string) {
  const requestIds: string[] = [];
  const burstIds: string[] = [];
  const gaps: (number | undefined)[] = [];
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const client = createAdminClient({ baseUrl: admin, token: TOKEN });
  const following = async (): Promise<void> => {
    for await (const part of client.stream('liveVerdicts', {}, { signal: leaving.signal })) {
      if (part.kind === 'lost') gaps.push(part.count);
      else if ('verdict' in part.item)
        (part.item.gate === 'burst' ? burstIds : requestIds).push(part.item.requestId);
    }
  };
  following().catch(() => {});
  return { requestIds, burstIds, gaps };
}

/** Of the gates that the console shows. */
async function acceptedAt(admin: string, gate: string): Promise<number | undefined> {
  const gates = await createAdminClient({ baseUrl: admin, token: TOKEN }).call('gates');
  return gates.find(({ name }) => name === gate)?.counts.accepted;
}

/** A worker's request ids begin alike. */
function prefixesOf(requestIds: readonly string[]): Set<string> {
  return new Set(requestIds.map((id) => id.slice(0, id.indexOf('-'))));
}

/** One that nobody has: what a killed worker listened on is listened on again. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function serve(store: string, adminPort = 0) {
  return serveWorkers(`listen: { public: "127.0.0.1:0", admin: "127.0.0.1:${adminPort}" }
store: ${store}
admin: { token: "${TOKEN}" }
log: { level: warn }
gates:
  kept: { path: /kept, provider: github, keys: [{ secret: ${SECRET} }], keep: {} }
  open: { path: /open, provider: none, respond: { status: 204 } }
  burst: { path: /burst, provider: github, keys: [{ secret: ${SECRET} }], keep: {} }
`);
}

/** Of Linux. */
function workersOf({ pid }: ChildProcess): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

async function metricsOf(admin: string): Promise<string> {
  const response = await fetch(`${admin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  return response.text();
}

/** Twenty senders, each with a connection that it keeps for as long as it may. @returns what ends them, with what has failed */
function sendOnKeptConnections(url: string) {
  const failures: string[] = [];
  let isOver = false;
  const senders = Array.from({ length: 20 }, async (_, sender) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; !isOver; n++) {
      const result = await post(`${url}/burst`, `{"sender":${sender},"n":${n}}`, agent);
      if (result !== '200') failures.push(result);
    }
    agent.destroy();
  });
  return {
    async end() {
      isOver = true;
      await Promise.all(senders);
      return failures;
    },
  };
}

/** Sends one after another, each on a connection of its own; what is not acknowledged is sent again. */
function connectAllTheTime(url: string) {
  const failures: string[] = [];
  let isOver = false;
  let kept = 0;
  const sending = (async () => {
    while (!isOver) {
      const body = `{"n":${kept}}`;
      const result = await post(`${url}/kept`, body);
      if (result === '200') kept++;
      else failures.push(result);
    }
  })();
  return {
    failures: async () => [...failures],
    async end() {
      isOver = true;
      await sending;
      return kept;
    },
  };
}
