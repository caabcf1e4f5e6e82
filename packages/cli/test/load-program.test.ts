/** Files of the program, loaded with the code of an earlier run: the same program, whatever lies in the cache. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LoadedProgram, loadProgram } from '../src/load-program.ts';
import { newFolder } from './support.ts';

interface Program {
  readonly value: string;
  later(): Promise<{ readonly default: string }>;
}

const MAIN = `const part = require('./part.cjs');
exports.value = part.value + require('node:path').sep + require('./part.cjs').loads;
exports.later = () => importOutside$(require('node:url').pathToFileURL(__dirname + '/later.mjs').href);
`;
const part = (value: string): string =>
  `exports.value = (() => '${value}')();\nexports.loads = 1;\nexports.place = __filename;\n`;

function setUp() {
  const folder = newFolder();
  const cacheFolder = join(folder, 'cache');
  mkdirSync(cacheFolder, { mode: 0o700 });
  writeFileSync(join(folder, 'main.cjs'), MAIN);
  writeFileSync(join(folder, 'part.cjs'), part('one'));
  writeFileSync(join(folder, 'later.mjs'), 'export default "later";');
  const load = (command = 'serve', cache: string | undefined = cacheFolder): LoadedProgram =>
    loadProgram({ main: join(folder, 'main.cjs'), cacheFolder: cache, command });
  const kept = (): readonly string[] => readdirSync(cacheFolder).map((name) => join(cacheFolder, name));
  return { folder, cacheFolder, load, kept };
}

const startedWith = ({ exports }: LoadedProgram): string => (exports as Program).value;

describe('loadProgram', () => {
  it('keeps the code of each file once, for each command', () => {
    const { load, kept } = setUp();
    const first = load();
    expect(startedWith(first)).toBe('one/1');
    expect(kept()).toEqual([]);
    expect(first.keepCode()).toBe(2);
    expect(first.keepCode()).toBe(0);
    const second = load();
    expect(startedWith(second)).toBe('one/1');
    expect(second.keepCode()).toBe(0);
    expect(load('verify').keepCode()).toBe(2);
    expect(kept()).toHaveLength(4);
  });

  it('imports what is not part of the program', async () => {
    const { load } = setUp();
    expect((await (load().exports as Program).later()).default).toBe('later');
  });

  it('runs a file that has changed, though it is as long as it was', () => {
    const { folder, load } = setUp();
    load().keepCode();
    writeFileSync(join(folder, 'part.cjs'), part('two'));
    const changed = load();
    expect(startedWith(changed)).toBe('two/1');
    expect(changed.keepCode()).toBe(1);
    expect(load().keepCode()).toBe(0);
  });

  it.each<readonly [string, (bytes: Buffer) => Uint8Array]>([
    ['is empty', () => Buffer.alloc(0)],
    ['was cut off', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['has one bit changed', (bytes) => bytes.with(bytes.length - 20, (bytes.at(-20) ?? 0) ^ 1)],
  ])('compiles anew where the code %s', (_, spoil) => {
    const { load, kept } = setUp();
    load().keepCode();
    for (const file of kept()) writeFileSync(file, spoil(readFileSync(file)));
    const spoilt = load();
    expect(startedWith(spoilt)).toBe('one/1');
    expect(spoilt.keepCode()).toBe(2);
  });

  it('runs no code that others may have written', () => {
    const { cacheFolder, load, kept } = setUp();
    load().keepCode();
    for (const file of kept()) chmodSync(file, 0o620);
    const replaced = load();
    expect(startedWith(replaced)).toBe('one/1');
    expect(replaced.keepCode()).toBe(2);
    chmodSync(cacheFolder, 0o777);
    expect(load().keepCode()).toBe(0);
  });

  it('does without a folder, or with one that is gone', () => {
    const { folder, load } = setUp();
    for (const cache of [undefined, join(folder, 'gone')]) {
      const program = loadProgram({ main: join(folder, 'main.cjs'), cacheFolder: cache, command: 'serve' });
      expect(startedWith(program)).toBe('one/1');
      expect(program.keepCode()).toBe(0);
    }
    expect(() => load('serve').keepCode()).not.toThrow();
  });

  it('throws what a file throws', () => {
    const { folder, load } = setUp();
    writeFileSync(join(folder, 'part.cjs'), "require('./no-such.cjs')");
    expect(() => load()).toThrow(/ENOENT|Cannot find/);
    writeFileSync(join(folder, 'part.cjs'), "throw new RangeError('at the start')");
    expect(() => load()).toThrow(new RangeError('at the start'));
  });
});
