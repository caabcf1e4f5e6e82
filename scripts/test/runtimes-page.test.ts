/** Prevents: a page of runtimes that says what no run has shown, and a comparison that sees nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faultsOfPage, pageOf } from '../../runtime-tests/page.ts';
import type { CommandResult } from '../../runtime-tests/try-commands.ts';
import type { RuntimeResult } from '../../runtime-tests/try-runtime.ts';

const report = (suite: string, passed: number) => ({ suite, passed, failures: [], skipped: [] });
const result = (name: string, version: string, passed = 7): RuntimeResult => ({
  name,
  version,
  crypto: 'WebCrypto',
  reports: [report('verify', passed), report('sign', 3)],
});
const commands: readonly CommandResult[] = [{ runtime: 'Bun', command: 'sign', works: true }];
const runs = [result('Bun', '1.4.5'), result('Chromium', '156')];
const page = pageOf(runs, commands);

it('a page that is the run’s has no fault', () => {
  expect(faultsOfPage(page, page, [])).toEqual([]);
});

it('another count, version or way of a command is a fault, from both sides', () => {
  for (const other of [
    pageOf([result('Bun', '1.4.5', 8), ...runs.slice(1)], commands),
    pageOf([result('Bun', '1.4.6'), ...runs.slice(1)], commands),
    pageOf(runs, [{ runtime: 'Bun', command: 'sign', works: false }]),
  ])
    expect(faultsOfPage(page, other, [])).toHaveLength(2);
});

it('a browser’s version is its system’s', () => {
  const other = pageOf([...runs.slice(0, 1), result('Chromium', '157')], commands);
  expect(faultsOfPage(page, other, [])).toEqual([]);
});

it('a runtime that is missing here is no fault; where nothing is missing it is', () => {
  const other = pageOf(runs.slice(1), []);
  expect(faultsOfPage(page, other, ['Bun'])).toEqual([]);
  expect(faultsOfPage(page, other, []).length).toBeGreaterThan(0);
});

it('the page stands as a run writes it: only figures, versions, skips and commands are its own', () => {
  const frame = (text: string): readonly string[] =>
    text
      .split('\n')
      .filter((line) => !/^\| (?!suite|runtime|verify|sign|bad|replay|fetch)|^- Skipped/.test(line));
  const written = readFileSync(join(import.meta.dirname, '../../docs/runtimes.md'), 'utf8');
  const twoColumns = commands.flatMap((command) => [command, { ...command, runtime: 'Deno' }]);
  expect(frame(written)).toEqual(frame(pageOf(runs, twoColumns)));
});
