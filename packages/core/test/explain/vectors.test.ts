/**
 * Each hypothesis has a file of its own in `vectors/explain`: requests with that mistake, which no code of ours made or signed. Its finding must come first,
 * and what it says must hold no secret.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLong, someOf } from '../../../../scripts/effort.ts';
import { HYPOTHESES } from '../../src/explain/table.ts';
import { explainVector } from '../support/explain-vector.ts';
import { EXPLAIN_VECTORS, readExplainFile } from '../support/explain-vectors.ts';

it('every hypothesis has a file, named after it, and each file is of one', () => {
  const ids = HYPOTHESES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(readdirSync(EXPLAIN_VECTORS).sort()).toEqual(ids.map((id) => `${id}.json`).sort());
});

const withFile = HYPOTHESES.filter(({ id }) => existsSync(join(EXPLAIN_VECTORS, `${id}.json`)));

describe.each(someOf(withFile, 3))('$id', ({ id }) => {
  const file = readExplainFile(id);

  it('names itself, and how its requests were made', () => {
    expect(file).toMatchObject({ id, source: expect.stringMatching(/\w/) });
    expect(file.cases.length).toBeGreaterThan(0);
  });

  it.each(isLong ? file.cases : file.cases.slice(0, 1))('comes first: $name', async (vector) => {
    const { verdict, findings } = await explainVector(vector);
    expect(verdict.ok).toBe(false);
    expect(findings[0]?.id).toBe(id);
    const text = JSON.stringify(findings);
    if (vector.says !== undefined) expect(text).toContain(vector.says);
    for (const key of vector.keys) {
      const secret = typeof key === 'string' ? key : key.secret;
      if (typeof secret === 'string' && secret.length >= 8) expect(text).not.toContain(secret);
    }
  });
});
