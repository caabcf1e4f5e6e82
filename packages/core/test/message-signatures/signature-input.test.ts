import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import type { Objection } from '../../src/objection.ts';
import {
  fieldsOf,
  readSignatureFields,
  type SignatureInput,
} from '../../src/schemes/message-signatures/signature-input.ts';

/** What is read of a Signature-Input field beside a Signature field that holds a good signature for each label. */
function readInputs(text: string, labels = ['a']): readonly SignatureInput[] | Objection {
  const fields = readSignatureFields(text, labels.map((label) => `${label}=:AA==:`).join(', '));
  return 'reason' in fields ? fields : fields.inputs;
}

describe('Signature-Input', () => {
  it('gives labels, components and parameters in the order of the field', () => {
    const text =
      'b=("@method" "x-id";bs "@query-param";name="a\\"b");created=1;keyid="k";n=4,\ta=( );tag="t"';
    expect(readInputs(text, ['a', 'b'])).toMatchObject([
      {
        label: 'b',
        components: [
          { name: '@method', identifier: '"@method"' },
          { name: 'x-id', identifier: '"x-id";bs' },
          { name: '@query-param', identifier: '"@query-param";name="a\\"b"' },
        ],
        parameters: { created: 1, keyid: 'k' },
        text: '("@method" "x-id";bs "@query-param";name="a\\"b");created=1;keyid="k";n=4',
      },
      { label: 'a', components: [], parameters: { tag: 't' }, text: '();tag="t"' },
    ]);
  });

  it.each([
    { text: 'a=("@method"), a=("@method")', why: 'a label twice' },
    { text: 'a=("@method");created=1;created=2', why: 'a parameter twice' },
    { text: 'a=("x";key="a";key="b")', why: 'a component’s parameter twice' },
    { text: 'a=("x" "x")', why: 'a component twice' },
    { text: 'a=("x";sf;key="a" "x";key="a";sf)', why: 'a component twice, its parameters in another order' },
    { text: 'a="@method"', why: 'no list' },
    { text: 'a', why: 'a flag' },
    { text: 'a=(@method)', why: 'a date for a string' },
    { text: 'a=(x)', why: 'a token for a string' },
    { text: 'a=("X-Id")', why: 'an upper-case field' },
    { text: 'a=("x id")', why: 'no field name' },
    { text: 'a=("")', why: 'an empty name' },
    { text: 'a=("@signature-params")', why: 'the parameters themselves' },
    { text: 'a=("@status")', why: 'a response’s part' },
    { text: 'a=("@unknown")', why: 'an unknown derived component' },
    { text: 'a=("@method";req)', why: 'a response’s request' },
    { text: 'a=("x";tr)', why: 'a trailer' },
    { text: 'a=("x";foo)', why: 'an unknown parameter of a component' },
    { text: 'a=("x";sf=?0)', why: 'a flag that is false' },
    { text: 'a=("x";bs;sf)', why: 'bs with sf' },
    { text: 'a=("x";bs;key="a")', why: 'bs with key' },
    { text: 'a=("x";key=a)', why: 'a key that is not a string' },
    { text: 'a=("x";name="a")', why: 'name on a field' },
    { text: 'a=("@path";name="a")', why: 'name on another component' },
    { text: 'a=("@path";key="a")', why: 'key on a derived component' },
    { text: 'a=("@query-param")', why: 'no name' },
    { text: 'a=();created="1"', why: 'created that is a text' },
    { text: 'a=();created=1.5', why: 'created that is not an integer' },
    { text: 'a=();created=1.0', why: 'created that is written as a decimal' },
    { text: 'a=();created=-1', why: 'created before 1970' },
    { text: 'a=();created=01', why: 'a number in a second spelling' },
    { text: 'a=();created=@1', why: 'created that is a date' },
    { text: 'a=();created', why: 'created that is a flag' },
    { text: 'a=();expires=?1', why: 'expires that is a flag' },
    { text: 'a=();keyid=k', why: 'keyid that is a token' },
    { text: 'a=();nonce=:YQ==:', why: 'nonce that is bytes' },
    { text: 'a=();alg=ed25519', why: 'alg that is a token' },
    { text: 'a=();tag=1', why: 'tag that is a number' },
    { text: 'a=("x"', why: 'an open list' },
    { text: 'a=("x),b=()', why: 'an open string' },
    { text: 'a=(),', why: 'a comma at the end' },
    { text: 'a=("caf\u00e9")', why: 'a byte beyond ASCII' },
    { text: 'a=("x\n")', why: 'a line break' },
    { text: Array.from({ length: 9 }, (_, i) => `a${i}=()`).join(', '), why: 'nine labels' },
    { text: `a=(${Array.from({ length: 33 }, (_, i) => `"x${i}"`).join(' ')})`, why: '33 components' },
    { text: `a=();nonce="${'n'.repeat(8 * 1024)}"`, why: 'more than 8 KiB' },
  ])('is refused for $why', ({ text }) => {
    expect(readInputs(text)).toMatchObject({
      reason: 'malformed-signature',
      problem: expect.stringMatching(/^(the field )?Signature-Input\b/),
    });
  });
});

describe('what is wrong with Signature-Input', () => {
  it.each([
    ['a=("@method"), a=("@method")', 'Signature-Input: a stands twice'],
    ['a=();created=01', 'Signature-Input: a is not in its one spelling'],
    ['a="@method"', 'Signature-Input: a is not a list of components'],
    ['a=("x" "x")', 'Signature-Input: a covers "x" twice'],
    ['a=();created="1"', 'Signature-Input: a: created is not a Unix time'],
    ['a=();created=1.5', 'Signature-Input: a: created is not a Unix time'],
    ['a=();expires=-1', 'Signature-Input: a: expires is not a Unix time'],
    ['a=();nonce=7', 'Signature-Input: a: nonce is not a string'],
  ])('of %s: %s', (text, problem) => {
    expect(readInputs(text)).toEqual({
      reason: 'malformed-signature',
      problem,
      remedy: 'Have the sender write the field as RFC 9421 §4 does.',
    });
  });

  it('is its length: 8 KiB are read, and not one character more', () => {
    const fieldOf = (length: number): string => `a=();nonce="${'n'.repeat(length - 13)}"`;
    expect(readInputs(fieldOf(8192))).toHaveLength(1);
    expect(readInputs(fieldOf(8193))).toMatchObject({
      problem: 'the field Signature-Input is 8193 characters long; at most 8192 are read',
    });
  });

  it('is the number of its labels: eight are looked at', () => {
    const labels = Array.from({ length: 9 }, (_, i) => `a${i}`);
    const fieldOf = (count: number): string =>
      labels
        .slice(0, count)
        .map((label) => `${label}=()`)
        .join(', ');
    expect(readInputs(fieldOf(8), labels.slice(0, 8))).toHaveLength(8);
    expect(readInputs(fieldOf(9), labels.slice(0, 8))).toMatchObject({
      problem: 'the field Signature-Input has 9 labels; at most 8 are looked at',
    });
  });

  it('is the number of components: 32 are looked at', () => {
    const fieldOf = (count: number): string =>
      `a=(${Array.from({ length: count }, (_, i) => `"x${i}"`).join(' ')})`;
    expect(readInputs(fieldOf(32))).toMatchObject([{ components: { length: 32 } }]);
    expect(readInputs(fieldOf(33))).toMatchObject({
      problem: 'Signature-Input: a covers 33 components; at most 32 are looked at',
    });
  });

  it('is no time of 1970, or one in either parameter', () => {
    expect(readInputs('a=();created=0;expires=1')).toMatchObject([
      { parameters: { created: 0, expires: 1 } },
    ]);
  });
});

it('covered fields are those that are no derived components', () => {
  const [input] = readInputs('a=("@method" "x-id" "@path" "content-digest";key="sha-256" "x-a";bs)') as [
    SignatureInput,
  ];
  expect(fieldsOf(input)).toEqual(['x-id', 'content-digest', 'x-a']);
});

describe('Signature', () => {
  it('gives the bytes by label', () => {
    expect(readSignatureFields('a=(), b=()', 'a=:AQI=:, b=::')).toMatchObject({
      signatures: new Map([
        ['a', Uint8Array.of(1, 2)],
        ['b', new Uint8Array()],
      ]),
    });
  });

  it.each([
    'a=:AQI=:, a=:AQI=:',
    'a="AQI="',
    'a=AQI',
    'a=(:AQI=:)',
    'a=:AQI=:;x=1',
    'a=:AQI:',
    'a=:AQJ=:',
    'a=:AQ I=:',
    'a=:AQI=',
    'a',
  ])('is refused: %s', (text) => {
    expect(readSignatureFields('a=()', text)).toMatchObject({
      reason: 'malformed-signature',
      problem: expect.stringMatching(/^(the field )?Signature\b(?!-)/),
    });
  });
});

describe('the two fields', () => {
  it.each([
    ['a=()', 'b=:AQI=:', 'Signature has no member a'],
    ['b=()', 'b', 'Signature: b is not a plain byte sequence'],
    ['b=()', 'b, a=:AQI=:', 'Signature-Input has no member a'],
    ['c=1', 'a=:AQI=:', 'Signature-Input: c is not a list of components'],
  ])('with %s and %s have no signature: %s', (input, signature, problem) => {
    expect(readSignatureFields(input, signature)).toMatchObject({ reason: 'malformed-signature', problem });
  });

  it('say what each lacks', () => {
    const fields = readSignatureFields('a=(), b=(), d=1', 'a=:AQI=:, c=:AQI=:, d=:AQI=:');
    if ('reason' in fields) throw new Error(fields.problem);
    expect(fields.inputs.map(({ label }) => label)).toEqual(['a']);
    expect([...fields.faults].map(([label, { problem }]) => [label, problem])).toEqual([
      ['b', 'Signature has no member b'],
      ['c', 'Signature-Input has no member c'],
      ['d', 'Signature-Input: d is not a list of components'],
    ]);
  });

  const pieces = fc.constantFrom(
    'a',
    '=',
    '(',
    ')',
    '"',
    '"x"',
    ';',
    'sf',
    ',',
    ' ',
    '\t',
    ':AA==:',
    '1',
    '?1',
    '@',
    '\\',
  );

  it('throws on nothing, and reads again what it wrote', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        readSignatureFields('a=()', text);
        const labels = [...new Set(['a', ...(text.match(/[a-z][a-z0-9]*/g) ?? [])])];
        const inputs = readInputs(text, labels);
        if ('reason' in inputs) return;
        const again = inputs.map((input) => `${input.label}=${input.text}`).join(', ');
        expect(readInputs(again, labels)).toEqual(inputs);
      }),
      { numRuns: runs(5000), seed: 9421 },
    );
  });
});
