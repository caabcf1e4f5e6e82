/** What is shown of a JSON body of which some members are masked, against what `JSON.parse` reads with these members replaced. */
import { isDeepStrictEqual } from 'node:util';
import { parseExactJson } from '../../packages/core/src/text/parse-exact-json.ts';
import { maskedJson } from '../../packages/gateway/src/keeping/masked-json.ts';
import { require, target } from '../target.ts';

const PLACES = {
  names: ['p', 'é'],
  paths: [
    ['a', 'b'],
    ['*', 'x'],
    ['a', '*', '0'],
  ],
} as const;
const MASK = Buffer.from('"***"');

export const maskedJsonBodies = target<Buffer | undefined>({
  about:
    'a JSON text with members masked: JSON.parse reads the rest as before, and refuses what is not shown',
  words: [
    '{"a":{"b":1}}',
    '[{"x":"\\""}]',
    '{"p":[{}],"q":',
    '"\\u0070":',
    '"é":',
    '[[[1],',
    '-1.5e+3',
    'true',
    '\\\\',
  ],
  // So that nothing is nested deeper than it may be.
  mostBytes: 2_000,
  read(bytes) {
    for (const work = maskedJson(Buffer.from(bytes), PLACES, MASK); ; ) {
      const step = work.next();
      if (step.done) return step.value;
    }
  },
  judge(bytes, shown) {
    const value = parsed(bytes);
    if (shown === undefined) {
      require(value === undefined, 'JSON.parse takes what is not shown');
      return;
    }
    require(value !== undefined, 'JSON.parse refuses what is shown');
    require(isDeepStrictEqual(parsed(shown)?.value, masked(value.value, [])), 'it masks something else');
  },
});

function parsed(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: parseExactJson(Buffer.from(bytes).toString()) };
  } catch {
    return undefined;
  }
}

function masked(value: unknown, path: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const isMember = !Array.isArray(value);
  const entries = Object.entries(value).map(([name, child]) => {
    const place = [...path, name];
    return [name, isMasked(place, isMember) ? '***' : masked(child, place)] as const;
  });
  return isMember ? Object.fromEntries(entries) : entries.map(([, child]) => child);
}

function isMasked(place: readonly string[], isMember: boolean): boolean {
  if (isMember && PLACES.names.some((name) => name === place.at(-1))) return true;
  return PLACES.paths.some(
    (path) => path.length === place.length && path.every((name, i) => name === '*' || name === place[i]),
  );
}
