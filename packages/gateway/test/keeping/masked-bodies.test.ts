/** Long bodies, and any: what is masked of them, held against `JSON.parse`, and how long nobody else has a turn. */
import { parseExactJson } from '@countersign/core/internal/parse-exact-json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { turnsWhile } from '../../../core/test/support/turns.ts';
import { createMask } from '../../src/keeping/mask.ts';

const FORM = ['content-type', 'application/x-www-form-urlencoded'];

async function shownOf(
  body: Uint8Array,
  members: readonly string[],
  headers: readonly string[] = [],
): Promise<Buffer | undefined> {
  const shown = await createMask({ headers: [], members }).body(body, headers);
  return shown && Buffer.from(shown);
}

/** What `JSON.parse` reads, with the members replaced. */
function replaced(value: unknown, members: readonly string[], path: readonly string[] = []): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const isArray = Array.isArray(value);
  const entries = Object.entries(value).map(([name, child]) => {
    const at = [...path, name];
    const isMasked = members.some((member) => {
      const names = member.split('.');
      if (names.length === 1) return !isArray && names[0] === name;
      return names.length === at.length && names.every((each, i) => each === '*' || each === at[i]);
    });
    return [name, isMasked ? '***' : replaced(child, members, at)] as const;
  });
  return isArray ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

const name = fc.constantFrom('a', 'b', 'é', '0', '1', '', 'a\n', '\u{1f600}', 'length');
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -1.5, 1e300, '', 'a"}', '\\', 'é', '\u{1f600}'),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const member = fc.oneof(
  fc.constantFrom('a', 'b', 'é', '0', 'a\n', '\u{1f600}'),
  fc.array(fc.oneof(name, fc.constant('*')), { minLength: 2, maxLength: 4 }).map((names) => names.join('.')),
);
const members = fc.array(member, { minLength: 1, maxLength: 3 });

/** Every text and name as escapes. */
function escaped(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => {
    const units = [...String(JSON.parse(quoted))].flatMap((char) => char.split(''));
    return `"${units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
  });
}

describe('a body of JSON', () => {
  it('reads as JSON.parse reads it with the members replaced, however it is written', async () => {
    const written = fc
      .tuple(tree, fc.constantFrom(undefined, 1, '\t', '\r\n'), fc.boolean())
      .map(([value, space, isEscaped]) => {
        const text = JSON.stringify(value, null, space);
        return isEscaped ? escaped(text) : text;
      });
    await fc.assert(
      fc.asyncProperty(written, members, async (text, masked) => {
        const shown = await shownOf(Buffer.from(text), masked);
        expect(parseExactJson(String(shown))).toEqual(replaced(parseExactJson(text), masked));
      }),
      { numRuns: 500 },
    );
  });

  it('stays byte for byte where nothing of it is masked', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (value) => {
        const body = Buffer.from(JSON.stringify(value, null, 2));
        expect(await shownOf(body, ['not there', 'nor.this'])).toEqual(body);
      }),
    );
  });

  it('is shown just where JSON.parse takes it', async () => {
    const part = fc.constantFrom(
      ...'{}[]:,"\\ \n\f\u00a0\u0000\ufeff\u2028\'',
      ...'"a" \\u00e9 \\u00g0 0 01 - -0 1 . .5 e E+ e-1 true false null nul "a": {"a":1 [1'.split(' '),
    );
    const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    const broken = fc
      .tuple(tree, fc.nat(), fc.constantFrom('', '"', ',', '}', '0', '\\'))
      .map(([value, at, put]) => {
        const whole = JSON.stringify(value);
        const place = at % (whole.length + 1);
        return whole.slice(0, place) + put + whole.slice(place + (at % 2));
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, broken), async (body) => {
        fc.pre(body !== '');
        expect((await shownOf(Buffer.from(body), ['a'])) !== undefined).toBe(isJson(body));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is read on where a slice ends, wherever that is', async () => {
    const value = '{"é\\n":["x\\u0061",-12.5e+3,true,{"p":[null,"\\\\"]},[]],"q":{"p":1}}';
    for (let before = 0; before < value.length + 2; before++) {
      const pad = ' '.repeat(128 * 1024 - before);
      const shown = await shownOf(Buffer.from(`[${pad}${value}]`), ['p']);
      expect(parseExactJson(String(shown))).toEqual([replaced(parseExactJson(value), ['p'])]);
      const inText = await shownOf(Buffer.from(`["${'x'.repeat(128 * 1024 - before)}\\"",${value}]`), ['p']);
      expect(parseExactJson(String(inText))).toEqual([
        expect.any(String),
        replaced(parseExactJson(value), ['p']),
      ]);
    }
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('a long body', () => {
  const MB = 1_000_000;
  const of = (unit: string, bytes: number): string => unit.repeat(Math.ceil(bytes / unit.length));

  it.each<[what: string, body: string, members: readonly string[]]>([
    ['one text', `{"a":"${of('x', 4 * MB)}","p":1}`, ['p']],
    ['one that is masked', `{"p":"${of('é\\n', 4 * MB)}"}`, ['p']],
    ['white space', `[${of(' \n', 4 * MB)}1]`, ['p']],
    ['one number', `[${of('1', 4 * MB)}]`, ['p']],
    ['one name', `{"${of('\\u0070', 4 * MB)}":1}`, ['p', 'a.*']],
    ['arrays in one another', `{"p":${of('[', 2 * MB)}${of(']', 2 * MB)}}`, ['p']],
  ])('of %s lets others have their turn for each 128 KB', async (_, body, masked) => {
    const bytes = Buffer.from(body);
    expect(await turnsWhile(() => shownOf(bytes, masked))).toBeGreaterThanOrEqual(28);
  });

  it.each<[what: string, body: string, members: readonly string[]]>([
    ['members that are masked', `{${of('"p":1,', MB)}"p":1}`, ['p']],
    ['members that may be', `{${of('"q":1,', MB)}"p":1}`, ['p']],
    ['members of a path', `{"a":{${of('"q":1,', MB)}"p":1}}`, ['a.p', '*.x', 'a.*.b']],
    ['elements of a path', `[${of('1,', 500_000)}1]`, ['0.p', '*.x']],
    ['objects', `[${of('{},', 750_000)}1]`, ['p', '*.*.x']],
  ])('of many %s lets others have their turn for each 2,000', async (_, body, masked) => {
    const bytes = Buffer.from(body);
    expect(await turnsWhile(() => shownOf(bytes, masked))).toBeGreaterThanOrEqual(80);
  });

  it.each([
    ['one field', `a=${of('x', 4 * MB)}`, 110],
    ['one that is masked', `p=${of('x', 4 * MB)}`, 110],
    ['many fields', of('%70=1&', MB), 80],
    ['many names', of('a[b]&', MB), 80],
    ['ampersands', of('&', MB), 80],
  ])('of a form of %s does, too', async (_, body, least) => {
    const bytes = Buffer.from(body);
    expect(await turnsWhile(() => shownOf(bytes, ['p', 'a.x'], FORM))).toBeGreaterThanOrEqual(least);
  });

  it('is put together again whole', async () => {
    const body = Buffer.from(`{${of('"p":{"é":[1]},"q":"ß", ', 3 * MB)}"p":0}`);
    const shown = await shownOf(body, ['p']);
    expect(String(shown)).toBe(body.toString().replaceAll(/"p":(\{"é":\[1\]\}|0)/g, '"p":"***"'));
    const form = Buffer.from(`${of('p=12345678&q=1&', 3 * MB)}p`);
    const fields = await shownOf(form, ['p'], FORM);
    expect(String(fields)).toBe(`${form.toString().replaceAll('12345678', '***')}=***`);
  });
});
