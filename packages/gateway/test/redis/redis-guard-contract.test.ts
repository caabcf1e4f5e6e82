/** The gateway's guard over Redis under both contracts, with a memory in front and without. */
import { testReplayGuard } from '@countersign/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import {
  leaveOutRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../../../core/test/support/redis-server.ts';
import { LEASE, NOW, testGateGuard } from '../claims/gate-guard-contract.ts';
import { guardOver, openLink } from './links.ts';

/** Thousands of claims take seconds where each is asked for. */
const OF_MANY = /5,000 claims|whatever the fill|full of claims|of two commits/;

describe.skipIf(leaveOutRedis)(`over Redis${redisReason}`, () => {
  let server: RedisServer;
  let guards = 0;
  beforeAll(async () => {
    server = await startRedis({ appendonly: 'no' });
  });
  afterAll(() => server.close());

  for (const accepts of [false, true]) {
    const name = accepts ? 'with a memory in front' : 'asked alone';
    testReplayGuard({
      describe,
      it: (title, body) =>
        OF_MANY.test(title) ? it.skipIf(!isLong)(`${title}${longReason}`, body) : it(title, body),
      name: `the gateway’s, Redis ${name}`,
      create: async () => {
        const { link } = await openLink(server);
        return guardOver({ link, prefix: `${guards++}:`, now: () => NOW, accepts }).guard;
      },
    });

    testGateGuard(`Redis ${name}`, async () => {
      const prefix = `${guards++}:`;
      const { link } = await openLink(server);
      const { guard, behind } = guardOver({ link, prefix, now: () => NOW, accepts });
      return {
        guard,
        async restarted() {
          await behind.settled();
          const next = await openLink(server);
          return guardOver({ link: next.link, prefix, now: () => NOW + LEASE, accepts }).guard;
        },
      };
    });
  }
});
