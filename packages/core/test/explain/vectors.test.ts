/**
 * Each hypothesis has a file of its own in `vectors/explain`: requests with that mistake, which no code of ours made or signed. Its finding must come first,
 * and what it says must hold no secret.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { HYPOTHESES } from '../../src/explain/table.ts';
import { createGate, type GateOptions, type KeySpec } from '../../src/index.ts';

const FOLDER = join(import.meta.dirname, '../../../../vectors/explain');

interface ExplainVector {
  readonly name: string;
  /** `provider` or `scheme`, as `createGate` takes it. */
  readonly gate: Pick<GateOptions, 'provider' | 'scheme'>;
  /** The receiver’s. */
  readonly keys: readonly (string | KeySpec)[];
  /** Unix seconds. */
  readonly now: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly bodyBase64: string;
  };
  /** What of its sentence depends on the request. */
  readonly says?: string;
}

interface ExplainFile {
  readonly id: string;
  /** How the requests were made and signed. */
  readonly source: string;
  readonly cases: readonly ExplainVector[];
}

const read = (name: string): ExplainFile =>
  JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as ExplainFile;

it('every hypothesis has a file, named after it, and each file is of one', () => {
  const ids = HYPOTHESES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(readdirSync(FOLDER).sort()).toEqual(ids.map((id) => `${id}.json`).sort());
});

describe.each(HYPOTHESES.filter(({ id }) => existsSync(join(FOLDER, `${id}.json`))))('$id', ({ id }) => {
  const file = read(`${id}.json`);

  it('names itself, and how its requests were made', () => {
    expect(file).toMatchObject({ id, source: expect.stringMatching(/\w/) });
    expect(file.cases.length).toBeGreaterThan(0);
  });

  it.each(file.cases)('comes first: $name', async ({ gate: choice, keys, now, request, says }) => {
    const { bodyBase64, ...head } = request;
    const gate = createGate({ ...choice, keys, now: () => now * 1000, allowShortKey: true });
    const { verdict, findings } = await explain({ ...head, body: Buffer.from(bodyBase64, 'base64') }, gate, {
      budgetMs: 10_000,
    });
    expect(verdict.ok).toBe(false);
    expect(findings[0]?.id).toBe(id);
    const text = JSON.stringify(findings);
    if (says !== undefined) expect(text).toContain(says);
    for (const key of keys) {
      const secret = typeof key === 'string' ? key : key.secret;
      if (typeof secret === 'string' && secret.length >= 8) expect(text).not.toContain(secret);
    }
  });
});
