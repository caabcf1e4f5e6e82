import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, someOf } from '../../../../scripts/effort.ts';
import {
  findMember,
  integerText,
  isJsonFault,
  isLiteral,
  JsonScan,
  MAX_DEPTH,
  MAX_MEMBERS,
  scanJsonObject,
  stringValue,
} from '../../src/text/json-text.ts';
import { dice, escaped, jsonObject, jsonValue, spaced, text, utf8 } from './json-generators.ts';

const scan = (json: string | Uint8Array) => scanJsonObject(typeof json === 'string' ? utf8(json) : json);

function scanned(json: string) {
  const object = scan(json);
  if (isJsonFault(object)) throw new Error(`${object.fault} at ${object.offset}: ${json}`);
  return object;
}

function fault(json: string | Uint8Array): string {
  const result = scan(json);
  return isJsonFault(result) ? `${result.fault} @${result.offset}` : 'accepted';
}

describe('scanJsonObject', () => {
  it('gives the top-level members as received, with the offsets of their bytes', () => {
    const json = ' { "a" : [1, {"x":"]}"}] ,\r\n\t"b\\u00e9":"ö","c":{}}\n';
    const object = scanned(json);
    const bytes = utf8(json);
    expect(object.start).toBe(1);
    expect(object.end).toBe(bytes.length - 1);
    expect(object.members.map(({ name }) => name)).toEqual(['a', 'bé', 'c']);
    expect(object.members.map((m) => text(bytes.subarray(m.valueStart, m.valueEnd)))).toEqual([
      '[1, {"x":"]}"}]',
      '"ö"',
      '{}',
    ]);
    expect(object.members.map((m) => bytes[m.nameStart])).toEqual([0x22, 0x22, 0x22]);
  });

  it('takes an empty object', () => {
    expect(scanned('{}').members).toEqual([]);
    expect(scanned(' {\n} ').members).toEqual([]);
  });

  it.each([
    '',
    ' ',
    '[]',
    '[1,2]',
    '"x"',
    '1',
    'null',
    'action_name=send_email',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    '{,}',
    '{"a":1 "b":2}',
    '{"a" 1}',
    '{"a"::1}',
    '{a:1}',
    "{'a':1}",
    '{1:1}',
    '{"a":1}}',
    '{"a":1}x',
    '{"a":1} {}',
    '{"a":[1,]}',
    '{"a":[,1]}',
    '{"a":[1}',
    '{"a":{]}',
    '{"a":tru}',
    '{"a":True}',
    '{"a":nulll}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":undefined}',
    '{"a":}',
    '{"a":1/**/}',
    '\ufeff{"a":1}',
    '{\u00a0"a":1}',
    '{"a":\f1}',
    '{\u2028}',
    '\u0000{}',
    '{}\u0000',
  ])('refuses what JSON.parse refuses, or what is not an object: %j', (json) => {
    expect(fault(json)).not.toBe('accepted');
  });

  it.each([
    '01',
    '00',
    '-',
    '+1',
    '.5',
    '1.',
    '1.e1',
    '1e',
    '1e+',
    '-01',
    '- 1',
    '0x1',
    '1_0',
    '1.5.2',
    '1e1.0',
    '--1',
    '-a',
    '٣',
  ])('refuses the number %s', (number) => {
    expect(fault(`{"a":${number}}`)).not.toBe('accepted');
    expect(fault(`{"a":[${number}]}`)).not.toBe('accepted');
    expect(fault(`{"a":${number}`)).not.toBe('accepted');
  });

  it.each([
    '0',
    '-0',
    '1',
    '-1',
    '10',
    '1.0',
    '0.0',
    '-0.0',
    '1e-07',
    '1E+5',
    '1e5',
    '12345678901234567890',
    '1e999',
    '0e0',
  ])('takes the number %s', (number) => expect(fault(`{"a":${number} }`)).toBe('accepted'));

  it.each([
    '"',
    '"a',
    '"\\',
    '"\\"',
    '"\\u"',
    '"\\u12"',
    '"\\u123"',
    '"\\u123g"',
    '"\\x41"',
    '"\\U0041"',
    '"\\\'"',
    '"\\0"',
    '"\\a"',
    '"\n"',
    '"\t"',
    '"\u0000"',
    '"\u001f"',
  ])('refuses the string %j', (string) => {
    expect(fault(`{"a":${string}}`)).not.toBe('accepted');
    expect(fault(`{${string}:1}`)).not.toBe('accepted');
    expect(fault(`{"a":${string}`)).not.toBe('accepted');
  });

  it.each([
    '""',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\\u0000"',
    '"\\ud83d\\ude80"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\uABCD\\uabcd"',
    '"\u007f\u0080ÿ"',
    '"\ufeff"',
    '"\ufffe\uffff"',
    '"🚀\u{10ffff}"',
  ])('takes the string %j', (string) => {
    const object = scanned(`{"a":${string},${string}:1}`);
    expect(stringValue(object, object.members[0] as never)).toBe(JSON.parse(string));
    expect(object.members[1]?.name).toBe(JSON.parse(string));
  });

  it.each([
    ['overlong in 2 bytes', [0xc0, 0xaf]],
    ['overlong in 2 bytes', [0xc1, 0xbf]],
    ['overlong in 3 bytes', [0xe0, 0x9f, 0xbf]],
    ['overlong in 4 bytes', [0xf0, 0x8f, 0xbf, 0xbf]],
    ['an encoded high surrogate', [0xed, 0xa0, 0x80]],
    ['an encoded low surrogate', [0xed, 0xbf, 0xbf]],
    ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a lead byte beyond the range', [0xf5, 0x80, 0x80, 0x80]],
    ['FF', [0xff]],
    ['a lone continuation byte', [0x80]],
    ['cut after 1 of 2', [0xc3]],
    ['cut after 2 of 3', [0xe2, 0x80]],
    ['cut after 3 of 4', [0xf0, 0x9f, 0x9a]],
    ['a third byte that does not continue', [0xe2, 0x80, 0x41]],
    ['a fourth byte that does not continue', [0xf0, 0x9f, 0x9a, 0xc0]],
  ])('refuses UTF-8 that is not valid: %s', (_what, bad) => {
    const bytes = Uint8Array.from([...utf8('{"a":"'), ...bad, ...utf8('"}')]);
    expect(fault(bytes)).toBe('the text is not valid UTF-8 @6');
    expect(fault(bytes.subarray(0, bytes.length - 2))).not.toBe('accepted');
    expect(fault(Uint8Array.from([...utf8('{"'), ...bad, ...utf8('":1}')]))).not.toBe('accepted');
    expect(fault(Uint8Array.from([...utf8('{"a":1'), ...bad, ...utf8('}')]))).not.toBe('accepted');
  });

  it('agrees with the platform on every sequence of two and three bytes from the edges of UTF-8', () => {
    const edges = [
      0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
      0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
    ];
    const decoder = new TextDecoder('utf-8', { fatal: true });
    /** Gathered: an assertion each would take longer than the scan. */
    const differ: string[] = [];
    for (const a of edges)
      for (const b of edges)
        for (const [turn, c] of edges.entries())
          for (const d of someOf([0x41, 0x80, 0xbf, 0xc0], 4, turn)) {
            const bytes = Uint8Array.from([...utf8('{"a":"'), a, b, c, d, ...utf8('"}')]);
            let valid = true;
            try {
              decoder.decode(bytes);
            } catch {
              valid = false;
            }
            if (isJsonFault(scanJsonObject(bytes)) === valid) differ.push([a, b, c, d].join());
          }
    expect(differ).toEqual([]);
  });

  it(`takes ${MAX_DEPTH} levels and refuses one more, without recursion`, () => {
    const arrays = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    const objects = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
    for (const nested of [arrays, objects]) {
      expect(fault(nested(MAX_DEPTH))).toBe('accepted');
      expect(fault(nested(MAX_DEPTH + 1))).toMatch(/^the text is nested too deep/);
    }
    expect(fault('{"a":'.repeat(100_000))).toMatch(/^the text is nested too deep/);
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":{}}',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":1,"a":2}',
    '{"\\u0061":1,"\\u0061":2}',
    '{"x":{"a":1,"a":1}}',
    '{"x":[1,[{"a":1,"b":{"a":1},"a":1}]]}',
    '{"é":1,"\\u00E9":2}',
    '{"/":1,"\\/":2}',
    '{"🚀":1,"\\ud83d\\uDE80":2}',
    '{"":1,"":2}',
    '{"\\ud800":1,"\\uD800":2}',
    '{"x":{"a":{"a":1},"b":{"a":1},"\\u0061":1}}',
  ])('refuses a name that occurs twice in one object: %s', (json) => {
    expect(fault(json)).toMatch(/^a member name occurs twice in one object @/);
  });

  it('takes the same name in different objects, and names that differ by normalisation or case only', () => {
    expect(fault('{"a":{"a":{"a":1},"b":{"a":1}},"b":[{"a":1},{"a":2}]}')).toBe('accepted');
    expect(fault('{"a":1,"A":2,"\u00e9":3,"e\u0301":4,"\\ud800":5,"\\ud801":6}')).toBe('accepted');
  });

  it.each([1, 8, 9, 15, 16, 17, 18, 40, 300])(
    'finds the duplicate among %i members, wherever it stands',
    (count) => {
      const names = Array.from({ length: count }, (_, i) => `m${i}`);
      const object = (all: readonly string[]) => `{${all.map((name) => `"${name}":0`).join()}}`;
      expect(fault(object(names))).toBe('accepted');
      expect(fault(`{"x":${object(names)},"y":${object(names)}}`)).toBe('accepted');
      for (const at of [0, Math.floor(count / 2), count - 1]) {
        for (const twin of [names[at] as string, `\\u006d${at}`]) {
          expect(fault(object([...names, twin]))).toMatch(/twice/);
          expect(fault(`{"x":[${object([...names, twin])}]}`)).toMatch(/twice/);
          expect(fault(object([twin, ...names]))).toMatch(/twice/);
        }
      }
    },
  );

  it(`takes ${MAX_MEMBERS} members and refuses one more, wherever they are`, () => {
    const inOne = (count: number) => `{${Array.from({ length: count }, (_, i) => `"m${i}":0`).join()}}`;
    const inMany = (count: number) => `{"a":[${'{"b":0},'.repeat(count - 2)}{"b":0}]}`;
    for (const nested of [inOne, inMany]) {
      expect(fault(nested(MAX_MEMBERS))).toBe('accepted');
      expect(fault(nested(MAX_MEMBERS + 1))).toMatch(/^the text has more than 10000 members @/);
    }
  });

  it('refuses what is long beyond sense: a number, a name, white space in one place', () => {
    expect(fault(`{"a":${'1'.repeat(4300)}}`)).toBe('accepted');
    expect(fault(`{"a":${'1'.repeat(4301)}}`)).toBe('a number is too long @5');
    expect(fault(`{"${'a'.repeat(65_536)}":1}`)).toBe('accepted');
    expect(fault(`{"${'a'.repeat(65_537)}":1}`)).toMatch(/^a member name is too long @/);
    for (const at of ['', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":[', '{"a":[1', '{"a":1}']) {
      const json = (space: string) => `${at}${space}${'{"a":[1],"b":2}'.slice(at.length)}`;
      if (at.length < 9 && '{"a":[1],"b":2}'.startsWith(at))
        expect(fault(json(' '.repeat(65_536)))).toBe('accepted');
      expect(fault(json(' '.repeat(65_537)))).toMatch(/^too much white space stands in one place @/);
    }
    expect(fault(`{"a":"${' '.repeat(200_000)}"}`)).toBe('accepted');
  });

  it('finds the same in slices as in one go, in as many slices as the text is long', () => {
    const long = JSON.stringify({
      text: 'é\n'.repeat(100_000),
      list: Array.from({ length: 30_000 }, (_, i) => i),
      objects: Array.from({ length: 3000 }, (_, i) => ({ b: i, a: [] })),
      last: 'x'.repeat(300_000),
    });
    const bytes = utf8(long);
    const scan = new JsonScan(bytes, true);
    let slices = 1;
    let object = scan.run();
    for (; object === undefined; object = scan.run()) slices++;
    if (isJsonFault(object)) throw new Error(object.fault);
    expect(slices).toBeGreaterThanOrEqual(bytes.length / (128 * 1024));
    expect(slices).toBeLessThan(20);
    const { members } = scanned(long);
    expect(object.members).toEqual(members);
    expect(object.unsorted?.length).toBe(3000);
    for (const cut of [200_000, 350_000, 500_000, 700_000]) {
      expect(fault(bytes.subarray(0, cut))).toMatch(new RegExp(`@(${cut}|${cut - 1})$`));
    }
  });

  it.each([
    '{"__proto__":1}',
    '{"x":{"__proto__":{}}}',
    '{"x":[{"a":1,"__pr\\u006fto__":1}]}',
    '{"\\u005f_proto__":null}',
    `{${Array.from({ length: 30 }, (_, i) => `"m${i}":0`).join()},"__proto__":1}`,
  ])('refuses a member named __proto__: %s', (json) =>
    expect(fault(json)).toMatch(/^a member is named __proto__ @/),
  );

  it('takes __proto__ as a value, and names that only resemble it', () => {
    expect(fault('{"a":"__proto__","__proto_":1,"___proto__":1,"__Proto__":1,"constructor":1}')).toBe(
      'accepted',
    );
  });

  it('says what and where, and repeats nothing of the text', () => {
    expect(scan('{"secret-name":hunter2}')).toEqual({ fault: 'a value is missing or unknown', offset: 15 });
    expect(scan('{"a":1')).toEqual({ fault: 'the text ends too soon', offset: 6 });
    expect(scan('{"a":"x\ny"}')).toEqual({ fault: 'a control character stands in a string', offset: 7 });
    expect(scan('{"a":1}x')).toEqual({ fault: 'bytes follow the JSON object', offset: 7 });
    expect(scan('[1]')).toEqual({ fault: 'the text is not a JSON object', offset: 0 });
  });

  it('reads every JSON object as JSON.parse does, however it is spaced and escaped', () => {
    fc.assert(
      fc.property(jsonObject, dice, (value, roll) => {
        const json = spaced(escaped(JSON.stringify(value), roll), roll);
        const object = scanned(json);
        const expected = JSON.parse(json) as Record<string, unknown>;
        expect(object.members.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
        for (const { name, valueStart, valueEnd } of object.members) {
          expect(JSON.parse(text(object.bytes.subarray(valueStart, valueEnd)))).toEqual(expected[name]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('accepts exactly what JSON.parse accepts, unambiguous objects only, after random damage', () => {
    const bytes = (json: string, roll: (bound: number) => number): Uint8Array => {
      const out = [...utf8(json)];
      const charset = '{}[]",:\\u0123456789-+.eE tfn\n\u0000\u001f\u007f';
      for (let n = 1 + roll(3); n > 0; n--) {
        const at = roll(out.length + 1);
        const byte = roll(4) === 0 ? roll(256) : charset.charCodeAt(roll(charset.length));
        if (roll(3) === 0) out.splice(at, 1);
        else if (roll(2) === 0) out.splice(at, 0, byte);
        else out[at] = byte;
      }
      return Uint8Array.from(out);
    };
    const DAMAGES = between(500, 5000);
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(jsonObject, jsonValue), dice, (value, roll) => {
        const damaged = bytes(spaced(JSON.stringify(value), roll), roll);
        const result = scanJsonObject(damaged);
        if (!isJsonFault(result)) accepted++;
        expect(!isJsonFault(result)).toBe(isPlainObject(damaged));
      }),
      { numRuns: DAMAGES, seed: 8259 },
    );
    expect(accepted).toBeGreaterThan(DAMAGES / 50);
  });

  it('reads bytes that are a window of a larger buffer', () => {
    const all = utf8('xx{"a":"b"}yy');
    const object = scanJsonObject(all.subarray(2, all.length - 2));
    expect(isJsonFault(object) || stringValue(object, object.members[0] as never)).toBe('b');
    expect(fault(all.subarray(2, all.length - 3))).toMatch(/too soon/);
  });
});

/** The oracle: the platform's own parsers, and as many names in the text as in the value. */
function isPlainObject(bytes: Uint8Array): boolean {
  try {
    const json = text(bytes);
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const colons = json.replace(/"(?:[^"\\]|\\.)*"/gs, '').split(':').length - 1;
    return colons === countNames(value) && !hasProto(value);
  } catch {
    return false;
  }
}

const countNames = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.values(value).reduce<number>(
        (sum, one) => sum + countNames(one),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      );

const hasProto = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto));

describe('members', () => {
  const object = scanned(
    '{"s":"a\\u0000\\n\\ud83d\\ude80","e":"","i":-12,"z":0,"m":-0,"f":1.0,"x":1e3,"big":12345678901234567890,"t":true,"f2":false,"n":null,"o":{"s":1},"l":["a"],"k\\"":1}',
  );
  const member = (name: string) => {
    const match = findMember(object, name);
    if (!match) throw new Error(name);
    return match;
  };

  it('are found by their decoded name, at the top level only', () => {
    expect(findMember(object, 'k"')?.name).toBe('k"');
    expect(findMember(object, 'k\\"')).toBeUndefined();
    expect(findMember(object, 'nope')).toBeUndefined();
    expect(stringValue(object, member('s'))).toBe('a\u0000\n🚀');
  });

  it('that are strings have a text; others have none', () => {
    expect(stringValue(object, member('e'))).toBe('');
    for (const name of ['i', 'f', 't', 'n', 'o', 'l'])
      expect(stringValue(object, member(name))).toBeUndefined();
  });

  it('that are whole numbers have that text; others have none', () => {
    expect(['i', 'z', 'm', 'big'].map((name) => integerText(object, member(name)))).toEqual([
      '-12',
      '0',
      '-0',
      '12345678901234567890',
    ]);
    for (const name of ['s', 'e', 'f', 'x', 't', 'n', 'o', 'l'])
      expect(integerText(object, member(name))).toBeUndefined();
  });

  it('that are literals are told apart', () => {
    expect(isLiteral(object, member('t'), 'true')).toBe(true);
    expect(isLiteral(object, member('f2'), 'false')).toBe(true);
    expect(isLiteral(object, member('n'), 'null')).toBe(true);
    expect(isLiteral(object, member('t'), 'false')).toBe(false);
    expect(isLiteral(object, member('s'), 'true')).toBe(false);
    const asText = scanned('{"a":"true"}');
    expect(isLiteral(asText, asText.members[0] as never, 'true')).toBe(false);
  });

  it('that are long strings are decoded whole', () => {
    for (const long of ['x'.repeat(100_000), 'é🚀\n'.repeat(30_000)]) {
      const one = scanned(JSON.stringify({ long }));
      expect(stringValue(one, one.members[0] as never)).toBe(long);
    }
  });
});
