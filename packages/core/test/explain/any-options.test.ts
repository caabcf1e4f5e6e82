/** Prevents: an exception of the engine’s own for what untyped code, or a store, tells `explain` beside a request. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { type ExplainOptions, explain } from '../../src/explain/index.ts';
import { createGate, type Gate, MemoryReplayGuard, SetupError } from '../../src/index.ts';
import { REFUSALS, STEPS } from '../../src/refusals.ts';

const KEY = 'a-secret-of-some-length-0123456789';
const gate = createGate({ provider: 'github', keys: [KEY], replay: new MemoryReplayGuard() });
const signed = (body: string) => ({
  method: 'POST',
  url: '/hook',
  headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', KEY).update('x').digest('hex')}` },
  body,
});

const garbage = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
  fc.double(),
  fc.constantFrom<unknown>(Symbol('s'), () => 5, Number.NaN, 1e300, -1, new Proxy([], {})),
);
const orGarbage = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: value, weight: 4 }, { arbitrary: garbage, weight: 1 });
const time = orGarbage(fc.integer({ min: 0, max: 2e12 }));
const member = (required: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  orGarbage(fc.record(required, { requiredKeys: [] }));

const options = member({
  budgetMs: orGarbage(fc.constantFrom(0, 5)),
  lacksBody: orGarbage(fc.boolean()),
  earlier: member({ takenMs: time, eventId: orGarbage(fc.string()) }),
  neighbours: orGarbage(fc.array(member({ signedMs: time, receivedMs: time }))),
  refused: member({
    reason: orGarbage(fc.constantFrom(...Object.keys(REFUSALS), 'zz', '__proto__')),
    step: orGarbage(fc.constantFrom(...STEPS)),
    message: orGarbage(fc.string()),
    remedy: orGarbage(fc.string()),
    repeat: member({
      state: orGarbage(fc.constantFrom('in-flight', 'committed')),
      retryAfterMs: orGarbage(fc.nat()),
      acknowledge: orGarbage(fc.boolean()),
    }),
  }),
});

const candidates = member({
  keys: orGarbage(fc.array(orGarbage(fc.constant(KEY)), { maxLength: 2 })),
  provider: orGarbage(fc.constantFrom('github', 'stripe', { id: 'slack' }, { id: 'approov', header: 'a' })),
  scheme: garbage,
  now: garbage.filter((value) => typeof value !== 'function'),
});

async function outcomeOf(body: string, against: unknown, beside: unknown): Promise<unknown> {
  try {
    const { findings } = await explain(signed(body), against as Gate, beside as ExplainOptions);
    return Array.isArray(findings);
  } catch (error) {
    return error instanceof SetupError || error;
  }
}

it('explains a request, or throws a SetupError, whatever it is told beside it', async () => {
  const property = fc.asyncProperty(fc.constantFrom('x', 'y'), options, async (body, beside) => {
    expect(await outcomeOf(body, gate, beside)).toBe(true);
  });
  await fc.assert(property, { numRuns: runs(5000) });
});

it('explains a request, or throws a SetupError, whatever it is held against', async () => {
  const property = fc.asyncProperty(candidates, async (against) => {
    expect(await outcomeOf('y', against, { budgetMs: 0 })).toBe(true);
  });
  await fc.assert(property, { numRuns: runs(5000) });
});
