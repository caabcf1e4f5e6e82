/** What is read in one pass is what the parser reads; everything else is left to the parser. */
import fc from 'fast-check';
import { parseDictionary, serializeDictionary } from 'structured-headers';
import { describe, expect, it } from 'vitest';
import { parseStrictMembers } from '../../src/schemes/message-signatures/structured-fields.ts';
import { readUsualMembers } from '../../src/schemes/message-signatures/usual-members.ts';
import { trimSpace } from '../../src/text/white-space.ts';

const USUAL = [
  'sig1=("@method" "@target-uri" "content-digest");created=1618884473;keyid="test-key"',
  'sig1=("x-a";key="b" "x-b";sf);alg="hmac-sha256";created=0;flag, sig2=:AAECAw==:;a=1',
  '*a_z-0.9*=("~ x" "y z";*k_z-9.*=999999999999999),\tz9=:AA==:;n=0;o="~ z", \tlast=("")',
  'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBcZ5n6UjmOM=:',
];

/** Each is undefined of a text that is not in its one spelling, holds what is seldom written, or is no dictionary. */
const LEFT_TO_THE_PARSER = [
  '',
  'a',
  'a=',
  '=("b")',
  '1=("b")',
  'a=:',
  'a=1',
  'a=?1',
  'a=:A:',
  'a=:AB==:',
  'a=:AAA:',
  'a=:AA==',
  'a=()',
  'a=( "b")',
  'a=("b" )',
  'a=("b"  "c")',
  'a=("b""c")',
  'a=("b"',
  'a=("b");',
  'a=("b"); c',
  'a=("b");c=',
  'a=("b");c=01',
  'a=("b");c=-1',
  'a=("b");c=1.5',
  'a=("b");c=1234567890123456',
  'a=("b");c=token',
  'a=("b");c="\u007f"',
  'a=("b");c="\t"',
  'a=("b" 1)',
  'a=("b";c=1.5)',
  'a="b"',
  'a=("b");c="\\""',
  'a=("b");c="é"',
  'a=("b");c;c',
  'a=("b";c;c)',
  'a=("b"),',
  'a=("b") c=("d")',
  'a=("b"),a=("b")',
  'A=("b")',
];

const CHARS = [...'"(),;=:\\ \t?@%*-._azA019+/é', '  ', ';a', '=1', ', ', '"x"', ';x=1.0', ':AA==:', 'sig1='];

/** A usual text with up to three changes, each of which may be none. */
const mutated = fc
  .tuple(
    fc.constantFrom(...USUAL),
    fc.array(fc.tuple(fc.nat(120), fc.nat(2), fc.constantFrom(...CHARS)), { maxLength: 3 }),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, [at, cut, put]) => changed.slice(0, at) + put + changed.slice(at + cut), text),
  );

describe('Members that senders usually write', () => {
  it.each(USUAL)('are read in one pass: %s', (text) => {
    expect(readUsualMembers(text)).toBeDefined();
    expectParsed(text);
  });

  it.each(LEFT_TO_THE_PARSER)('that are unusual are left to the parser: %s', (text) => {
    expect(readUsualMembers(text)).toBeUndefined();
  });

  it('are what the parser makes of the same text, and stand there as they are serialised', () => {
    let read = 0;
    fc.assert(
      fc.property(mutated, (text) => {
        if (readUsualMembers(text) === undefined) return;
        read++;
        expectParsed(text);
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(300);
  });
});

describe('A member that the parser reads', () => {
  it.each([
    ['a', ''],
    ['a;t', ';t'],
    ['a;t="x";u', ';t="x";u'],
    ['a=?0;t', '?0;t'],
    ['a=1.5', '1.5'],
  ])('of %s is serialised as %j, its name apart', (text, expected) => {
    expect(parseStrictMembers(text)?.get('a')).toMatchObject({ text: expected });
  });
});

function expectParsed(text: string): void {
  const usual = readUsualMembers(text) ?? new Map();
  // Fields are trimmed before they are read: the parser takes no tab at the beginning.
  const parsed = parseDictionary(trimSpace(text));
  expect([...usual.keys()]).toEqual([...parsed.keys()]);
  for (const [name, member] of parsed) {
    const [value, parameters] = member;
    const isList = Array.isArray(value);
    expect(usual.get(name)).toEqual({
      list: isList ? member : undefined,
      bytes: isList ? undefined : new Uint8Array(value as ArrayBuffer),
      parameters,
      text: serializeDictionary(new Map([[name, member]])).slice(name.length + 1),
    });
  }
  // Nothing but blanks is left out.
  const written = [...usual].map(([name, one]) => `${name}=${one.text}`).join(',');
  expect(text.replaceAll(/[ \t]/g, '')).toBe(written.replaceAll(/[ \t]/g, ''));
}
