/** Prevents: a declaration on the page of senders that does not decide as its sender’s documentation says, request by request. */
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createGate, type Gate } from '@countersign/core';
import { gateOptionsOf, requestOf, type VectorFile } from '@countersign/core/testing';
import { describe, expect, it } from 'vitest';
import { declaredRows, rowsOf, written } from './catalogue-rows.ts';

type Vector = VectorFile['cases'][number];

interface Recipe extends VectorFile {
  readonly cases: readonly (Vector & { readonly policy?: string })[];
  readonly note: string;
}

/** Of which nothing is left out. */
const wholeRows = rowsOf('Declared');

const FOLDER = 'vectors/recipes';

const recipes = readdirSync(FOLDER).map((name) => ({
  id: name.replace('.json', ''),
  recipe: JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as Recipe,
}));

/** By the title in its note. */
const rowOf = ({ note }: Recipe): (typeof declaredRows)[number] | undefined =>
  declaredRows.find(({ sender }) => note.includes(`${sender}. Unverified`));

describe.each(recipes)('the recipe of $id', ({ recipe }) => {
  const { cases } = recipe;
  const row = rowOf(recipe);
  const declaration = written(row?.cell ?? '') as Record<string, unknown>;

  it('is what the page declares, which says that it is unverified and how many requests it judges', () => {
    expect(declaration).toEqual(recipe.declaration);
    expect(row?.line).toMatch(/\| unverified[^|]*\|$/);
    const judged = wholeRows.find(({ sender }) => sender === row?.sender)?.judged;
    expect([undefined, `${cases.length} of ${cases.length}`]).toContain(judged);
  });

  const gateOf = (vector: Vector, otherKey?: string): Gate => {
    const options = gateOptionsOf({ scheme: recipe.scheme, declaration }, vector);
    const keys = otherKey === undefined ? {} : { keys: [{ ...keyNames(vector), secret: otherKey }] };
    return createGate({ ...options, ...keys });
  };

  it.each(cases.map((vector) => ({ name: vector.name ?? '', vector })))(
    'decides $name',
    async ({ vector }) => {
      const { expect: due, reason, step } = vector;
      const verdict = await gateOf(vector).verify(requestOf(vector));
      expect(verdict).toMatchObject(due === 'accept' ? { ok: true } : { ok: false, reason, step });
      if (due === 'reject') expect([reason, step]).not.toContain(undefined);
    },
  );

  it('takes no request under another key', async () => {
    const accepted = cases.filter(({ expect: due }) => due === 'accept');
    expect(accepted).not.toEqual([]);
    for (const vector of accepted) {
      const gate = gateOf(vector, otherKey(vector, String(declaration['algorithm'])));
      expect(await gate.verify(requestOf(vector))).toMatchObject({
        ok: false,
        reason: 'signature-mismatch',
      });
    }
  });
});

/** Decided strictly where the sender’s documentation leaves it open, and by what is not covered where it says so. */
it('lists the cases that are a matter of policy', () => {
  const ofPolicy = recipes.flatMap(({ recipe }) =>
    recipe.cases.flatMap(({ id, policy, expect: due }) => (policy === undefined ? [] : [`${id}: ${due}`])),
  );
  expect(ofPolicy.sort()).toEqual([
    'chargebee/valid-other-body: accept',
    'gitlab-token/valid-other-body: accept',
    'persona/stale-1h-policy: reject',
    'revolut/future: reject',
    'tiktok/stale-1h-policy: reject',
    'zendesk/stale-1h-policy: reject',
  ]);
});

function keyNames({ keyId, encoding }: Vector): { readonly id?: string; readonly encoding?: 'base64' } {
  return {
    ...(keyId !== undefined && { id: keyId }),
    ...(encoding === 'base64' && { encoding }),
  };
}

/** Of the same form. */
function otherKey({ secret }: Vector, algorithm: string): string {
  if (secret !== undefined) return secret.replace(/[0-9a-z]/gi, (char) => (char === 'A' ? 'B' : 'A'));
  const { publicKey } = algorithm.startsWith('rsa-')
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
