import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import {
  compactWithout,
  escapeNonAscii,
  findMember,
  goObject,
  isJsonFault,
  reorder,
  scanJsonObject,
  withoutMember,
} from '../../src/text/json-text.ts';
import { dice, escaped, jsonObject, jsonValue, spaced, text, utf8 } from './json-generators.ts';

function scanned(json: string) {
  const object = scanJsonObject(utf8(json));
  if (isJsonFault(object)) throw new Error(`${object.fault} at ${object.offset}: ${json}`);
  return object;
}

const textOf = (bytes: Uint8Array | undefined) => bytes && text(bytes);

describe('withoutMember', () => {
  const cut = (json: string, name = 's') => {
    const object = scanned(json);
    const member = findMember(object, name);
    if (!member) throw new Error(name);
    return withoutMember(object, member).map(text);
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

describe('compactWithout', () => {
  it('drops white space between tokens and keeps strings and numbers to the letter', () => {
    const object = scanned(
      '{ "a b" : " x \\" y\\\\" ,\n"n" : [ 1.0 , -0 , 1E+2 ] , "s" : 1, "\\u0061" : { } }',
    );
    expect(textOf(compactWithout(object, findMember(object, 's')))).toBe(
      '{"a b":" x \\" y\\\\","n":[1.0,-0,1E+2],"\\u0061":{}}',
    );
    expect(textOf(compactWithout(scanned(' { "s" : 1 } '), undefined))).toBe('{"s":1}');
    const only = scanned('{ "s":1 }');
    expect(textOf(compactWithout(only, findMember(only, 's')))).toBe('{}');
  });

  it('makes JSON.stringify’s text out of any spacing of it', () => {
    fc.assert(
      fc.property(jsonObject, dice, (value, roll) => {
        const json = JSON.stringify(value);
        for (const wire of [json, spaced(json, roll), JSON.stringify(value, null, 2)]) {
          expect(textOf(compactWithout(scanned(wire), undefined))).toBe(json);
        }
      }),
    );
  });

  it('is as long as the cut text exactly when it is the same text', () => {
    fc.assert(
      fc.property(jsonObject, fc.boolean(), dice, (rest, first, roll) => {
        const value = first ? { signature: 'x', ...rest } : { ...rest, signature: 'x' };
        const object = scanned(roll(2) ? JSON.stringify(value) : spaced(JSON.stringify(value), roll));
        const member = findMember(object, 'signature');
        if (!member) throw new Error('signature');
        const compact = compactWithout(object, member);
        for (const raw of withoutMember(object, member)) {
          expect(raw.length === compact.length).toBe(text(raw) === text(compact));
        }
      }),
    );
  });
});

describe('escapeNonAscii', () => {
  it('writes non-ASCII characters as Python’s json.dumps does', () => {
    expect(textOf(escapeNonAscii(utf8('{"zoë":"– 你好 🚀 \u{10ffff}\ufeff\u0080"}')))).toBe(
      '{"zo\\u00eb":"\\u2013 \\u4f60\\u597d \\ud83d\\ude80 \\udbff\\udfff\\ufeff\\u0080"}',
    );
  });

  it('gives the same array back where there is nothing to escape', () => {
    const bytes = utf8('{"a":"~\\u00EB"}');
    expect(escapeNonAscii(bytes)).toBe(bytes);
  });

  it('escapes U+007F, as Python’s json.dumps does though it is ASCII', () => {
    expect(textOf(escapeNonAscii(utf8('{"a":"\u007f"}')))).toBe('{"a":"\\u007f"}');
  });

  it('leaves ASCII as it was, escapes the rest and can be read back', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const json = JSON.stringify(value);
        const expected = json.replace(
          /[\u007f-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
        expect(textOf(escapeNonAscii(utf8(json)))).toBe(expected);
        expect(JSON.parse(expected)).toEqual(JSON.parse(json));
      }),
    );
  });

  it('ends on bytes that are not UTF-8', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => escapeNonAscii(bytes).length >= bytes.length));
  });
});

describe('reorder', () => {
  const order = ['action_name', 'parameters', 'timestamp', 'test'];

  it('writes the members in the given order, their values compact but as they were', () => {
    const object = scanned(
      '{"timestamp": 1.0, "signature": "x", "parameters": {"b": 1, "a": "\\u00EB/é"}, "action_name": "n"}',
    );
    expect(textOf(reorder(object, order, 'signature'))).toBe(
      '{"action_name":"n","parameters":{"b":1,"a":"\\u00EB/é"},"timestamp":1.0}',
    );
  });

  it('makes Python’s text again, together with the escapes', () => {
    // json.dumps({"action_name": "n", "parameters": {"b": "é🚀", "a": 1.0}, "timestamp": 1}, separators=(",", ":"))
    const bytes = reorder(
      scanned('{"parameters":{"b":"é🚀","a":1.0},"timestamp":1,"signature":"x","action_name":"n"}'),
      order,
      'signature',
    );
    expect(textOf(bytes && escapeNonAscii(bytes))).toBe(
      '{"action_name":"n","parameters":{"b":"\\u00e9\\ud83d\\ude80","a":1.0},"timestamp":1}',
    );
  });

  it('skips members that are absent, and needs none', () => {
    expect(textOf(reorder(scanned('{"test":true}'), order, 'signature'))).toBe('{"test":true}');
    expect(textOf(reorder(scanned('{"signature":1}'), order, 'signature'))).toBe('{}');
  });

  it('gives nothing where there is a member it does not know', () => {
    expect(reorder(scanned('{"action_name":"n","extra":1}'), order, 'signature')).toBeUndefined();
    expect(goObject(scanned('{"action_name":"n","extra":1}'), order, 'signature')).toBeUndefined();
  });
});

describe('goObject', () => {
  const go = (json: string) => textOf(goObject(scanned(json), ['a', 'p', 't'], 's'));

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

  it('writes a lone surrogate as U+FFFD', () => {
    expect(go('{"a":"\\ud800 \\udc00\\ud800\\u0041\\ud800\\ud83d\\ude80\\ud800"}')).toBe(
      '{"a":"\ufffd \ufffd\ufffdA\ufffd🚀\ufffd"}',
    );
  });

  it('gives nothing where lone surrogates make two keys one', () => {
    expect(go('{"p":{"\\ud800":1,"\\ud801":2}}')).toBeUndefined();
    expect(go('{"p":[{"\ufffd":1,"a":0,"\\udfff":2}]}')).toBeUndefined();
    expect(go('{"p":{"\\ud800":1,"x":{"\\ud801":2}}}')).toBe('{"p":{"x":{"\ufffd":2},"\ufffd":1}}');
  });

  it('is linear in the depth', () => {
    const deep = `${'{"z":'.repeat(150)}"${'<'.repeat(300_000)}"${'}'.repeat(150)}`;
    const start = performance.now();
    expect(go(`{"p":${deep}}`)?.length).toBe(6 + 150 * 6 + 2 + 6 * 300_000);
    // About 15 ms here.
    expect(performance.now() - start).toBeLessThan(2000);
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

/** Go's encoding/json, from values: what JSON.stringify writes, plus Go's own escapes, keys sorted by their UTF-8. */
function goText(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  }
  if (Array.isArray(value)) return `[${value.map(goText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${entries.map(([name, member]) => `${goText(name)}:${goText(member)}`).join()}}`;
}
