import { describe, expect, it } from 'vitest';
import { deriveNegatives, judgeVector, requestOf } from '../src/testing/index.ts';
import { readVectors, SUITES } from './support/vector-files.ts';

describe.each(SUITES)('vectors of $file', (suite) => {
  const { cases } = readVectors(suite.file);
  const accepted = cases.filter(({ expect }) => expect === 'accept');

  it.each(cases.map((vector) => ({ label: vector.name ?? vector.id, vector })))(
    '$label',
    async ({ vector }) => {
      const verdict = await judgeVector(suite.provider, vector);
      const { expect: expected, reason, step } = vector;
      expect(verdict).toMatchObject(expected === 'accept' ? { ok: true } : { ok: false, reason, step });
    },
  );

  it('refuses every negative derived from an accepted case', async () => {
    let judged = 0;
    // Where a header carries signatures of other keys or labels as well, a change in those refuses nothing.
    const single = accepted.filter(({ id = '' }) => !/rotation|v0-and-v1/.test(id));
    for (const vector of single) {
      for (const negative of deriveNegatives(vector, suite)) {
        const verdict = await judgeVector(suite.provider, vector, { request: negative.request });
        expect(verdict.ok, `${vector.name ?? vector.id}: ${negative.name}`).toBe(false);
        if (!verdict.ok && negative.reasons)
          expect(negative.reasons, negative.name).toContain(verdict.reason);
        judged++;
      }
    }
    // Where the proof is in the URL, or in a body that it does not cover, no change is sure to spoil it.
    const hasPlaces = suite.proofHeaders.length > 0 || suite.coversBody;
    expect(judged).toBeGreaterThan(hasPlaces ? 5 : -1);
  });

  it('refuses every accepted case under another key', async () => {
    for (const vector of accepted) {
      const verdict = await judgeVector(suite.provider, vector, { secret: suite.otherKey });
      expect(verdict).toMatchObject({ ok: false, reason: 'signature-mismatch' });
    }
  });

  it('gives every rejection’s reason and step', () => {
    const rejected = cases.filter(({ expect }) => expect === 'reject');
    expect(rejected.filter(({ reason, step }) => reason === undefined || step === undefined)).toEqual([]);
  });

  if (suite.tolerance !== undefined) {
    const { past, future } = suite.tolerance;
    it('takes the oldest and the most advanced clock, and not one millisecond more', async () => {
      for (const vector of accepted) {
        const first = await judgeVector(suite.provider, vector);
        const timestampMs = (first.ok && first.timestampMs) || 0;
        const at = async (nowMs: number): Promise<string> => {
          const verdict = await judgeVector(suite.provider, vector, { nowMs });
          return verdict.ok ? 'accepted' : verdict.reason;
        };
        expect(await at(timestampMs + past)).toBe('accepted');
        expect(await at(timestampMs + past + 1)).toBe('expired');
        expect(await at(timestampMs - future)).toBe('accepted');
        expect(await at(timestampMs - future - 1)).toBe('from-the-future');
      }
    });
  }

  it('does not change the request that it judges', async () => {
    for (const vector of cases) {
      const request = requestOf(vector);
      await judgeVector(suite.provider, vector, { request });
      expect(request).toEqual(requestOf(vector));
    }
  });
});

describe('an Approov token’s expiry', () => {
  it('is exact to the millisecond, fractions included', async () => {
    const vector = readVectors('approov').cases.find(({ name }) => name === 'fractional exp');
    if (!vector) throw new Error('the case is gone');
    expect(await judgeVector('approov', vector, { nowMs: 1760000300891 })).toMatchObject({ ok: true });
    expect(await judgeVector('approov', vector, { nowMs: 1760000300892 })).toMatchObject({
      reason: 'expired',
    });
  });
});
