import { expect, it } from 'vitest';
import { ProofCounts } from '../../src/metrics/verdict-counts.ts';

it('a key that is new is counted, however many had been: the one that was used longest ago is forgotten', () => {
  const counts = new ProofCounts();
  const use = (keyId: string, nowMs: number): void => counts.count({ keyId, evidence: { nowMs } });
  for (let i = 0; i < 256; i++) use(`key-${i}`, 1_000 + i);
  use('key-0', 2_000);
  use('new', 2_001);
  const keys = counts.list();
  expect(keys).toHaveLength(256);
  expect(keys.find(({ keyId }) => keyId === 'new')).toMatchObject({ count: 1, lastMs: 2_001 });
  expect(keys.find(({ keyId }) => keyId === 'key-0')).toMatchObject({ count: 2 });
  expect(keys.some(({ keyId }) => keyId === 'key-1')).toBe(false);
});
