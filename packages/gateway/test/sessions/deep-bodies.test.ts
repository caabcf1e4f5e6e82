/** What is nested so deeply that it could not be written again is refused before anything of it is kept. */
import { describe, expect, it } from 'vitest';
import { startBench } from './support.ts';

const DEPTHS = [101, 5_000, 10_000];
const PATHS = ['/webhook', '/approve', '/auth'];
const KINDS = {
  arrays: (depth: number) => '['.repeat(depth) + ']'.repeat(depth),
  objects: (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
} as const;

describe('a body at a session', () => {
  it.each(PATHS.flatMap((path) => Object.keys(KINDS).map((kind) => [path, kind] as const)))(
    'of too many levels is 400 at %s, and nothing is kept: %s',
    async (path, kind) => {
      const { post, gateway } = await startBench();
      for (const depth of DEPTHS) {
        const nested = KINDS[kind as keyof typeof KINDS](depth);
        const body = `{"interviewId":"int-1","onboardingStatus":"ONBOARDING_FINISHED","more":${nested}}`;
        if (body.length > 64 * 1024) continue;
        expect((await post(path, body)).status).toBe(400);
      }
      expect(await gateway.store.events.list()).toEqual([]);
      expect(gateway.log.filter((line) => line.includes('RangeError'))).toEqual([]);
    },
  );

  it('of many levels, but not too many, is kept', async () => {
    const { post } = await startBench();
    const body = `{"interviewId":"int-1","onboardingStatus":"ONBOARDING_FINISHED","more":${KINDS.arrays(90)}}`;
    expect((await post('/webhook', body)).status).toBe(200);
  });
});
