import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { concatBytes } from '../../src/text/bytes.ts';
import {
  findMember,
  inOrder,
  isGoText,
  type JsonMember,
  type JsonObjectText,
  type PrintStyle,
  printJson,
  scanJsonObject,
  withoutMember,
} from '../../src/text/json-text.ts';
import { dice, escaped, goText, jsonObject, jsonValue, spaced, text, utf8 } from './json-generators.ts';
import { print, scanned } from './whole-json.ts';

const scannedText = (json: string): JsonObjectText => scanned(utf8(json));

const compact = (object: JsonObjectText, omit?: string) =>
  print(
    object,
    object.members.filter(({ name }) => name !== omit),
    'compact',
  );

describe('withoutMember', () => {
  const cut = (json: string, name = 's') => {
    const object = scannedText(json);
    const member = findMember(object, name);
    if (!member) throw new Error(name);
    return withoutMember(object, member).map((parts) => text(concatBytes(parts)));
  };

  it('cuts from the comma before the member to the end of its value', () => {
    expect(cut('{"a":1,"s":"x"}')).toEqual(['{"a":1}']);
    expect(cut('{"a":1,"s":"x","b":2}')).toEqual(['{"a":1,"b":2}']);
    expect(cut('{"a":1 , "s" : "x" , "b":2 }')).toEqual(['{"a":1  , "b":2 }']);
    expect(cut('{\n  "a": ",",\n  "s": "x"\n}\n')).toEqual(['{\n  "a": ","\n}\n']);
  });

  it('cuts a first member with the comma behind it, without and with the white space after that comma', () => {
    expect(cut('{"s":"x","a":1}')).toEqual(['{"a":1}']);
    expect(cut('{"s": "x", "a": 1}')).toEqual(['{"a": 1}', '{ "a": 1}']);
    expect(cut('{\n  "s": "x" ,\n  "a": 1\n}')).toEqual(['{\n  "a": 1\n}', '{\n  \n  "a": 1\n}']);
  });

  it('leaves an empty object where it was the only member', () => {
    expect(cut('{"s":"x"}')).toEqual(['{}']);
    expect(cut(' { "s" : "x" } ')).toEqual([' {  } ']);
  });

  it('cuts the top-level member only', () => {
    expect(cut('{"p":{"s":1},"s":[{"s":2},","],"q":{"s":3}}')).toEqual(['{"p":{"s":1},"q":{"s":3}}']);
  });

  it('gives JSON without that member for every object', () => {
    fc.assert(
      fc.property(jsonObject, jsonValue, fc.nat(), dice, (rest, value, at, roll) => {
        const entries = Object.entries(rest).filter(([name]) => name !== 'signature');
        const all = entries.toSpliced(at % (entries.length + 1), 0, ['signature', value]);
        for (const json of [
          JSON.stringify(fromEntries(all)),
          spaced(JSON.stringify(fromEntries(all)), roll),
        ]) {
          for (const variant of cut(json, 'signature')) {
            expect(JSON.parse(variant)).toEqual(JSON.parse(JSON.stringify(fromEntries(entries))));
          }
        }
      }),
    );
  });
});

/** Object.fromEntries moves integer-like names to the front; what matters here is that both sides do so alike. */
const fromEntries = (entries: readonly (readonly [string, unknown])[]) => Object.fromEntries(entries);

describe('compact', () => {
  it('drops white space between tokens and keeps strings and numbers to the letter', () => {
    const object = scannedText(
      '{ "a b" : " x \\" y\\\\" ,\n"n" : [ 1.0 , -0 , 1E+2 ] , "s" : 1, "\\u0061" : { } }',
    );
    expect(compact(object, 's')).toBe('{"a b":" x \\" y\\\\","n":[1.0,-0,1E+2],"\\u0061":{}}');
    expect(compact(scannedText(' { "s" : 1 } '))).toBe('{"s":1}');
    const only = scannedText('{ "s":1 }');
    expect(compact(only, 's')).toBe('{}');
  });

  it('makes JSON.stringify’s text out of any spacing of it', () => {
    fc.assert(
      fc.property(jsonObject, dice, (value, roll) => {
        const json = JSON.stringify(value);
        for (const wire of [json, spaced(json, roll), JSON.stringify(value, null, 2)]) {
          expect(compact(scannedText(wire))).toBe(json);
        }
      }),
    );
  });
});

describe('ascii', () => {
  const ascii = (json: string) => {
    const object = scannedText(json);
    return print(object, object.members, 'ascii');
  };

  it('writes non-ASCII characters as Python’s json.dumps does', () => {
    expect(ascii('{"zoë":"– 你好 🚀 \u{10ffff}\ufeff\u0080"}')).toBe(
      '{"zo\\u00eb":"\\u2013 \\u4f60\\u597d \\ud83d\\ude80 \\udbff\\udfff\\ufeff\\u0080"}',
    );
  });

  it('leaves ASCII and escapes to the letter', () => {
    expect(ascii('{"a":"~\\u00EB\\n\\\\\\""}')).toBe('{"a":"~\\u00EB\\n\\\\\\""}');
  });

  it('escapes U+007F, as Python’s json.dumps does though it is ASCII', () => {
    expect(ascii('{"a":"\u007f"}')).toBe('{"a":"\\u007f"}');
  });

  it('leaves ASCII as it was, escapes the rest and can be read back', () => {
    fc.assert(
      fc.property(jsonObject, (value) => {
        const json = JSON.stringify(value);
        const expected = json.replace(
          /[\u007f-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
        expect(ascii(json)).toBe(expected);
        expect(JSON.parse(expected)).toEqual(JSON.parse(json));
      }),
    );
  });
});

describe('members in another order', () => {
  const order = ['action_name', 'parameters', 'timestamp', 'test'];
  const reordered = (json: string, style: PrintStyle) => {
    const object = scannedText(json);
    const members = inOrder(object, order, 'signature');
    return members && print(object, members, style);
  };

  it('are compact but as they were', () => {
    expect(
      reordered(
        '{"timestamp": 1.0, "signature": "x", "parameters": {"b": 1, "a": "\\u00EB/é"}, "action_name": "n"}',
        'compact',
      ),
    ).toBe('{"action_name":"n","parameters":{"b":1,"a":"\\u00EB/é"},"timestamp":1.0}');
  });

  it('are Python’s text again, together with the escapes', () => {
    // json.dumps({"action_name": "n", "parameters": {"b": "é🚀", "a": 1.0}, "timestamp": 1}, separators=(",", ":"))
    expect(
      reordered(
        '{"parameters":{"b":"é🚀","a":1.0},"timestamp":1,"signature":"x","action_name":"n"}',
        'ascii',
      ),
    ).toBe('{"action_name":"n","parameters":{"b":"\\u00e9\\ud83d\\ude80","a":1.0},"timestamp":1}');
  });

  it('are none where absent', () => {
    expect(reordered('{"test":true}', 'compact')).toBe('{"test":true}');
    expect(reordered('{"signature":1}', 'compact')).toBe('{}');
  });

  it('give nothing where one is not known', () => {
    expect(reordered('{"action_name":"n","extra":1}', 'compact')).toBeUndefined();
    expect(reordered('{"action_name":"n","extra":1}', 'go')).toBeUndefined();
  });
});

describe('go', () => {
  const go = (json: string) => {
    const object = scannedText(json);
    const members = inOrder(object, ['a', 'p', 't'], 's');
    return members && print(object, members, 'go');
  };

  it('orders the top level as told and sorts the keys below by code point', () => {
    expect(
      go(
        '{ "t" : 1 , "s" : 2 , "p" : { "b" : [ { "z" : 1 , "y" : [ ] } ] , "a" : { } , "B" : null } , "a" : "x" }',
      ),
    ).toBe('{"a":"x","p":{"B":null,"a":{},"b":[{"y":[],"z":1}]},"t":1}');
    // U+FF5E comes before U+1F680, though its UTF-16 unit is the greater; a key that is a prefix comes first.
    expect(go('{"p":{"🚀":1,"～":2,"a":3,"aa":4,"":5,"\\u0061-":6}}')).toBe(
      '{"p":{"":5,"a":3,"a-":6,"aa":4,"～":2,"🚀":1}}',
    );
    expect(go('{"p":{"\\ud83d\\ude80":1,"\\uff5e":2}}')).toBe('{"p":{"～":2,"🚀":1}}');
  });

  it('keeps the text of numbers', () => {
    expect(go('{"p":[12345678901234567890, 1.0, 1e-07, -0.0, 1E+2]}')).toBe(
      '{"p":[12345678901234567890,1.0,1e-07,-0.0,1E+2]}',
    );
  });

  it('escapes as encoding/json does', () => {
    expect(go('{"a":"<b>&\\u003c\\/\u2028\\u2029\\u2028"}')).toBe(
      '{"a":"\\u003cb\\u003e\\u0026\\u003c/\\u2028\\u2029\\u2028"}',
    );
    expect(go('{"a":"\\u0008\\u0009\\u000a\\u000C\\u000d\\b\\t\\n\\f\\r\\u0000\\u001F\\u007f\u007f"}')).toBe(
      '{"a":"\\b\\t\\n\\f\\r\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\u007f"}',
    );
    expect(go('{"a":"\\u0022\\u005c\\"\\\\\\u0041\\u00eb\\u4F60\\ud83d\\ude80"}')).toBe(
      '{"a":"\\"\\\\\\"\\\\Aë你🚀"}',
    );
    expect(go('{"a":"\u201a\u2027\u202a\u00a0"}')).toBe('{"a":"\u201a\u2027\u202a\u00a0"}');
  });

  it('escapes keys in the same way', () => {
    expect(go('{"p":{"k\\"ey":1,"<":2,"\\u002f":3}}')).toBe('{"p":{"/":3,"\\u003c":2,"k\\"ey":1}}');
  });

  it('gives nothing where a string holds a lone surrogate, which Go would sign as U+FFFD', () => {
    expect(go('{"a":"\\ud83d\\ude80\\ufffd"}')).toBe('{"a":"🚀\ufffd"}');
    for (const half of ['\\ud800', '\\udc00', '\\ud800\\u0041', '\\ud800\\ud83d\\ude80', '\\ude80\\ud83d']) {
      expect(go(`{"a":"${half}"}`), half).toBeUndefined();
      expect(go(`{"a":[0,{"b":"x${half}"}],"c":"${'y'.repeat(100_000)}"}`), half).toBeUndefined();
      expect(go(`{"p":{"${half}":1,"a":0}}`), half).toBeUndefined();
    }
  });

  it.each([0, 30, 50, 1000, 33_000, 60_000, 65_400, 65_530, 70_000, 200_000])(
    'gives nothing where %i bytes stand before a lone surrogate',
    (length) => {
      const text = 'y'.repeat(length);
      for (const before of [text, `<${text}`, `${text}\\u003c`]) {
        expect(go(`{"a":"${before}\\ud800"}`)).toBeUndefined();
        expect(go(`{"a":"${before}\\udc00${text}"}`)).toBeUndefined();
      }
    },
  );

  it('sorts many members, and long names, by code point', () => {
    const names = Array.from(
      { length: 3000 },
      (_, i) => `${'k'.repeat(i % 3 ? 1 : 90)}${i % 2 ? '～' : '🚀'}${i}`,
    );
    const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const object = (all: readonly string[]) => `{"p":{${all.map((name) => `"${name}":0`).join()}}}`;
    expect(go(object(names))).toBe(object(sorted));
  });

  it('sorts in slices what it cannot sort at once', () => {
    const names = Array.from({ length: 9000 }, (_, i) => `${'k'.repeat(300)}${(i * 7919) % 9001}`);
    const json = (all: readonly string[]) => `{"p":{${all.map((name) => `"${name}":0`).join()}},"t":1}`;
    const object = scannedText(json(names));
    const chunks = [...printJson(object, object.members, 'go')].length;
    expect(chunks).toBeGreaterThan((4 * object.end) / 65_536);
    expect(go(json(names)) === json(names.toSorted())).toBe(true);
  });

  it.each([
    ['{"a":{"b":1,"c":"é"}}', true],
    ['{"b":1,"a":2}', true],
    ['{"a":{"c":1,"b":2}}', false],
    ['{"a":[{"c":1,"b":2}]}', false],
    ['{"a":"\\u0041"}', false],
    ['{"a":"\\n"}', false],
    ['{"a":"<"}', false],
    ['{"a":">"}', false],
    ['{"a":"&"}', false],
    ['{"a":"\u2028"}', false],
    ['{"<":1}', false],
  ])('says of %s whether it is sure to be itself: %s', (json, isItself) => {
    expect(isGoText(scannedText(json))).toBe(isItself);
  });

  it('knows nothing of a text whose order was not looked at', () => {
    const object = scanJsonObject(utf8('{"a":1}'));
    expect(isGoText(object as JsonObjectText)).toBe(false);
  });

  it('is itself where it says so', () => {
    fc.assert(
      fc.property(jsonValue, jsonValue, dice, (a, p, roll) => {
        const object = scannedText(
          roll(2) ? `{"a":${goText(a)},"p":${goText(p)}}` : JSON.stringify({ a, p }),
        );
        if (!isGoText(object)) return;
        expect(print(object, object.members, 'go')).toBe(compact(object));
      }),
    );
  });

  it('writes what a printer of values writes, whatever the spacing, escapes and order on the wire, and is idempotent', () => {
    fc.assert(
      fc.property(jsonValue, jsonValue, dice, (a, p, roll) => {
        const wire = spaced(escaped(JSON.stringify(roll(2) ? { p, a, s: 0 } : { s: 0, a, p }), roll), roll);
        const expected = `{"a":${goText(a)},"p":${goText(p)}}`;
        expect(go(wire)).toBe(expected);
        expect(go(expected)).toBe(expected);
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('a long text', () => {
  const order = ['a', 'p'];

  it('is made in chunks of at most 64 KB, whatever is in it, and is what a short one is', () => {
    fc.assert(
      fc.property(
        jsonObject,
        fc.constantFrom<PrintStyle>('compact', 'ascii', 'go'),
        dice,
        (value, style, roll) => {
          const filler = ['x', 'é', '<', '\\n', '\\u2028', '🚀', '\u007f', '"', ' '][roll(9)] as string;
          const long = filler.repeat(60_000 + roll(9000));
          const short = JSON.stringify({ a: filler, p: value });
          const json = spaced(short, roll).replace(JSON.stringify(filler), () => JSON.stringify(long));
          const object = scannedText(json);
          const members = inOrder(object, order, 's') as readonly JsonMember[];
          for (const chunk of printJson(object, members, style))
            expect(chunk.length).toBeLessThanOrEqual(65_600);
          const shortObject = scannedText(short);
          const shortText = print(shortObject, inOrder(shortObject, order, 's') ?? [], style);
          const piece = print(
            scannedText(JSON.stringify({ p: filler })),
            scannedText(JSON.stringify({ p: filler })).members,
            style,
          );
          const inner = piece?.slice('{"p":"'.length, -'"}'.length) as string;
          const expected = shortText?.replace(
            `"a":"${inner}"`,
            () => `"a":"${inner.repeat(long.length / filler.length)}"`,
          );
          const whole = print(object, members, style);
          if (whole === undefined) expect((expected as string).length).toBeGreaterThan(2 * json.length);
          else expect(whole === expected).toBe(true);
        },
      ),
      { numRuns: runs(500) },
    );
  });

  it('is made of 64 KB of its object at a time, where most of that is left out too', () => {
    const json = `{"a":[${`1,${' '.repeat(60_000)}`.repeat(40)}1]}`;
    const object = scannedText(json);
    for (const style of ['compact', 'ascii', 'go'] as const) {
      const chunks = [...printJson(object, object.members, style)].length;
      expect(chunks).toBeGreaterThanOrEqual(json.length / 65_536);
      expect(chunks).toBeLessThanOrEqual(2 * (json.length / 65_536));
    }
  });

  it.each([
    [40_000, 131_072, [10_000, 18_000, 21_000, 22_000, 25_000, 33_000, 39_000]],
    [100_000, 300_000, [40_000, 49_000, 50_000, 52_000, 55_000, 65_000, 80_000, 99_000]],
  ])('of %i bytes is given up with the chunk that brings it beyond %i', (size, most, counts) => {
    // A byte becomes six; what is read besides is left out.
    for (const count of counts) {
      const start = `{"p":"${'\u007f'.repeat(count)}"`;
      const object = scannedText(`${start.padEnd(size - 1)}}`);
      const lengths: number[] = [];
      const making = printJson(object, object.members, 'ascii');
      let step = making.next();
      for (; !step.done; step = making.next()) lengths.push(step.value.length);
      const [all, beforeLast] = [lengths, lengths.slice(0, -1)].map((some) =>
        some.reduce((a, b) => a + b, 0),
      );
      expect(beforeLast).toBeLessThanOrEqual(most);
      if (step.value) expect(all).toBe(6 * count + 8);
      else expect(all).toBeGreaterThan(most);
      if (6 * count + 8 <= most) expect(step.value).toBe(true);
      if (6 * count > most + 2 * 65_536) expect(step.value).toBe(false);
    }
  });

  it('is given up where it grows beyond three times its object', () => {
    const object = scannedText(`{"p":"${'\u007f'.repeat(200_000)}"}`);
    expect(print(object, object.members, 'ascii')).toBeUndefined();
    expect(print(object, object.members, 'go')?.length).toBe(200_008);
    let made = 0;
    for (const chunk of printJson(object, object.members, 'ascii')) made += chunk.length;
    expect(made).toBeLessThan(700_000);
  });
});
