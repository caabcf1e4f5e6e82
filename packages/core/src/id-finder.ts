/** How keys are looked up by the id that a request names: loaded with the first request of a gate that does. */
import { describeGiven, isArray } from './given.ts';
import type { KeyFinder } from './key-finder.ts';
import type { KeyFunction, KeyHint } from './keys/key-hint.ts';

export function idFinder(find: KeyFunction, gate: Pick<KeyHint, 'gate' | 'provider'>): KeyFinder {
  return {
    what: 'function',
    misses: undefined,
    asList:
      'Have it return a list of keys, as the gate’s option keys takes it: an empty one where there is none.',
    namesOf: ({ namedKeyId, keyHints }) => (keyHints.length > 0 ? [...new Set(keyHints)] : [namedKeyId]),
    ask: (keyId) => find(Object.freeze({ ...gate, keyId })),
    read: (answer) => (isArray(answer) ? { specs: answer } : `returned ${describeGiven(answer)}`),
    none: () => undefined,
    ringName: (keyId) => keyId,
  };
}
