/** The first process beside workers that start, end and are refused by the system when they like. */
import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromWorker, ToWorker } from '../../src/workers/messages.ts';
import { WorkerGroup } from '../../src/workers/worker-group.ts';

/** A worker that does what the test has it do. */
class Puppet extends EventEmitter {
  readonly id: number;
  readonly process: { readonly pid: number | undefined };
  readonly heard: ToWorker['kind'][] = [];
  #isConnected = true;

  constructor(id: number, hasProcess = true) {
    super();
    this.id = id;
    this.process = { pid: hasProcess ? id : undefined };
  }

  isConnected(): boolean {
    return this.#isConnected;
  }

  send(message: ToWorker): boolean {
    this.heard.push(message.kind);
    return true;
  }

  say(message: FromWorker): void {
    this.emit('message', message);
  }

  end(code: number | null): void {
    this.#isConnected = false;
    this.emit('exit', code);
  }
}

/** @param refusals what the system does with each start, by its number; undefined: it starts a process */
function opened(count: number, refusals: Readonly<Record<number, 'throws' | 'tells'>> = {}) {
  const puppets: Puppet[] = [];
  const said: string[] = [];
  const fork = (): Worker => {
    const refusal = refusals[puppets.length];
    const puppet = new Puppet(puppets.length + 1, refusal === undefined);
    puppets.push(puppet);
    const error = Object.assign(new Error('spawn'), { code: 'EAGAIN' });
    if (refusal === 'throws') throw error;
    if (refusal === 'tells') process.nextTick(() => puppet.emit('error', error));
    return puppet as unknown as Worker;
  };
  const group = new WorkerGroup({
    cluster: { fork },
    count,
    adminToken: 'a token',
    monotonicMs: () => 0,
    say: (text) => void said.push(text),
  });
  const at = (n: number): Puppet => puppets[n - 1] ?? new Puppet(0);
  return { group, puppets, said, at };
}

const turns = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

async function started(count: number, refusals?: Parameters<typeof opened>[1]) {
  const all = opened(count, refusals);
  const starting = all.group.start();
  for (let n = 1; n <= count; n++) {
    await turns();
    all.at(n).say({ kind: 'ready' });
  }
  expect(await starting).toBeUndefined();
  return all;
}

describe('a group of workers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('has one worker in a place, where the one that is replaced ends by itself meanwhile', async () => {
    const { group, puppets, at } = await started(1);
    group.roll();
    await turns();
    at(1).end(null);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(puppets).toHaveLength(2);
    at(2).say({ kind: 'ready' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(puppets).toHaveLength(2);
  });

  it('fills a place again, where the worker and the one that was to replace it have both ended', async () => {
    const { group, puppets, at } = await started(1);
    group.roll();
    await turns();
    at(1).end(null);
    await vi.advanceTimersByTimeAsync(60_000);
    at(2).end(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(puppets).toHaveLength(3);
  });

  it('replaces a worker that was starting when it was asked to replace all: it has read what was there before', async () => {
    const { group, puppets, at } = await started(1);
    at(1).end(null);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(puppets).toHaveLength(2);
    group.roll();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(puppets).toHaveLength(2);
    at(2).say({ kind: 'ready' });
    await turns();
    expect(puppets).toHaveLength(3);
    at(3).say({ kind: 'ready' });
    await turns();
    expect(at(2).heard).toContain('drain');
  });

  it('has workers that are starting read a configuration again that another reads again', async () => {
    const { at } = await started(2);
    at(2).end(null);
    await vi.advanceTimersByTimeAsync(60_000);
    at(1).say({ kind: 'reloading' });
    expect(at(3).heard).toEqual(['reload']);
    expect(at(1).heard).toEqual([]);
  });

  it('asks nobody to read it again for a worker that has not taken its place', async () => {
    const { group, at } = await started(2);
    group.roll();
    await turns();
    at(3).say({ kind: 'reloading' });
    expect([at(1).heard, at(2).heard]).toEqual([[], []]);
  });

  it.each(['throws', 'tells'] as const)(
    'tries again later where the system starts no process, which fork %s',
    async (how) => {
      const { puppets, said, at } = await started(1, { 1: how });
      at(1).end(null);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(puppets).toHaveLength(3);
      expect(said).toContain('The system starts no process for a worker (EAGAIN).');
    },
  );

  it('goes on with the workers that it has, where the system starts none to replace them', async () => {
    const { group, said, at } = await started(1, { 1: 'tells' });
    group.roll();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(at(1).heard).toEqual([]);
    expect(said).toContain('A new worker did not start: the workers that are there go on.');
  });
});
