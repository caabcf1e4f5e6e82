/** Of every provider and every kind of scheme: a genuine request holds by keys that are bound to its action, and by no keys of another. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { type ActionChoice, actionFrom, createGate, type Gate, type KeySpec } from '../../src/index.ts';
import { everyScheme } from '../support/every-scheme.ts';
import { NOW } from '../tokens/mint.ts';

const withLists = everyScheme.filter(
  ({ options: { keys = [] } }) => typeof keys !== 'function' && keys.length > 0,
);

describe.each(withLists)('$name', ({ options, sign }) => {
  const own = (options.keys as readonly (string | KeySpec)[]).map((key) =>
    typeof key === 'string' ? { secret: key } : key,
  );
  const gateOf = (asked: ActionChoice, action: string | undefined): Gate =>
    createGate({
      ...options,
      keys: own.map((key) => (action === undefined || isAccountKey(key) ? key : { ...key, for: { action } })),
      action: asked,
      now: () => NOW,
    });

  it('holds by the key of the action that it asks for, whatever part names it, and by no other', async () => {
    const request = await sign(NOW);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('path', 'query', 'body', 'host', 'method', 'type' as const),
        name(),
        name(),
        async (part, asked, bound) => {
          const verdict = await gateOf(
            actionFrom(part, () => asked),
            bound,
          ).verify(request);
          expect(verdict.ok).toBe(asked === bound);
          if (verdict.ok) expect(verdict.action).toBe(bound);
        },
      ),
      { seed: 7, numRuns: runs(200) },
    );
  });

  it.each<[string, () => unknown]>([
    ['names none', () => undefined],
    ['names an empty text', () => ''],
    ['cannot be read', () => decodeURIComponent('%zz')],
    ['names a promise of one', async () => 'show'],
    ['names a list', () => ['show']],
    ['names what turns into a text', () => ({ toString: () => 'show' })],
  ])('holds by no bound key where the request %s', async (_, read) => {
    const verdict = await gateOf(actionFrom('path', read as () => string), 'show').verify(await sign(NOW));
    expect(verdict).toMatchObject({ ok: false });
  });
});

/** Names that differ little, or would be one in another reading. */
function name(): fc.Arbitrary<string> {
  return fc.constantFrom(
    'show',
    'Show',
    'show ',
    'show%',
    's',
    'sh\u006f\u0301w',
    'shów',
    '__proto__',
    'constructor',
    'key-1',
    '0',
  );
}

/** Of an Approov account’s: they are for every action. */
function isAccountKey({ id }: KeySpec): boolean {
  return id?.startsWith('account-message') === true;
}
