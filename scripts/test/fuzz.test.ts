/** The search of `npm run fuzz`: it finds what is planted, by the counters that it puts into the code. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it } from 'vitest';
import { MOST_INPUT_BYTES, readCorpus } from '../../fuzz/corpus.ts';
import { COUNTERS, instrument } from '../../fuzz/instrument.ts';
import { minimised, shortened } from '../../fuzz/minimise.ts';
import { Search } from '../../fuzz/search.ts';
import { withSmallLimits } from '../../fuzz/small-limits.ts';
import { type Target, target } from '../../fuzz/target.ts';
import { TARGETS, type TargetName } from '../../fuzz/targets/all.ts';
import { searchInThread } from '../../fuzz/thread.ts';
import { someOf } from '../effort.ts';
import { seededRandom } from '../seeded-random.ts';
import { filesOf } from '../syntax-tree.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What a source's `f` makes of some values, and its counters. */
function run(source: string, values: readonly unknown[]): { results: unknown[]; counts: number[] } {
  const { source: counting, nextCounter } = instrument(source, 0);
  const counters = new Uint32Array(nextCounter);
  const create = new Function('globalThis', `${stripTypeScriptTypes(counting)}; return f;`) as (
    world: object,
  ) => (value: unknown) => unknown;
  const f = create({ [COUNTERS]: counters });
  return { results: values.map((value) => f(value)), counts: [...counters] };
}

describe('a source with counters', () => {
  it.each([
    [
      'an if without else',
      'function f(a: number) { if (a > 1) return 2; return 3; }',
      [1, 2],
      [3, 2],
      [2, 1, 1],
    ],
    [
      'ifs inside each other',
      'function f(a: number) { if (a) if (a > 1) return 2; else return 1; return 0; }',
      [0, 1, 2],
      [0, 1, 2],
      [3, 1, 2, 1, 1],
    ],
    [
      'arms',
      'const f = (a: number) => a ? (a > 1 ? "b" : "a") : { none: true }',
      [0, 1],
      [{ none: true }, 'a'],
      [2, 1, 1, 0, 1],
    ],
    ['right-hand sides', 'const f = (a?: string) => a ?? "b" as const', ['a', undefined], ['a', 'b'], [2, 1]],
    [
      'a loop',
      'function f(n: number) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }',
      [3],
      [3],
      [1, 3],
    ],
    [
      'cases',
      'function f(a: string) { switch (a) { case "x": case "y": return 1; default: return 2; } }',
      ['x', 'z'],
      [1, 2],
      [2, 1, 1, 1],
    ],
    ['a default value', 'function f(a = 4) { return a; }', [1, undefined], [1, 4], [2, 1]],
    [
      'what is caught',
      'function f(a: never) { try { return a.b.c; } catch { return "no"; } }',
      [{}],
      ['no'],
      [1, 1],
    ],
  ])('does the same, and counts %s', (_, source, values, results, counts) => {
    const counted = run(source, values);
    expect(counted.results).toEqual(results);
    expect(counted.counts.toSorted()).toEqual(counts.toSorted());
  });

  it('is a source still, whichever of the packages it is, with its lines where they were', () => {
    const files = filesOf(join(ROOT, 'packages'), ['.ts']).filter((file) =>
      /\/packages\/\w+\/src\//.test(file),
    );
    expect(files.length).toBeGreaterThan(300);
    for (const file of someOf(files, 10)) {
      const plain = readFileSync(file, 'utf8');
      const { source } = instrument(withSmallLimits(file, plain), 0);
      expect(() => parseAst(source, { lang: 'ts' }), file).not.toThrow();
      expect(source.split('\n').length, file).toBe(plain.split('\n').length);
    }
  });

  it('is not made where a limit that is to be small stands there no more', () => {
    expect(() => withSmallLimits('/packages/core/src/text/bytes.ts', 'SLICE_BYTES = 1')).toThrow(
      'small-limits.ts',
    );
  });
});

/** Throws behind four conditions, one inside the other: by chance one input in 2^32 comes there. */
function planted(counters: Uint32Array): Target {
  return target({
    about: 'it never reads "faul"',
    read(input) {
      const text = Buffer.from(input).toString('latin1');
      let depth = 0;
      while (depth < 4 && text[depth] === 'fault'[depth]) {
        depth++;
        counters[depth] = 1;
      }
      if (depth === 4) throw new Error('it reads "faul"');
      return depth;
    },
    judge: () => undefined,
  });
}

async function inputsUntilFault(counters: Uint32Array, most: number): Promise<number | undefined> {
  const search = new Search({
    target: planted(counters),
    counters,
    words: [],
    random: seededRandom(1),
    mostBytes: 100,
    onInput: () => undefined,
  });
  await search.add(Buffer.from('some text'));
  while (search.executions < most) if (await search.step()) return search.executions;
  return undefined;
}

describe('a search', () => {
  it('finds a fault that stands behind several branches, led by the counters alone, and again by the same inputs', async () => {
    const inputs = await inputsUntilFault(new Uint32Array(6), 400_000);
    expect(inputs).toBeDefined();
    expect(await inputsUntilFault(new Uint32Array(6), 400_000)).toBe(inputs);
    // Counters that nobody looks at lead nowhere.
    const blind = new Uint32Array(6);
    expect(await inputsUntilFault(blind.subarray(0, 0), 2 * (inputs ?? 0))).toBeUndefined();
  });

  it('takes an input that costs too much for a fault', async () => {
    const slow = target({
      about: 'it is quick',
      read(input) {
        const untilMs = performance.now() + (input.length > 3 ? 20 : 0);
        while (performance.now() < untilMs);
      },
      judge: () => undefined,
    });
    const options = {
      counters: new Uint32Array(1),
      words: [],
      random: seededRandom(1),
      mostBytes: 9,
      onInput: () => undefined,
    };
    const search = new Search({ ...options, target: slow });
    expect(await search.add(Buffer.from('abc'))).toBeUndefined();
    expect((await search.add(Buffer.from('abcd')))?.error.message).toMatch(
      /^an input of 4 bytes takes \d+\.\d ms/,
    );
  });

  it('cuts an input down to what it takes', async () => {
    const isStill = async (bytes: Uint8Array): Promise<boolean> =>
      /a.*b/s.test(Buffer.from(bytes).toString());
    expect(Buffer.from(await shortened(Buffer.from('xxaxxxxbxxxx'), isStill)).toString()).toBe('ab');
    const counters = new Uint32Array(6);
    const kept = await minimised(
      ['xyz', 'faultless', 'faun', 'f'].map((text) => Buffer.from(text)),
      {
        target: { ...planted(counters), read: () => undefined, judge: (input) => count(counters, input) },
        counters,
        mostBytes: 8,
        onInput: () => undefined,
      },
    );
    expect(kept.map((input) => Buffer.from(input).toString())).toEqual(['f', 'fau']);
  });
});

function count(counters: Uint32Array, input: Uint8Array): void {
  for (let i = 0; i < input.length && input[i] === 'fault'.charCodeAt(i); i++) counters[i] = 1;
}

describe('a thread', () => {
  const order = { name: 'json-text', seed: 1, executions: 1, seconds: 1, keeps: false } as const;

  it.each([
    ['never ends', 300, 'never-ends.ts', 'the second', 'an input takes longer than 0.3 s'],
    ['takes all memory', 20_000, 'takes-all-memory.ts', 'a bomb', 'memory limit'],
  ])('whose input %s is ended, and the input is told', async (_, longestInputMs, file, input, text) => {
    const worker = join(import.meta.dirname, 'fuzz', file);
    const { fault } = await searchInThread(order, { worker, longestInputMs, mostMegabytes: 64 });
    expect(Buffer.from(fault?.input ?? []).toString()).toBe(input);
    expect(fault?.text).toContain(text);
  });
});

it.each(Object.keys(TARGETS) as TargetName[])('the corpus of %s is there, small, each input once', (name) => {
  const inputs = readCorpus(name);
  expect(inputs.length).toBeGreaterThan(10);
  expect(new Set(inputs.map((input) => Buffer.from(input).toString('latin1'))).size).toBe(inputs.length);
  for (const { length } of inputs) expect(length).toBeLessThanOrEqual(MOST_INPUT_BYTES);
});
