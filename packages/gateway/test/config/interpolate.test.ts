// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
import { describe, expect, it } from 'vitest';
import { interpolate } from '../../src/config/interpolate.ts';

const env = { CUT: 'abc', NAME: 'value', EMPTY: '', OTHER: '${env:NAME}' };
const files: Readonly<Record<string, string>> = {
  one: 'text\n',
  two: 'text\n\n',
  crlf: 'text\r\n',
  none: 'text',
  marked: '\ufefftext\n',
  nested: '${env:NAME}',
};

function fill(tree: unknown) {
  return interpolate(tree, {
    env,
    envNotes: new Map([['CUT', '.env cuts CUT.']]),
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error('no such file or directory');
      return text;
    },
  });
}

describe('interpolate', () => {
  it.each([
    ['plain', 'plain'],
    ['${env:NAME}', 'value'],
    ['a ${env:NAME} b ${env:NAME}', 'a value b value'],
    ['${env:NAME:-default}', 'value'],
    ['${env:MISSING:-default}', 'default'],
    ['${env:EMPTY:-default}', 'default'],
    ['${env:MISSING:-}', ''],
    ['${env:MISSING:-a:-b}', 'a:-b'],
    ['${env:EMPTY}', ''],
    ['$${env:NAME}', '${env:NAME}'],
    ['$ and {} and $NAME', '$ and {} and $NAME'],
    ['{timestamp}.{body}', '{timestamp}.{body}'],
  ])('makes of %j the text %j', (text, filled) => {
    expect(fill(text)).toMatchObject({ value: filled, findings: [] });
  });

  it('does not look again at what it filled in', () => {
    expect(fill('${env:OTHER}').value).toBe('${env:NAME}');
    expect(fill('${file:nested}').value).toBe('${env:NAME}');
  });

  it('takes one newline off the end of a file', () => {
    const names = ['one', 'two', 'crlf', 'none'];
    expect(names.map((name) => fill(`\${file:${name}}`).value)).toEqual(['text', 'text\n', 'text', 'text']);
  });

  it('reads a file once, and fills in no more than 8 MB in all', () => {
    const read: string[] = [];
    const tree = Array.from({ length: 3_000 }, () => '${file:large}');
    const { value, findings } = interpolate(tree, {
      env,
      envNotes: new Map(),
      readFile(path) {
        read.push(path);
        return 'x'.repeat(1024 * 1024);
      },
    });
    expect(read).toEqual(['large']);
    const filled = (value as readonly string[]).filter((text) => text !== '');
    expect(filled).toHaveLength(9);
    expect(findings).toHaveLength(tree.length - filled.length);
    expect(findings[0]).toEqual({
      path: [9],
      problem: 'is not filled in: what ${…} stands for is more than 8 MB in all',
      expected: 'smaller files',
    });
  });

  it('reaches every text of a tree, and leaves the tree as it was', () => {
    const tree = { a: ['${env:NAME}', 1, null], b: { c: '${env:NAME}', d: true } };
    const { value, origins, envNames } = fill(tree);
    expect(value).toEqual({ a: ['value', 1, null], b: { c: 'value', d: true } });
    expect(tree.a[0]).toBe('${env:NAME}');
    expect([...origins.keys()]).toEqual(['a[0]', 'b.c']);
    expect(envNames).toEqual(['NAME']);
  });

  it('knows where a text came from, and when it was the default', () => {
    expect(fill({ a: '${env:MISSING:-x}${file:one}' }).origins.get('a')).toEqual({
      sources: ['the environment variable MISSING', 'the file one'],
      variables: ['MISSING'],
      defaulted: ['MISSING'],
      notes: [],
    });
  });

  it('says what was left out on the way', () => {
    const { value, origins } = fill({ a: '${env:CUT}', b: '${file:marked}' });
    expect(value).toEqual({ a: 'abc', b: 'text' });
    expect([...origins.values()].map(({ notes }) => notes)).toEqual([
      ['.env cuts CUT.'],
      ['The file marked begins with a byte order mark, which is left out: save it as UTF-8 without one.'],
    ]);
  });

  it('names the variable that is not set, and the one that may be meant', () => {
    expect(fill({ a: ['${env:NAEM}'] }).findings).toEqual([
      {
        path: ['a', 0],
        problem: 'needs the environment variable NAEM, which is not set',
        expected: 'NAEM in the environment, or in a .env file beside the configuration file',
        isUnset: true,
        suggestion: 'NAME',
      },
    ]);
  });

  it('does not take what the environment inherits', () => {
    expect(fill('${env:constructor}').findings).toHaveLength(1);
  });

  it('says why a file cannot be read', () => {
    expect(fill('${file:/run/none}').findings[0]?.problem).toBe(
      'needs the file /run/none, which cannot be read: no such file or directory',
    );
  });

  it.each([
    '${NAME}',
    '${ENV:NAME}',
    '${env:}',
    '${env:A-B}',
    '${env:A B}',
    '${file:}',
    '${vault:x}',
    '${',
    '${env:NAME',
    '${env:${env:NAME}}',
  ])('refuses %j', (text) => {
    expect(fill(text).findings[0]).toMatchObject({ problem: 'holds a ${…} that is not understood' });
  });

  it.each([
    ['${ENV:NAME}', '${env:NAME}'],
    ['${NAME}', '${env:NAME}'],
    ['${env.NAME}', '${env:NAME}'],
    ['${process.env.NAME}', '${env:NAME}'],
    ['${FILE:a.key}', '${file:a.key}'],
    ['${a secret, perhaps}', undefined],
    ['${hunter2}', undefined],
  ])('says of %s what was probably meant: %s', (text, suggestion) => {
    expect(fill(text).findings[0]?.suggestion).toBe(suggestion);
  });

  it('refuses a key that would change a prototype', () => {
    const tree: unknown = JSON.parse('{"a": {"__proto__": {"polluted": true}}}');
    const { value, findings } = fill(tree);
    expect(findings).toMatchObject([{ path: ['a', '__proto__'], problem: 'is not known here' }]);
    expect(value).toEqual({ a: {} });
    expect(Object.getPrototypeOf((value as { a: object }).a)).toBe(Object.prototype);
  });

  it('ends on a tree that contains itself, many times over', () => {
    const tree: unknown[] = [];
    for (let i = 0; i < 10; i++) tree.push({ again: tree });
    expect(fill(tree).findings).toHaveLength(10);
    expect(fill(tree).findings[0]).toMatchObject({ path: [0, 'again'], problem: 'contains itself' });
  });

  it('takes a part that is there twice', () => {
    const part = { a: '${env:NAME}' };
    expect(fill([part, part])).toMatchObject({ value: [{ a: 'value' }, { a: 'value' }], findings: [] });
  });

  it('ends on a tree that is too deep', () => {
    let tree: unknown = 'leaf';
    for (let i = 0; i < 10_000; i++) tree = [tree];
    expect(fill(tree).findings).toMatchObject([{ problem: 'is nested deeper than 32 levels' }]);
  });
});
