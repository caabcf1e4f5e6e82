import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonReader, type JsonValue, memberNames } from '../src/json-reader.ts';
import { SLICE_BYTES, type Sliced } from '../src/pause.ts';
import { scanJson, valueAt } from '../src/text/json-value.ts';
import { jsonValue, utf8 } from './text/json-generators.ts';

const find = (text: string, path: string) => new JsonReader(utf8(text)).find(memberNames(path));

describe('what a reader finds', () => {
  it.each<[string, string, JsonValue | undefined]>([
    ['{"a":"x"}', 'a', { kind: 'string', text: 'x' }],
    ['{"a":{"b":{"c":1.50}}}', 'a.b.c', { kind: 'number', text: '1.50' }],
    ['{ "a" : [ 1 , { "b" : true } ] }', 'a.1.b', { kind: 'true' }],
    ['{"a":[false,null]}', 'a.0', { kind: 'false' }],
    ['{"a":[false,null]}', 'a.1', { kind: 'null' }],
    ['{"a":[[],{}]}', 'a.0', { kind: 'list' }],
    ['{"a":[[],{}]}', 'a.1', { kind: 'object' }],
    ['[{"type":"x"},{"type":"y"}]', '1.type', { kind: 'string', text: 'y' }],
    ['{"a":{"0":"name"}}', 'a.0', { kind: 'string', text: 'name' }],
    ['{"a.b":{"c\\\\":1}}', 'a\\.b.c\\\\', { kind: 'number', text: '1' }],
    ['{"\\u0061":{"\\u0062":"\\u00e9"}}', 'a.b', { kind: 'string', text: 'é' }],
    ['{"a":{"x":"}","y":"\\"]","b":2}}', 'a.b', { kind: 'number', text: '2' }],
    ['{"a":[1,2]}', 'a.2', undefined],
    ['{"a":[1,2]}', 'a.01', undefined],
    ['{"a":[1,2]}', 'a.-1', undefined],
    ['{"a":[1,2]}', 'a.length', undefined],
    ['{"a":[]}', 'a.0', undefined],
    ['{"a":{}}', 'a.b', undefined],
    ['{"a":"text"}', 'a.0', undefined],
    ['{"a":1}', 'b', undefined],
    ['', 'a', undefined],
    ['"a"', 'a', undefined],
    ['no JSON', 'a', undefined],
    ['{"a":1', 'a', undefined],
    ['{"a":1}x', 'a', undefined],
    ['\ufeff{"a":1}', 'a', undefined],
    ['{"a":1,"a":2}', 'a', undefined],
    ['{"a":1,"b":{"c":1,"\\u0063":2}}', 'a', undefined],
    ['[1],"a":2', '0', undefined],
    ['[1]}', '0', undefined],
    ['[1', '0', undefined],
    [`${'[1,'.repeat(300)}1${']'.repeat(300)}`, '0', undefined],
    [`{"a":"${'x'.repeat(70_000)}"}`, 'a', { kind: 'string' }],
  ])('%.60s: %s', async (text, path, value) => {
    expect(await find(text, path)).toEqual(value);
  });

  it('is what JSON.parse has there, wherever that is', () => {
    fc.assert(
      fc.property(jsonValue, fc.constantFrom('', ' ', '\n\t'), (value, space) => {
        const reader = new JsonReader(utf8(JSON.stringify(value, null, space)));
        for (const [path, inner] of placesOf(value)) expect(reader.find(path)).toEqual(asFound(inner));
      }),
    );
  });

  it('of a long text comes in slices, and is the same', async () => {
    const filler = 'x\\"'.repeat(SLICE_BYTES / 2);
    const list = `[${'0,'.repeat(SLICE_BYTES)}"last"]`;
    const reader = new JsonReader(
      utf8(`{"a":{"${'n'.repeat(60_000)}":1,"f":"${filler}","l":${list},"b":7},"c":8}`),
    );
    const early = reader.find(['a', 'b']);
    expect(early).toBeInstanceOf(Promise);
    expect(await early).toEqual({ kind: 'number', text: '7' });
    expect(await reader.find(['c'])).toEqual({ kind: 'number', text: '8' });
    expect(await reader.find(['a', 'l', String(SLICE_BYTES)])).toEqual({ kind: 'string', text: 'last' });
    expect(await reader.find(['a', 'l', String(SLICE_BYTES + 1)])).toBeUndefined();
    expect(await reader.find(['a', 'f'])).toEqual({ kind: 'string' });
    expect(await new JsonReader(utf8(`[${list}]`)).find(['0', String(SLICE_BYTES)])).toEqual({
      kind: 'string',
      text: 'last',
    });
  });

  it('is there at once where the text is short', () => {
    expect(find('{"a":1}', 'a')).not.toBeInstanceOf(Promise);
  });

  it('takes less than 5 ms of CPU at a time, however long the text', () => {
    const text = utf8(`{"pad":"${'\\"'.repeat(8_000_000)}","a":{"b":[${'[],'.repeat(3_000_000)}1]}}`);
    const scanned = slicesOf(scanJson(text));
    const list = scanned.value && slicesOf(valueAt(scanned.value, ['a', 'b', '3000000']));
    const string = scanned.value && slicesOf(valueAt(scanned.value, ['pad']));
    expect(list?.value).toEqual({ kind: 'number', text: '1' });
    expect(string?.value).toEqual({ kind: 'string' });
    for (const slices of [scanned, list, string]) {
      expect(slices?.number).toBeGreaterThan(50);
      expect(slices?.usualMs).toBeLessThan(5);
    }
  });
});

/** What comes of it, in how many slices, and what the usual one takes: a busy machine interrupts some. */
function slicesOf<T>(work: Sliced<T>): {
  readonly value: T;
  readonly number: number;
  readonly usualMs: number;
} {
  const times: number[] = [];
  for (;;) {
    const start = process.threadCpuUsage();
    const step = work.next();
    const { user, system } = process.threadCpuUsage(start);
    times.push((user + system) / 1_000);
    if (!step.done) continue;
    times.sort((a, b) => a - b);
    return { value: step.value, number: times.length, usualMs: times[times.length >> 1] ?? 0 };
  }
}

/** Each value of a text with the way to it. */
function* placesOf(value: unknown, path: readonly string[] = []): Generator<[readonly string[], unknown]> {
  // A text that is neither object nor list is not read.
  if (path.length > 0 || (typeof value === 'object' && value !== null)) yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* placesOf(inner, [...path, name]);
}

function asFound(value: unknown): JsonValue {
  if (typeof value === 'string') return { kind: 'string', text: value };
  if (typeof value === 'number') return { kind: 'number', text: JSON.stringify(value) };
  if (Array.isArray(value)) return { kind: 'list' };
  if (typeof value === 'object' && value !== null) return { kind: 'object' };
  return { kind: String(value) as 'true' };
}

it('white space in front is not read to its end where it is too much', () => {
  // At once: the rest of the text is not copied either.
  for (const value of ['[1]', '{"a":1}']) {
    const reader = new JsonReader(new TextEncoder().encode(' '.repeat(10_000_000) + value));
    expect(reader.find([])).toBeUndefined();
  }
});

it('white space in front of a list may be as long as anywhere', async () => {
  const read = (count: number) =>
    new JsonReader(new TextEncoder().encode(`${' '.repeat(count)}[true]`)).find(['0']);
  expect([await read(65_536), await read(65_537)]).toEqual([{ kind: 'true' }, undefined]);
});
