import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between } from '../../../scripts/effort.ts';
import {
  compareCodePoints,
  GO,
  JAVASCRIPT,
  jsonNode,
  PYTHON_COMPACT,
  PYTHON_INDENTED,
  PYTHON_SPACED,
  sortKeys,
  writeJson,
} from '../src/json-forms.ts';
import { hasPython, python } from './support.ts';

describe('reading and writing JSON', () => {
  it('keeps the text of numbers, the order of members and repeats', () => {
    const text = '{"b":1.0,"a":12345678901234567890,"2":-0.0,"1":1e-07,"b":[],"__proto__":{}}';
    expect(writeJson(jsonNode(text), JAVASCRIPT)).toBe(text);
  });

  it('writes as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = JSON.stringify(value);
        expect(writeJson(jsonNode(text), JAVASCRIPT)).toBe(text);
      }),
    );
  });

  it('writes a lone surrogate as JSON.stringify does, and as U+FFFD for Go', () => {
    const text = JSON.stringify('\ud800x');
    expect(writeJson(jsonNode(text), JAVASCRIPT)).toBe(text);
    expect(writeJson(jsonNode(text), GO)).toBe('"\ufffdx"');
  });

  it('escapes <, >, &, U+2028 and U+2029 for Go and nothing else beyond JSON’s own', () => {
    expect(writeJson(jsonNode({ 'a<': '<b>&\u2028\u2029é/\u007f"\n' }), GO)).toBe(
      '{"a\\u003c":"\\u003cb\\u003e\\u0026\\u2028\\u2029é/\u007f\\"\\n"}',
    );
  });

  it('sorts keys by code point at every depth', () => {
    const sorted = sortKeys(jsonNode('{"\ud83d\ude00":1,"\uff5e":[{"b":1,"a":2}],"B":3,"a":4}'));
    expect(writeJson(sorted, JAVASCRIPT)).toBe('{"B":3,"a":4,"\uff5e":[{"a":2,"b":1}],"\ud83d\ude00":1}');
    expect(['\ud83d\ude00', '\uff5e'].sort(compareCodePoints)).toEqual(['\uff5e', '\ud83d\ude00']);
  });

  it('refuses text that is not JSON', () => {
    for (const text of ['', '{', '{"a":1}}', "{'a':1}", '[1,]', 'nan']) {
      expect(() => jsonNode(text)).toThrow(SyntaxError);
    }
  });
});

describe.runIf(hasPython())('against python3', () => {
  const program = `
import json, sys
def forms(text):
    v = json.loads(text)
    return [json.dumps(v, separators=(",", ":")), json.dumps(v), json.dumps(v, indent=2),
            json.dumps(v, separators=(",", ":"), ensure_ascii=False),
            json.dumps(v, separators=(",", ":"), ensure_ascii=False, sort_keys=True)]
print(json.dumps([forms(text) for text in json.load(sys.stdin)]))
`;
  const ours = (text: string): readonly string[] => {
    const node = jsonNode(text);
    return [
      ...[PYTHON_COMPACT, PYTHON_SPACED, PYTHON_INDENTED, JAVASCRIPT].map((style) => writeJson(node, style)),
      writeJson(sortKeys(node), JAVASCRIPT),
    ];
  };

  it('writes any value as json.dumps does', () => {
    const string = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => JSON.stringify(text));
    const { value } = fc.letrec<{ readonly value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        string,
        fc.bigInt().map(String),
        // Texts that Python reads and prints again unchanged.
        fc.constantFrom('1.0', '1e-07', '-0.0', '2.5', '1e+22', 'true', 'false', 'null'),
        fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join()}]`),
        fc
          .uniqueArray(fc.record({ name: string, value: tie('value') }), {
            maxLength: 4,
            selector: (m) => m.name,
          })
          .map((members) => `{${members.map((m) => `${m.name}:${m.value}`).join()}}`),
      ),
    }));
    const texts = fc.array(value, { minLength: 50, maxLength: 100 });
    fc.assert(
      fc.property(texts, (batch) => {
        expect(batch.map(ours)).toEqual(python(program, batch));
      }),
      { numRuns: between(3, 10) },
    );
  });
});
