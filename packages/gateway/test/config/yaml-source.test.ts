// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { readStore } from '../../src/config/read-store.ts';
import { readYaml } from '../../src/config/yaml-source.ts';

/** The message that a text is refused with. */
function refusal(text: string): string {
  try {
    readYaml(text, 'countersign.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'not refused';
}

describe('readYaml', () => {
  it('reads the core schema of YAML 1.2: no dates, no yes and no, no octal, no base 60', () => {
    const text = 'a: 2027-01-01\nb: yes\nc: off\nd: 010\ne: 12:30:00\nf: true\ng: ~\nh: 1.5\n';
    expect(readYaml(text, 'f').value).toEqual({
      a: '2027-01-01',
      b: 'yes',
      c: 'off',
      d: 10,
      e: '12:30:00',
      f: true,
      g: null,
      h: 1.5,
    });
  });

  it('reads JSON', () => {
    expect(readYaml('{"a": ["\\u00e4", 1, null]}', 'f').value).toEqual({ a: ['ä', 1, null] });
  });

  it('knows lines and columns, of keys and of values, in blocks and in braces', () => {
    const { locate } = readYaml('a:\n  b: 1\n  c: [x, { d: 2 }]\n', 'f');
    expect(locate(['a', 'b'], 'key')).toEqual({ line: 2, column: 3 });
    expect(locate(['a', 'b'], 'value')).toEqual({ line: 2, column: 6 });
    expect(locate(['a', 'c', 1, 'd'], 'value')).toEqual({ line: 3, column: 15 });
    expect(locate(['a', 'c', 0], 'value')).toEqual({ line: 3, column: 7 });
  });

  it('points at the nearest parent of what is missing', () => {
    const { locate } = readYaml('a:\n  b: 1\n', 'f');
    expect(locate(['a', 'none', 'deeper'], 'value')).toEqual({ line: 1, column: 1 });
    expect(locate(['none'], 'value')).toEqual({ line: 1, column: 1 });
  });

  it('follows aliases', () => {
    const { value, locate } = readYaml('a: &x { b: 1 }\nc: *x\n', 'f');
    expect(value).toEqual({ a: { b: 1 }, c: { b: 1 } });
    expect(locate(['c', 'b'], 'value')).toEqual({ line: 1, column: 12 });
  });

  it.each([
    ['a brace', 'gates:\n  a: { path: /a, keep: {}\n', '2:6  the { that stands here is not closed'],
    [
      'a brace, and more behind it',
      'a: { b: 1\nc: { d: [1, 2] }\n',
      '1:4  the { that stands here is not closed',
    ],
    ['a bracket in braces', 'a: { b: [1, 2 }\nc: 1\n', '1:9  the [ that stands here is not closed'],
    [
      'a quote, where another closes it lines behind',
      'a: 1\nb: [{ secret: "${env:SEC} }]\nc: "it"\nd: "x"\n',
      '2:15  the " that stands here is not closed',
    ],
    ['a quote with another inside', "a: 'it''s\nb: 1\n", "1:4  the ' that stands here is not closed"],
    [
      'a quote behind a block of text',
      "t: |\n  it's { \"\nu: it's\nb: ['x\nc: 1\n",
      "4:5  the ' that stands here is not closed",
    ],
    [
      'a colon',
      'gates:\n  path /a\n  keep: {}\n',
      'a colon after a key is missing, in this line or the one before',
    ],
  ])('names the place of what is left out: %s', (_, text, words) => {
    const message = refusal(text);
    expect(message).toContain(words);
    expect(message).toContain('has a problem');
  });

  it('refuses duplicate keys', () => {
    expect(refusal('a: 1\nb: 2\na: hunter2\n')).toMatchInlineSnapshot(`
      "countersign.yaml has a problem:

        line 3:1  this name is given twice in one mapping"
    `);
  });

  it.each([
    ['keys: [{ secret: ${env:GH} }]', 20],
    ['keys: [{secret: ${env:GH}}]', 19],
    ['keys: [${file:/run/secrets/x}]', 10],
  ])('says one thing where a reference stands without quotes in braces: %s', (line, column) => {
    const reference = /\$\{[^}]*\}/.exec(line)?.[0];
    expect(refusal(`gates:\n  ${line}\n`)).toBe(
      `countersign.yaml has a problem:\n\n  line 2:${column}  ${reference} stands without quotes, where YAML reads its braces as a mapping\n    expected: "${reference}"`,
    );
  });

  it('quotes no default of such a reference: it may be a secret', () => {
    expect(refusal('a: 1\nadmin: { token: ${env:TOKEN:-hunter2} }\n')).toBe(
      'countersign.yaml has a problem:\n\n  line 2:17  ${env:TOKEN:-…} stands without quotes, where YAML reads its braces as a mapping\n    expected: "${env:TOKEN:-…}"',
    );
  });

  it.each(['memory:', ':memory:', 'sqlite::memory:', 'memory: # keeps nothing'])(
    'says how a store in memory is written: store: %s',
    (written) => {
      const word = written.replace(/ .*/, '');
      expect(refusal(`listen: {}\nstore: ${written}\ngates: {}\n`)).toBe(
        `countersign.yaml has a problem:\n\n  line 2:8  ${word} stands without quotes, where YAML reads its colon as a mapping; write store: ":memory:"`,
      );
    },
  );

  it.each(['":memory:"', "':memory:'", 'memory'])('reads store: %s', (written) => {
    expect(
      readStore(String((readYaml(`store: ${written}\n`, 'f').value as { store: string }).store)),
    ).toEqual({
      kind: 'memory',
    });
  });

  it.each([
    [
      'a tab',
      'gates:\n  a:\n\tpath: /a\n    provider: x\n',
      'line 3:1  a tab is used as indentation; write spaces',
    ],
    [
      'an indentation, and what it makes of the rest',
      'gates:\n  a:\n    path: /a\n   keep: {}\n    provider: github\n',
      'line 4:1  the indentation does not fit',
    ],
  ])('says of %s what is wrong, and nothing that follows from it', (_, text, words) => {
    expect(refusal(text)).toBe(`countersign.yaml has a problem:\n\n  ${words}`);
  });

  it('says each name that is given twice, and each tab', () => {
    expect(refusal('a: 1\na: 2\nb: 1\nb: 2\n').match(/line \d:1/g)).toEqual(['line 2:1', 'line 4:1']);
    expect(refusal('a:\n\tb: 1\n\tc: 2\n').match(/line \d:1/g)).toEqual(['line 2:1', 'line 3:1']);
  });

  it('does not merge', () => {
    expect(readYaml('a: &x { b: 1 }\nc: { <<: *x }\n', 'f').value).toEqual({
      a: { b: 1 },
      c: { '<<': { b: 1 } },
    });
  });

  it.each([
    ['a tag', 'a: !!js/function "hunter2"'],
    ['two documents', 'a: 1\n---\nb: hunter2\n'],
    ['a tab', 'a:\n\tb: hunter2\n'],
    ['a quote that does not end', 'a: "hunter2\n'],
    ['a brace that does not end', 'a: { b: hunter2\n'],
    ['a second colon', 'a: b: hunter2\n'],
    ['a key that is not text', '[hunter2]: 1\n'],
    ['an alias of nothing', 'a: *hunter2\n'],
    ['a text at the root that goes astray', 'hunter2\na: 1\n'],
    ['an escape', 'a: "\\q"\n'],
  ])('refuses %s, and does not quote the file', (_what, text) => {
    expect(refusal(text)).toMatch(/^countersign\.yaml has (a problem|\d problems):/);
    expect(refusal(text)).not.toContain('hunter2');
    expect(refusal(text)).not.toContain('undefined');
  });

  it('refuses a bomb of aliases at once', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(refusal(lines.join('\n'))).toMatchInlineSnapshot(`
      "countersign.yaml has a problem:

        it has too many aliases
          expected: at most 20"
    `);
  });
});
