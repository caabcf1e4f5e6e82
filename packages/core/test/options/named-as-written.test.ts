/** Prevents: an error of an option under a name that its writer has never written, such as `scheme.id` for hmac’s `requestId`. */
import { describe, expect, it } from 'vitest';
import { findProvider, optionRowsOf, providerIds, SetupError, writtenProvider } from '../../src/index.ts';
import { createProvider } from '../../src/providers/registry.ts';

/** Right for some option of some provider, and wrong for most; several say what another option says. */
const VALUES: readonly unknown[] = [
  7,
  -1,
  '',
  'none',
  'x',
  true,
  [],
  {},
  null,
  'x-signature',
  'x-id',
  'authorization',
  { header: 'x-signature' },
  { header: 7 },
  { header: 'x', query: 'y' },
  { item: 't' },
  { member: 'a.b' },
  '{body',
  '{id}{body}',
  '{id}.{timestamp}.{body}',
  '{nonce}.{body}',
  '{timestamp}{id}.{body}',
  '{type}.{body}',
  '{path}',
  ['{body}', '{timestamp}.{body}'],
  ['@method'],
  ['nonce'],
  ['created'],
  ['content-digest'],
  'https://a.example',
  { url: 'http://a.example/jwks' },
  'EdDSA',
];

/** Those that contradict another option rather than themselves. */
const FEW: readonly unknown[] = [
  'none',
  'x-id',
  { header: 'x-signature' },
  '{id}{body}',
  '{id}.{timestamp}.{body}',
  '{nonce}.{body}',
  ['nonce'],
  'https://a.example',
  'EdDSA',
];

interface Refusal {
  readonly option: string;
  readonly remedy: string;
  readonly given: Readonly<Record<string, unknown>>;
}

function refusals(id: string, samples: object, changes: readonly (readonly string[])[]): readonly Refusal[] {
  return changes.flatMap((names) =>
    combinations(names).flatMap((given) => {
      try {
        createProvider(writtenProvider(id, { ...samples, ...given }));
        return [];
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        return [{ option: error.option, remedy: error.remedy, given }];
      }
    }),
  );
}

function combinations([first, second]: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  if (first === undefined) return [];
  const alone = VALUES.map((value) => ({ [first]: value }));
  return second === undefined
    ? alone
    : FEW.flatMap((value) => FEW.map((other) => ({ [first]: value, [second]: other })));
}

describe.each(providerIds)('%s', (id) => {
  it('names its options as they are written, alone and in pairs', () => {
    const names = optionRowsOf(findProvider(id)).map(({ name }) => name);
    const pairs = names.flatMap((name, i) => names.slice(i + 1).map((other) => [name, other]));
    const found = refusals(id, findProvider(id)?.needs ?? {}, [...names.map((name) => [name]), ...pairs]);
    const wrong = found.filter(({ option, remedy }) => {
      const name = /^provider\.(\w+)/.exec(option)?.[1] ?? '';
      return !names.includes(name) || remedy.includes('scheme.');
    });
    expect(found.length).toBeGreaterThan(names.length > 0 ? 0 : -1);
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});
