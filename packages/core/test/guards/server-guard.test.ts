/** What a guard keeps of its own while its server is away. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClaimServer, CommitRequest } from '../../src/guards/claim-server.ts';
import { ServerGuard } from '../../src/guards/server-guard.ts';
import { identity } from '../../src/testing/replay-guard/claims.ts';

const NOW = 1_760_000_000_000;
const LEASE = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server that can be away, and the commits that reached it. */
class AwayServer implements ClaimServer {
  isAway = false;
  readonly commits: CommitRequest[] = [];

  begin(): ReturnType<ClaimServer['begin']> {
    return this.#answer({ state: 'begun', attempt: 1 } as const);
  }

  renew(): Promise<void> {
    return this.#answer(undefined);
  }

  abort(): Promise<void> {
    return this.#answer(undefined);
  }

  async commit(_: string, commit: CommitRequest): Promise<void> {
    await this.#answer(undefined);
    this.commits.push(commit);
  }

  #answer<T>(value: T): Promise<T> {
    return this.isAway ? Promise.reject(new Error('it is away')) : Promise.resolve(value);
  }
}

function guardOf(server: ClaimServer, problems: string[] = [], maxAnswerBytes = 4): ServerGuard {
  const report = (problem: string): void => void problems.push(problem);
  return new ServerGuard(server, { timeoutMs: 1000, maxAnswerBytes, report });
}

it('writes a commit once the server is back, with the later of two ends and the later answer, once', async () => {
  const server = new AwayServer();
  const problems: string[] = [];
  const guard = guardOf(server, problems);
  await guard.begin(identity(1), NOW, LEASE);
  server.isAway = true;
  await guard.commit(identity(1), NOW + 2 * LEASE, Uint8Array.of(1));
  await guard.commit(identity(1), NOW + LEASE, Uint8Array.of(2));
  await vi.advanceTimersByTimeAsync(5000);
  expect(server.commits).toEqual([]);
  expect(await guard.begin(identity(1), NOW + LEASE, LEASE)).toEqual({
    state: 'committed',
    answer: Uint8Array.of(2),
  });
  server.isAway = false;
  await vi.advanceTimersByTimeAsync(5000);
  expect(server.commits).toMatchObject([{ untilMs: NOW + 2 * LEASE, answer: Uint8Array.of(2) }]);
  expect(await guard.begin(identity(1), NOW, LEASE)).toEqual({ state: 'begun', attempt: 1 });
  expect(problems).toEqual(
    Array(2).fill(
      'a claim was not committed yet, and another process may run its request again once the lease is over: it is away',
    ),
  );
});

it('writes no commit that has ended by then: it would end a newer lease', async () => {
  const server = new AwayServer();
  const guard = guardOf(server);
  await guard.begin(identity(1), NOW, LEASE);
  server.isAway = true;
  await guard.commit(identity(1), NOW + LEASE);
  server.isAway = false;
  expect(await guard.begin(identity(1), NOW + LEASE, LEASE)).toEqual({ state: 'begun', attempt: 1 });
  await vi.advanceTimersByTimeAsync(5000);
  expect(server.commits).toEqual([]);
});

it('waits no longer where nothing waits', async () => {
  const server = new AwayServer();
  const guard = guardOf(server);
  server.isAway = true;
  await guard.commit(identity(1), Date.now() + LEASE);
  expect(vi.getTimerCount()).toBe(1);
  server.isAway = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(vi.getTimerCount()).toBe(0);
});

it.each([
  { bytes: 4, kept: Uint8Array.of(0, 0, 0, 0) },
  { bytes: 5, kept: undefined },
])('of an answer of $bytes bytes keeps what its bound allows', async ({ bytes, kept }) => {
  const server = new AwayServer();
  await guardOf(server).commit(identity(1), NOW + LEASE, new Uint8Array(bytes));
  expect(server.commits).toMatchObject([{ answer: kept }]);
});

it('says that an abort could not be told', async () => {
  const server = new AwayServer();
  const problems: string[] = [];
  const guard = guardOf(server, problems);
  await guard.begin(identity(1), NOW, LEASE);
  server.isAway = true;
  await expect(guard.renew(identity(1), NOW, LEASE)).rejects.toThrow('it is away');
  await guard.abort(identity(1));
  expect(problems).toEqual([
    'a claim was not freed, so the sender’s next try has to wait until its lease is over: it is away',
  ]);
});

it('holds answers of 16 MB at most while the server is away, and the commits of all others without theirs', async () => {
  const server = new AwayServer();
  const answer = new Uint8Array(4 * 1024 * 1024);
  const guard = guardOf(server, [], answer.length);
  server.isAway = true;
  for (const n of [1, 2, 3, 4, 5]) await guard.commit(identity(n), NOW + LEASE, answer);
  const heard = async (n: number) => await guard.begin(identity(n), NOW, LEASE);
  expect(await heard(4)).toEqual({ state: 'committed', answer });
  expect(await heard(5)).toEqual({ state: 'committed' });
  // One that is written, or comes anew, makes room.
  await guard.commit(identity(1), NOW + LEASE, Uint8Array.of(1));
  await guard.commit(identity(5), NOW + LEASE, Uint8Array.of(5));
  expect(await heard(5)).toEqual({ state: 'committed', answer: Uint8Array.of(5) });
  server.isAway = false;
  await vi.advanceTimersByTimeAsync(5000);
  expect(server.commits).toHaveLength(5);
});
