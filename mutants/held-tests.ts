/**
 * Vitest's words, for tests that are held in memory: a mutant is switched on between two runs of the same loaded tests, which takes
 * milliseconds, where Vitest would load them anew for each mutant. Tests import it in Vitest's place (mutants/test-runner.ts).
 */
import { expect, vi } from 'vitest';

export { expect, vi };

export interface HeldTest {
  readonly id: string;
  readonly path: string;
  run(): Promise<void>;
}

type Callback = (...values: readonly unknown[]) => unknown;

interface Suite {
  readonly title: string;
  readonly outer: Suite | undefined;
  readonly before: Callback[];
  readonly after: Callback[];
}

const tests: HeldTest[] = [];
let path = '';
let suite: Suite | undefined;
let finishers: Callback[] = [];

/** Those that the file holds. */
export async function holdTests(file: string, load: () => Promise<unknown>): Promise<readonly HeldTest[]> {
  const first = tests.length;
  path = file;
  suite = { title: file, outer: undefined, before: [], after: [] };
  await load();
  return tests.slice(first);
}

function addSuite(title: unknown, ...rest: readonly unknown[]): void {
  const outer = suite;
  suite = { title: `${outer?.title} > ${title}`, outer, before: [], after: [] };
  callbackOf(rest)();
  suite = outer;
}

function addTest(title: unknown, ...rest: readonly unknown[]): void {
  const inner = suite;
  const body = callbackOf(rest);
  // Rows of a table may have one title.
  const id = `${inner?.title} > ${title} (${tests.length})`;
  tests.push({ id, path, run: () => runTest(inner, body) });
}

/** Options and time limits stand before or behind it. */
function callbackOf(values: readonly unknown[]): Callback {
  const callback = values.find((value): value is Callback => typeof value === 'function');
  if (callback === undefined) throw new TypeError('a test without a body');
  return callback;
}

async function runTest(inner: Suite | undefined, body: Callback): Promise<void> {
  finishers = [];
  const suites = [];
  for (let outer = inner; outer !== undefined; outer = outer.outer) suites.push(outer);
  try {
    for (const { before } of suites.toReversed()) for (const hook of before) await hook();
    await body();
  } finally {
    for (const { after } of suites) for (const hook of after) await hook();
    for (const finish of finishers.toReversed()) await finish();
  }
}

type Add = (title: unknown, ...rest: readonly unknown[]) => void;

interface Word extends Add {
  readonly each: (rows: readonly unknown[]) => Add;
  readonly skipIf: (isSkipped: unknown) => Add;
}

function wordOf(add: Add): Word {
  return Object.assign(add.bind(undefined), {
    each:
      (rows: readonly unknown[]) =>
      (title: unknown, ...rest: readonly unknown[]) => {
        const body = callbackOf(rest);
        for (const row of rows) add(title, () => body(...(Array.isArray(row) ? row : [row])));
      },
    skipIf: (isSkipped: unknown) => (isSkipped ? () => {} : add),
  });
}

export const describe: Word = wordOf(addSuite);
export const it: Word = wordOf(addTest);
export const test: Word = it;

export const beforeEach = (hook: Callback): unknown => suite?.before.push(hook);
export const afterEach = (hook: Callback): unknown => suite?.after.push(hook);
export const onTestFinished = (finish: Callback): unknown => finishers.push(finish);
/** What is left open ends with the process. */
export const afterAll = (): void => {};
