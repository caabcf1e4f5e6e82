/** Links to a real Redis, and guards over them as a gateway opens them. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MemoryReplayGuard } from '@countersign/core';
import { RedisClaims } from '@countersign/core/internal/redis-claims';
import type { RedisServer } from '../../../core/test/support/redis-server.ts';
import { createAnswerVault } from '../../src/claims/first-answer.ts';
import type { GateGuard } from '../../src/claims/gate-guard.ts';
import { BehindAnswers, createSharedGuard } from '../../src/claims/shared-guard.ts';
import type { RedisFault } from '../../src/redis/redis-fault.ts';
import { RedisLink } from '../../src/redis/redis-link.ts';
import { createSealer } from '../../src/sealed/seal.ts';
import { later } from '../harness.ts';

export const SEALER = createSealer(randomBytes(32));

/** Its address, as a configuration writes it. */
export function addressOf({ directory }: Pick<RedisServer, 'directory'>, login = ''): string {
  return `redis+unix://${login}${join(directory, 'redis.sock')}`;
}

export interface OpenLink {
  readonly link: RedisLink;
  readonly downs: RedisFault[];
  /** Resolves when it is up once more. */
  nextUp(): Promise<void>;
}

/** @param timeoutMs so long that a busy machine is no silent server */
export async function openLink(
  server: Pick<RedisServer, 'directory'>,
  timeoutMs = 60_000,
): Promise<OpenLink> {
  const downs: RedisFault[] = [];
  let waiting: (() => void)[] = [];
  const link = new RedisLink({
    address: { place: { kind: 'unix', path: join(server.directory, 'redis.sock') }, database: 0 },
    timeoutMs,
    trialKey: 'trial',
    onDown: (fault) => void downs.push(fault),
    onUp() {
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  });
  await link.open();
  later(() => link.close());
  return { link, downs, nextUp: () => new Promise((resolve) => waiting.push(resolve)) };
}

export interface GuardParts {
  readonly link: RedisLink;
  readonly prefix: string;
  readonly now: () => number;
  /** Whether the gate accepts what Redis cannot be asked about. */
  readonly accepts?: boolean;
  readonly timeoutMs?: number;
}

export function guardOver({ link, prefix, now, accepts = false, timeoutMs = 20_000 }: GuardParts) {
  const claims = new RedisClaims({
    send: link.send,
    prefix,
    timeoutMs,
    maxAnswerBytes: 200_000,
    report: () => {},
  });
  const behind = new BehindAnswers();
  let unchecked = 0;
  const guard: GateGuard = createSharedGuard({
    claims,
    memory: accepts ? new MemoryReplayGuard({ maxClaims: 10_000, maxAnswerBytes: 65_536 }) : undefined,
    answers: createAnswerVault('g', SEALER),
    now,
    onUnchecked: () => unchecked++,
    behind,
  });
  return { guard, claims, behind, unchecked: () => unchecked };
}
