/**
 * UCP’s idempotency keys wherever claims are remembered: one run of what comes under a key, its answer to the same bytes, and 409 to others;
 * with copies that come at once, answers too long to keep, restarts, a process that is killed, and a place that is away.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  leaveOutRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../../../core/test/support/redis-server.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { actionsModule, listen, start, startUpstream, type TestGateway, temporaryDir } from '../harness.ts';
import { addressOf } from '../redis/links.ts';
import { STORE_KEY } from '../redis/shared-gates.ts';
import { startChild } from '../stores/child-gateway.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../support/postgres-databases.ts';
import { PROOF, post } from './ucp-requests.ts';

const BUSY_MS = 60_000;

type Options = Omit<Partial<ConfigInput>, 'gates'>;

const ACTIONS = (url: string): string => `
const input = { type: 'object', additionalProperties: true };
let runs = 0;
export const order = { name: 'order', description: 'Orders.', input, run: () => ({ run: ++runs }) };
export const long = { name: 'long', description: 'Answers at length.', input, run: () => ({ run: ++runs, text: 'a'.repeat(70_000) }) };
export const fails = { name: 'fails', description: 'Fails once.', input, run: () => { if (++runs === 1) throw new Error('no'); return { run: runs }; } };
export const waits = { name: 'waits', description: 'Waits.', input, run: () => fetch('${url}').then((response) => response.text()).then((text) => ({ text, run: ++runs })) };
`;

const gatesOf = (url = 'http://127.0.0.1:9'): NonNullable<ConfigInput['gates']> => ({
  ucp: {
    path: '/ucp/:action',
    ...PROOF,
    replay: { repeat: 'first-answer' },
    answer: { actions: actionsModule(ACTIONS(url)) },
  },
});

const databases = leaveOutPostgres ? undefined : postgresDatabases();
let redis: RedisServer | undefined;
if (!leaveOutRedis) {
  beforeAll(async () => {
    redis = await startRedis({ appendonly: 'no' });
  }, BUSY_MS);
  afterAll(() => redis?.close());
  beforeEach(async () => {
    await (await redis?.nodeRedis())?.sendCommand(['FLUSHALL']);
  });
}

/** Where claims are remembered. */
interface Place {
  readonly name: string;
  readonly leaveOut?: boolean;
  /** Options of one that is empty. */
  readonly options: () => Options | Promise<Options>;
  /** Whether what it remembers outlives the process. */
  readonly lasts: boolean;
}

const PLACES: readonly Place[] = [
  { name: 'memory', options: () => ({ store: 'memory:' }), lasts: false },
  { name: 'SQLite', options: () => ({ store: 'sqlite:store.db', storeKey: STORE_KEY }), lasts: true },
  {
    name: `PostgreSQL${postgresReason}`,
    leaveOut: leaveOutPostgres,
    options: async () => ({ store: (await databases?.create()) ?? '', storeKey: STORE_KEY }),
    lasts: true,
  },
  {
    name: `Redis${redisReason}`,
    leaveOut: leaveOutRedis,
    options: () => ({
      store: 'memory:',
      storeKey: STORE_KEY,
      claims: { address: addressOf(redis as RedisServer), timeout: '30s' },
    }),
    lasts: true,
  },
];

const heard = async (
  { publicUrl }: Pick<TestGateway, 'publicUrl'>,
  action: string,
  key: string,
  body: string,
): Promise<readonly [status: number, text: string]> => {
  const { status, text } = await post(publicUrl, `/ucp/${action}`, key, body);
  return [status, text];
};

for (const { name, leaveOut = false, options, lasts } of PLACES) {
  describe.skipIf(leaveOut)(`idempotency keys in ${name}`, { timeout: BUSY_MS }, () => {
    const open = async (url?: string): Promise<TestGateway> => start(gatesOf(url), await options());

    it('same bytes have the first answer, others 409, whatever order they come in', async () => {
      const gateway = await open();
      const first = await heard(gateway, 'order', 'k-1', '{"a":1}');
      expect(first).toEqual([200, '{"run":1}']);
      for (const body of ['{"a":1}', '{"a":2}', '{"a":1 }', '', '{"a":1}']) {
        const isSame = body === '{"a":1}';
        expect(await heard(gateway, 'order', 'k-1', body)).toEqual(
          isSame ? first : [409, expect.any(String)],
        );
      }
      expect(await heard(gateway, 'order', 'k-2', '{"a":2}')).toEqual([200, '{"run":2}']);
    });

    it('the key of what failed is free, for another body too', async () => {
      const gateway = await open();
      expect((await heard(gateway, 'fails', 'k', '{"a":1}'))[0]).toBe(500);
      expect(await heard(gateway, 'fails', 'k', '{"a":2}')).toEqual([200, '{"run":2}']);
      expect((await heard(gateway, 'fails', 'k', '{"a":1}'))[0]).toBe(409);
    });

    it('of many that come at once one runs; the others are told to come again, and hear what it came to', async () => {
      const release = Promise.withResolvers<void>();
      const upstream = await startUpstream(
        (_, response) => void release.promise.then(() => response.end('done')),
      );
      const gateway = await open(upstream.url);
      let left = 11;
      const answers = await Promise.all(
        Array.from({ length: 12 }, async (_, i) => {
          const answer = await post(
            gateway.publicUrl,
            '/ucp/waits',
            'k',
            i % 2 === 0 ? '{"a":1}' : '{"a":2}',
          );
          if (answer.status === 409 && --left === 0) release.resolve();
          return { ...answer, body: i % 2 === 0 ? '{"a":1}' : '{"a":2}' };
        }),
      );
      expect(upstream.received).toHaveLength(1);
      const [ran, ...more] = answers.filter(({ status }) => status === 200);
      expect(more).toEqual([]);
      expect(answers.filter(({ headers }) => headers['retry-after'] !== undefined)).toHaveLength(11);
      for (const body of ['{"a":1}', '{"a":2}']) {
        const repeat = await post(gateway.publicUrl, '/ucp/waits', 'k', body);
        const expected = body === ran?.body ? [200, ran.text] : [409, expect.any(String)];
        expect([repeat.status, repeat.text]).toEqual(expected);
        expect(repeat.headers['retry-after']).toBeUndefined();
      }
    });

    it('an answer that is too long to keep is not made up: its repeat is told that it was taken', async () => {
      const gateway = await open();
      const [status, text] = await heard(gateway, 'long', 'k', '{"a":1}');
      expect([status, text.length]).toEqual([200, 70_019]);
      const repeat = await heard(gateway, 'long', 'k', '{"a":1}');
      expect([
        [200, ''],
        [200, text],
      ]).toContainEqual(repeat);
      expect((await heard(gateway, 'long', 'k', '{"a":2}'))[0]).toBe(409);
    });

    if (lasts) {
      it('they are known after a restart', async () => {
        const place = await options();
        const dir = temporaryDir();
        const first = await start(gatesOf(), { ...place, dir });
        const answer = await heard(first, 'order', 'k', '{"a":1}');
        await first.close();
        const second = await start(gatesOf(), { ...place, dir });
        expect(await heard(second, 'order', 'k', '{"a":2}')).toEqual([409, expect.any(String)]);
        expect(await heard(second, 'order', 'k', '{"a":1}')).toEqual(answer);
      });
    }
  });
}

describe('a process that is killed while the first runs', () => {
  it('leaves the key to who comes next, and then to nobody else', { timeout: BUSY_MS }, async () => {
    const come: ServerResponse[] = [];
    const upstream = createServer((_, response) => void come.push(response));
    const dir = temporaryDir();
    const gates = gatesOf(await listen(upstream));
    const child = startChild(dir, { gates, storeKey: STORE_KEY });
    const publicUrl = await child.url();
    const asked = once(upstream, 'request');
    const broken = post(publicUrl, '/ucp/waits', 'k', '{"a":1}').catch(() => 'broken off');
    await asked;
    child.child.kill('SIGKILL');
    await child.ended;
    expect(await broken).toBe('broken off');
    const gateway = await start(gates, { dir, store: 'sqlite:store.db', storeKey: STORE_KEY });
    const askedAgain = once(upstream, 'request');
    const again = heard(gateway, 'waits', 'k', '{"a":2}');
    await askedAgain;
    come.at(-1)?.end('done');
    expect(await again).toEqual([200, '{"text":"done","run":1}']);
    expect((await heard(gateway, 'waits', 'k', '{"a":1}'))[0]).toBe(409);
    expect(await heard(gateway, 'waits', 'k', '{"a":2}')).toEqual(await again);
  });
});

describe('a place that is away', () => {
  it.skipIf(leaveOutPostgres)(
    `has requests under a key refused with 503, and known as they were once it is back: PostgreSQL${postgresReason}`,
    { timeout: 180_000 },
    async () => {
      const store = (await databases?.create()) ?? '';
      const gateway = await start(gatesOf(), { store, storeKey: STORE_KEY });
      const answer = await heard(gateway, 'order', 'k', '{"a":1}');
      await databases?.crash(async () => {
        for (const body of ['{"a":1}', '{"a":2}'])
          expect((await heard(gateway, 'order', 'k-2', body))[0]).toBe(503);
      });
      await expect
        .poll(async () => (await heard(gateway, 'order', 'k', '{"a":2}'))[0], { timeout: BUSY_MS })
        .toBe(409);
      expect(await heard(gateway, 'order', 'k', '{"a":1}')).toEqual(answer);
      expect(await heard(gateway, 'order', 'k-2', '{"a":1}')).toEqual([200, '{"run":2}']);
    },
  );

  it.skipIf(leaveOutRedis)(
    `has requests under a key refused with 503: Redis${redisReason}`,
    { timeout: BUSY_MS },
    async () => {
      const server = await startRedis({ appendonly: 'no' });
      const claims = { address: addressOf(server), timeout: '30s' };
      const gateway = await start(gatesOf(), { store: 'memory:', storeKey: STORE_KEY, claims });
      const answer = await heard(gateway, 'order', 'k', '{"a":1}');
      await server.close();
      for (const body of ['{"a":1}', '{"a":2}'])
        expect((await heard(gateway, 'order', 'k-2', body))[0]).toBe(503);
      // What this gateway has taken itself it knows; of the rest of the key it may know nothing.
      expect(await heard(gateway, 'order', 'k', '{"a":1}')).toEqual(answer);
      expect([409, 503]).toContain((await heard(gateway, 'order', 'k', '{"a":2}'))[0]);
    },
  );
});
