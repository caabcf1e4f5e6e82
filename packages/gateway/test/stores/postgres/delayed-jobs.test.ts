/** Who is woken for a delivery that was put off, and how gateways tell each other: on a real PostgreSQL. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isLong, longReason } from '../../../../../scripts/effort.ts';
import { type BossJobs, openBossJobs } from '../../../src/stores/postgres/boss-jobs.ts';
import { connectDatabase, type Database } from '../../../src/stores/postgres/database.ts';
import type { DelayedJobs } from '../../../src/stores/postgres/delayed-jobs.ts';
import { openWakeChannel, type WakeChannel } from '../../../src/stores/postgres/wake-channel.ts';
import { keep, settle, take } from '../../../src/testing/delivery-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresDeliveries, type PostgresDeliveryStore } from '../../support/postgres-deliveries.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

describe.skipIf(leaveOutPostgres)(`wake-ups in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  async function connect(address: string): Promise<Database> {
    const database = await connectDatabase({ address });
    onTestFinished(() => database.close());
    return database;
  }

  interface Woken {
    readonly jobs: BossJobs;
    readonly names: string[];
    readonly problems: string[];
  }

  async function openJobs(address: string, database?: Database): Promise<Woken> {
    const names: string[] = [];
    const problems: string[] = [];
    const jobs = await openBossJobs({
      address,
      database: database ?? (await connect(address)),
      now: Date.now,
      onDue: (destinations) => names.push(...destinations),
      onProblem: (message) => problems.push(message),
    });
    onTestFinished(() => jobs.close());
    return { jobs, names, problems };
  }

  async function open(address: string, delayed: DelayedJobs): Promise<PostgresDeliveryStore> {
    const store = await openPostgresDeliveries(address, { now: Date.now, monotonicMs: () => 0 }, delayed);
    onTestFinished(() => store.close());
    return store;
  }

  /** All that are put off are as if their time had come. */
  async function passTime(database: Database): Promise<void> {
    await database.query(
      `UPDATE countersign_jobs.job SET start_after = start_after - interval '1 day', priority = priority + 86400
      WHERE name = 'due-deliveries'`,
    );
  }

  describe('jobs of pg-boss', () => {
    it('wake once for a destination and a second, whichever gateway takes them', async () => {
      const address = await databases.create();
      const [first, second] = await Promise.all([openJobs(address), openJobs(address)]);
      const store = await open(address, first.jobs);
      await keep(store, [1, 2, 3, 4]);
      const dueMs = Math.ceil(Date.now() / 1_000) * 1_000 + DAY / 2;
      const dues = await take(store, 'a', { nowMs: Date.now() });
      await Promise.all(dues.map((due) => settle(store, due, 'waiting', 'status', dueMs)));
      expect(await first.jobs.work()).toBe(0);
      await passTime(store.database);
      const [mine, others] = await Promise.all([first.jobs.work(), second.jobs.work()]);
      expect(mine + others).toBe(1);
      expect([...first.names, ...second.names]).toEqual(['a']);
      expect(await second.jobs.work()).toBe(0);
      expect([...first.problems, ...second.problems]).toEqual([]);
    });

    it('are none for what waits for a second, and for what ended', async () => {
      const address = await databases.create();
      const { jobs } = await openJobs(address);
      const store = await open(address, jobs);
      await keep(store, [1, 2]);
      const [first, second] = await take(store, 'a', { nowMs: Date.now() });
      await settle(store, first, 'waiting', 'status', Date.now() + 1_000);
      await settle(store, second, 'dead', 'status');
      await passTime(store.database);
      expect(await jobs.work()).toBe(0);
    });

    it('are written with the delay or not at all', async () => {
      const address = await databases.create();
      const { jobs } = await openJobs(address);
      const refusing: DelayedJobs = {
        isWritten: (delayed, nowMs) => jobs.isWritten(delayed, nowMs),
        write: async (session, delayed, nowMs) => {
          await jobs.write(session, delayed, nowMs);
          throw new Error('refused');
        },
      };
      const store = await open(address, refusing);
      await keep(store, [1]);
      const [due] = await take(store, 'a', { nowMs: Date.now() });
      const dueMs = Date.now() + DAY / 2;
      await expect(settle(store, due, 'waiting', 'status', dueMs)).rejects.toThrow('refused');
      expect((await store.deliveries.list()).deliveries[0]?.attempts).toBe(0);
      await passTime(store.database);
      expect(await jobs.work()).toBe(0);
    });

    it('that cannot be read are told of once, until they are read again', async () => {
      const address = await databases.create();
      const database = await connect(address);
      const { problems } = await openJobs(address, database);
      const sentence = 'delayed jobs could not be read';
      const fails = vi.spyOn(database, 'transaction').mockRejectedValue(new Error('away'));
      await expect.poll(() => fails.mock.calls.length, { timeout: 20_000 }).toBeGreaterThan(2);
      expect(problems).toEqual([sentence]);
      fails.mockRestore();
      const reads = vi.spyOn(database, 'transaction');
      await expect.poll(() => reads.mock.settledResults.at(-1)?.type, { timeout: 20_000 }).toBe('fulfilled');
      reads.mockRejectedValue(new Error('away'));
      await expect.poll(() => problems, { timeout: 20_000 }).toEqual([sentence, sentence]);
    });

    it('lose no delivery where they are lost', async () => {
      const address = await databases.create();
      const { jobs } = await openJobs(address);
      const store = await open(address, jobs);
      await keep(store, [1]);
      const [due] = await take(store, 'a', { nowMs: Date.now() });
      await settle(store, due, 'waiting', 'status', Date.now() + DAY / 2);
      await store.database.query('DELETE FROM countersign_jobs.job');
      expect(await take(store, 'a', { nowMs: Date.now() + DAY })).toHaveLength(1);
    });

    it.skipIf(!isLong)(`go on once a server that was killed is back${longReason}`, async () => {
      const address = await databases.create();
      const { jobs, names } = await openJobs(address);
      const store = await open(address, jobs);
      await keep(store, [1]);
      const [due] = await take(store, 'a', { nowMs: Date.now() });
      await settle(store, due, 'waiting', 'status', Date.now() + DAY / 2);
      await passTime(store.database);
      await databases.crash();
      await expect.poll(() => names, { timeout: 30_000, interval: 20 }).toEqual(['a']);
    });
  });

  describe('the channel between gateways', () => {
    interface Heard {
      readonly channel: WakeChannel;
      readonly names: (readonly string[] | undefined)[];
      readonly problems: string[];
    }

    async function openChannel(address: string, listenAt: string = address): Promise<Heard> {
      const names: (readonly string[] | undefined)[] = [];
      const problems: string[] = [];
      const channel = openWakeChannel({
        address: listenAt,
        database: await connect(address),
        onProblem: (message) => problems.push(message),
      });
      onTestFinished(() => channel.close());
      channel.listen((destinations) => names.push(destinations));
      return { channel, names, problems };
    }

    /** It says that all may be due once it listens. */
    async function listening({ names }: Heard): Promise<void> {
      await expect.poll(() => names.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
    }

    it('tells all of them of what is due, together', async () => {
      const address = await databases.create();
      const [first, second] = await Promise.all([openChannel(address), openChannel(address)]);
      await Promise.all([listening(first), listening(second)]);
      for (let n = 0; n < 50; n++) first.channel.tell(['a', 'b']);
      for (const { names } of [first, second])
        await expect.poll(() => names, { timeout: 10_000, interval: 5 }).toContainEqual(['a', 'b']);
      const told = second.names.filter((destinations) => destinations !== undefined);
      expect(told).toEqual([['a', 'b']]);
    });

    it('tells of all where their names are more than a message holds', async () => {
      const address = await databases.create();
      const [first, second] = await Promise.all([openChannel(address), openChannel(address)]);
      await listening(second);
      const before = second.names.length;
      first.channel.tell(Array.from({ length: 1_000 }, (_, n) => `destination ${n}`));
      await expect.poll(() => second.names.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(before);
      expect(second.names.every((destinations) => destinations === undefined)).toBe(true);
    });

    it('has all looked for each second where nothing is heard, as behind a proxy that gives the connection to others', async () => {
      const address = await databases.create();
      // What is told in one database is not heard in another.
      const deaf = await openChannel(address, await databases.create());
      deaf.channel.tell(['a']);
      await expect.poll(() => deaf.names.length, { timeout: 10_000, interval: 20 }).toBeGreaterThan(3);
      expect(deaf.names.every((destinations) => destinations === undefined)).toBe(true);
    });

    it.skipIf(!isLong)(
      `is heard again once a server that was killed is back, and says once that it was not${longReason}`,
      async () => {
        const address = await databases.create();
        const [first, second] = await Promise.all([openChannel(address), openChannel(address)]);
        await listening(second);
        await databases.crash();
        await expect
          .poll(
            () => {
              first.channel.tell(['back']);
              return second.names;
            },
            { timeout: 30_000, interval: 50 },
          )
          .toContainEqual(['back']);
        expect(second.problems).toHaveLength(1);
      },
    );

    it('is closed while it connects, and tells nothing more', async () => {
      const address = await databases.create();
      const database = await connect(address);
      const problems: string[] = [];
      const channel = openWakeChannel({ address, database, onProblem: (message) => problems.push(message) });
      await channel.close();
      channel.tell(['a']);
      await channel.close();
      expect(problems).toEqual([]);
    });
  });
});
