/** Jobs that cannot be had at first, on a real PostgreSQL. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openBossJobs } from '../../../src/stores/postgres/boss-jobs.ts';
import { connectDatabase } from '../../../src/stores/postgres/database.ts';
import { openReopenedJobs } from '../../../src/stores/postgres/reopened-jobs.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

describe.skipIf(leaveOutPostgres)(`jobs that cannot be had at first${postgresReason}`, () => {
  const databases = postgresDatabases();

  it('are had later, told of once, and wake then', async () => {
    const address = await databases.create();
    const database = await connectDatabase({ address });
    const problems: string[] = [];
    const woken: string[] = [];
    let tries = 0;
    const jobs = await openReopenedJobs({
      async open() {
        if (++tries < 3) throw new Error('the server is away');
        return openBossJobs({
          address,
          database,
          onDue: (destinations) => woken.push(...destinations),
          onProblem: (message) => problems.push(message),
          now: Date.now,
        });
      },
      onProblem: (message) => problems.push(message),
      firstWaitMs: 1,
    });
    onTestFinished(async () => {
      await jobs.close();
      await database.close();
    });
    const delayed = [{ destination: 'a', dueMs: Date.now() + 2_500 }];
    expect(jobs.isWritten(delayed, Date.now())).toBe(false);
    await expect.poll(() => jobs.isWritten(delayed, Date.now() - 60_000), { timeout: 60_000 }).toBe(true);
    await database.transaction((session) => jobs.write(session, delayed, Date.now() - 60_000));
    await expect.poll(() => woken, { timeout: 60_000 }).toEqual(['a']);
    expect(problems).toEqual([
      'delayed deliveries wake nobody: their jobs cannot be had, and they are looked for',
    ]);
  });

  it('are asked for no more once they are closed', async () => {
    let tries = 0;
    const jobs = await openReopenedJobs({
      open() {
        tries++;
        return Promise.reject(new Error('the server is away'));
      },
      onProblem: () => {},
      firstWaitMs: 60_000,
    });
    await jobs.close();
    expect(tries).toBe(1);
  });
});
