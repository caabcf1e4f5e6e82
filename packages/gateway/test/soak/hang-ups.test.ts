/** Senders who hang up on a gateway of its own process, at every outcome, in every way, early and late. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { createRandom } from './random.ts';
import { OUTCOMES, requestFor, secretOf } from './requests.ts';
import { runSoak } from './soak.ts';
import { type SoakedGateway, startSoakedGateway } from './soaked-gateway.ts';
import { doAs, WAY_NAMES } from './ways.ts';

const DELAYS_MS = isLong ? [0, 5, 50] : [5];
const SEED = 20_261_125;
const secret = secretOf(createRandom(SEED));

describe('a gateway whose senders hang up', () => {
  let gateway: SoakedGateway;
  let serial = 0;
  beforeAll(async () => {
    gateway = await startSoakedGateway(secret);
  });
  afterAll(() => gateway.close());

  const isHealthy = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${gateway.publicPort}/health`)).ok;

  for (const outcome of OUTCOMES) {
    it(`goes on: ${outcome}`, async () => {
      for (const delayMs of DELAYS_MS) {
        const all = WAY_NAMES.map((way) => {
          const random = createRandom(SEED + ++serial);
          const request = requestFor(outcome, { serial, secret, random });
          return doAs(way, { port: gateway.publicPort, request, delayMs, random });
        });
        await Promise.all(all);
        expect(gateway.fault()).toBeUndefined();
        expect(await isHealthy()).toBe(true);
      }
    });
  }

  it('goes on: the admin listener', async () => {
    const request = { head: 'GET /api/gates HTTP/1.1\r\nhost: localhost\r\n', body: Buffer.alloc(0) };
    for (const delayMs of DELAYS_MS) {
      const random = createRandom(SEED + ++serial);
      await Promise.all(
        WAY_NAMES.map((way) => doAs(way, { port: gateway.adminPort, request, delayMs, random })),
      );
      expect(gateway.fault()).toBeUndefined();
      expect((await fetch(`http://127.0.0.1:${gateway.adminPort}/health`)).ok).toBe(true);
    }
  });
});

describe('a soak', () => {
  it.skipIf(!isLong)(
    `ends no gateway, and leaves nothing behind in it${longReason}`,
    async () => {
      // `npm run soak` sends 20,000.
      const requestsPerOutcome = 200;
      const result = await runSoak({ requestsPerOutcome, seed: SEED });
      expect(result).toMatchObject({ faults: [], requests: OUTCOMES.length * requestsPerOutcome });
    },
    60_000,
  );
});
