import { describe, expect, it } from 'vitest';
import { createOutput, pad, table, wantsColor, wrap } from '../src/output.ts';
import { run } from './support.ts';

const stream = (isTTY: boolean) => ({ isTTY, write: () => true, once: () => undefined });

describe('wantsColor', () => {
  it.each([
    ['a terminal', true, {}, false, true],
    ['a pipe', false, {}, false, false],
    ['NO_COLOR', true, { NO_COLOR: '1' }, false, false],
    ['an empty NO_COLOR', true, { NO_COLOR: '' }, false, true],
    ['FORCE_COLOR on a pipe', false, { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false, false],
    ['FORCE_COLOR against NO_COLOR', false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    ['--no-color against FORCE_COLOR', true, { FORCE_COLOR: '1' }, true, false],
    ['a dumb terminal', true, { TERM: 'dumb' }, false, false],
  ])('%s', (_, isTTY, env, noColor, expected) => {
    expect(wantsColor(stream(isTTY), env, noColor)).toBe(expected);
  });

  it('decides for each stream apart', () => {
    const { style, errorStyle } = createOutput(
      { env: {}, stdout: stream(false), stderr: stream(true) },
      false,
    );
    expect(style.red('x')).toBe('x');
    expect(errorStyle.red('x')).toBe('\x1b[31mx\x1b[39m');
  });
});

describe('a command’s output', () => {
  it('has colours where they are forced, and none with --no-color wherever it stands', async () => {
    const env = { FORCE_COLOR: '1' };
    expect((await run(['providers'], { env })).out).toContain('\x1b[');
    expect((await run(['providers', '--no-color'], { env })).out).not.toContain('\x1b[');
    expect((await run(['--no-color', 'providers'], { env })).out).not.toContain('\x1b[');
    expect((await run(['providers'], { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain('\x1b[');
    expect((await run(['providers'])).out).not.toContain('\x1b[');
  });

  it('keeps standard output free of anything but JSON with --json', async () => {
    const { out } = await run(['providers', '--json']);
    for (const line of out.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('id');
  });
});

describe('table, pad and wrap', () => {
  it('count what is seen', () => {
    expect(
      table([
        ['\x1b[31ma\x1b[39m', 'b'],
        ['ccc', 'd'],
      ]),
    ).toBe('\x1b[31ma\x1b[39m    b\nccc  d');
    expect(pad('\x1b[31mé\x1b[39m', 3)).toBe('\x1b[31mé\x1b[39m  ');
    expect(wrap('aa bb cc', 5, ' ')).toBe(' aa\n bb\n cc');
  });
});
