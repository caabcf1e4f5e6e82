/** Which requests an erasure or a search means by a member, held against `JSON.parse`; and how long nobody else has a turn. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { turnsWhile } from '../../../core/test/support/turns.ts';
import { createMatcher } from '../../src/stores/erase-match.ts';

const matchesMember = async (body: string, path: string, value: string): Promise<boolean> =>
  createMatcher({ member: { path, value } })({
    id: 'e',
    gate: 'g',
    url: '/',
    headers: [],
    body: Buffer.from(body),
  });

describe('a member', () => {
  it.each<[what: string, body: string, path: string, value: string, isMatch: boolean]>([
    ['a text', '{"a":{"b":"x"}}', 'a.b', 'x', true],
    ['from the top only', '{"c":{"a":{"b":"x"}}}', 'a.b', 'x', false],
    ['an element by its place', '[{"a":1},{"a":2}]', '1.a', '2', true],
    ['any member or element', '{"a":[{"b":1},{"b":2}]}', 'a.*.b', '2', true],
    ['a text that is written as escapes', '{"a":"\\u0078\\/"}', 'a', 'x/', true],
    ['a name that is', '{"\\u0061":"\\u0078"}', 'a', 'x', true],
    ['a number as JavaScript writes it', '{"a":12.50}', 'a', '12.5', true],
    ['a boolean', '{"a":true}', 'a', 'true', true],
    ['no null', '{"a":null}', 'a', 'null', false],
    ['no object', '{"a":{}}', 'a', '[object Object]', false],
    ['either of two that have the name', '{"a":"x","a":"y"}', 'a', 'x', true],
    ['nothing of what is no JSON', '{"a":"x"', 'a', 'x', false],
    ['whatever it is nested in', `{"a":"x","b":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'a', 'x', true],
  ])('%s', async (_, body, path, value, isMatch) => {
    expect(await matchesMember(body, path, value)).toBe(isMatch);
  });

  it('is meant where JSON.parse finds the value at the end of the path', async () => {
    const name = fc.constantFrom('a', 'b', '0', '1', 'é');
    const leaf = fc.constantFrom(null, true, 1, -2.5, 'x', 'xy', 'é"', '');
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    const path = fc.array(fc.oneof(name, fc.constant('*')), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(tree, path, leaf, async (value, names, sought) => {
        const isMatch = await matchesMember(JSON.stringify(value), names.join('.'), String(sought));
        expect(isMatch).toBe(valuesAt(value, names).some((each) => String(each) === String(sought)));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Texts, numbers and booleans. */
function valuesAt(node: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (name === undefined) return typeof node === 'object' ? [] : [node];
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([each, child]) =>
    name === '*' || name === each ? valuesAt(child, rest) : [],
  );
}

describe('a long body lets others have their turn while it is searched', () => {
  const MB = 1_000_000;
  const long = {
    id: 'e',
    gate: 'g',
    url: '/',
    headers: [],
    body: Buffer.from(`["${'x'.repeat(4 * MB)}\\n"]`),
  };

  it('for a member', async () => {
    const matches = createMatcher({ member: { path: '1', value: 'y' } });
    expect(await turnsWhile(async () => matches(long))).toBeGreaterThanOrEqual(28);
  });

  it('for a text', async () => {
    const matches = createMatcher({ text: 'ana@example.com' });
    expect(await turnsWhile(async () => matches(long))).toBeGreaterThanOrEqual(14);
  });

  it('finds what stands where two windows meet', async () => {
    const text = 'ana@example.com';
    for (let before = 0; before <= text.length; before++) {
      const body = Buffer.from('x'.repeat(256 * 1024 - before) + text);
      expect(await createMatcher({ text })({ ...long, body })).toBe(true);
    }
  });
});
