/** Workers without a store that they share: claims in a real Redis. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import {
  leaveOutRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../../../core/test/support/redis-server.ts';
import { post, SECRET, serveWorkers } from './serving.ts';

/** Of each request. */
const COPIES = 6;

describe.skipIf(leaveOutRedis || !isLong)(
  `workers that share claims in Redis${redisReason}${longReason}`,
  () => {
    let server: RedisServer | undefined;
    beforeAll(async () => {
      server = await startRedis();
    }, 60_000);
    afterAll(() => server?.close(), 60_000);

    it('forward each request once, however many copies come at once to either', async () => {
      const bodies: string[] = [];
      const upstream = createServer(async (request, response) => {
        let body = '';
        for await (const piece of request) body += String(piece);
        bodies.push(body);
        response.end();
      }).listen(0, '127.0.0.1');
      onTestFinished(() => void upstream.close());
      await once(upstream, 'listening');
      const address = upstream.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const gateway = serveWorkers(`listen: { public: "127.0.0.1:0", admin: off }
store: ":memory:"
claims: "redis+unix://${server?.directory}/redis.sock"
log: { level: info }
gates:
  on: { path: /on, provider: github, keys: [{ secret: ${SECRET} }], forward: { to: "http://127.0.0.1:${port}" } }
`);
      await expect
        .poll(() => gateway.said().split('the gateway listens').length, { timeout: 60_000 })
        .toBe(3);
      const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(gateway.said()) ?? [];
      const workers = (): number =>
        new Set([...gateway.said().matchAll(/"requestId":"([0-9a-f]+)-/g)].map(([, prefix]) => prefix)).size;
      const sent: string[] = [];
      // Which of them takes a connection is the kernel's choice.
      await expect
        .poll(
          async () => {
            const round = Array.from({ length: 40 }, (_, n) => `{"n":${sent.length + n}}`);
            sent.push(...round);
            const copies = round.flatMap((body) => Array.from({ length: COPIES }, () => body));
            await Promise.all(copies.map((body) => post(`${url}/on`, body)));
            return workers();
          },
          { timeout: 60_000 },
        )
        .toBe(2);
      expect(bodies.sort()).toEqual(sent.sort());
    }, 120_000);
  },
);
