/** Requests that others have signed under the profiles of message signatures: each reaches the right verdict, for the right reason. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/index.ts';
import { gateOptionsOf, requestOf } from '../../src/testing/vectors.ts';
import { readVectors } from '../support/vector-files.ts';

const FOLDER = join(import.meta.dirname, '../../../../vectors/profiles');
const FILES = readdirSync(FOLDER).map((name) => basename(name, '.json'));

describe.each(FILES)('vectors of %s', (name) => {
  const file = readVectors(`profiles/${name}`);

  it.each(file.cases.map((vector) => ({ id: vector.id, vector })))('$id', async ({ vector }) => {
    const verdict = await createGate(gateOptionsOf(file, vector)).verify(requestOf(vector));
    const { expect: expected, reason, step } = vector;
    expect(verdict).toMatchObject(expected === 'accept' ? { ok: true } : { ok: false, reason, step });
    expect(expected === 'accept' || (reason && step)).toBeTruthy();
  });
});
