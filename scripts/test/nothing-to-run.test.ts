/** A run that was told to run nothing is no green one. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { printTargets } from '../../bench/measure/report.ts';
import { rowsOf } from '../effort.ts';

const ROOT = join(import.meta.dirname, '../..');

const RUNS: readonly (readonly [string, readonly string[], string])[] = [
  ['bench/worst.ts', ['--only', 'nosuch'], 'nothing is named like "nosuch"'],
  ['bench/worst.ts', ['--only', 'flowent,nosuch'], 'nothing is named like "nosuch"'],
  ['bench/start.ts', ['--starts', '0'], '--starts 0 is not a whole number above 0.'],
  [
    'scripts/soak.ts',
    ['--outcome', 'nosuch'],
    'soak: there is no outcome nosuch.\n  → answer, forward, keep, respond, session',
  ],
];

it.each(rowsOf(RUNS, ([script]) => script))(
  '%s %j ends with 2',
  (script, args, says) => {
    const program = [process.execPath, '--conditions=countersign-source', join(ROOT, script), ...args];
    const { status, stderr } = spawnSync(program[0] ?? '', program.slice(1), { encoding: 'utf8' });
    expect(stderr).toContain(says);
    expect(status).toBe(2);
  },
  60_000,
);

it('no target is none that was met', () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  expect(printTargets([])).toBe(false);
  print.mockRestore();
});
