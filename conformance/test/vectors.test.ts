/** Prevents: a vector file that others cannot read by the schema, and a provider of which nothing from outside is taken. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { providerIds } from '@countersign/core';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { vectorSubjects } from '../engine/vector-subjects.ts';

const folder = join(import.meta.dirname, '../../vectors');
const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
const validate = new Ajv({ allErrors: true }).compile(read('schema.json') as object);

const files = ['', 'providers', 'schemes', 'profiles', 'recipes'].flatMap((inner) =>
  readdirSync(join(folder, inner))
    .filter((name) => name.endsWith('.json') && !['schema.json', 'rfc.json'].includes(name))
    .map((name) => join(inner, name)),
);

describe('vectors/schema.json', () => {
  it.each(files)('holds %s', (path) => {
    validate(read(path));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    ['no cases', { scheme: 'a', cases: [] }],
    [
      'a case without a key',
      {
        scheme: 'a',
        cases: [{ method: 'GET', url: '/', headers: {}, bodyBase64: '', now: 0, expect: 'accept' }],
      },
    ],
    [
      'a body that is no base64',
      {
        scheme: 'a',
        cases: [
          { method: 'GET', url: '/', headers: {}, bodyBase64: 'a', secret: 'k', now: 0, expect: 'accept' },
        ],
      },
    ],
    ['another member', { scheme: 'a', cases: [], more: 1 }],
  ])('refuses a set with %s', (_, set) => {
    expect(validate(set)).toBe(false);
  });
});

describe('the subjects of the mutation engine', () => {
  it('are of every provider', () => {
    const providers = new Set(vectorSubjects().map(({ provider }) => provider));
    expect(providerIds.filter((id) => !providers.has(id))).toEqual([]);
  });

  it('have a name each', () => {
    const ids = vectorSubjects().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
