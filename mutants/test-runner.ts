/**
 * How Stryker runs the engine's tests: in its own process, where they are loaded once and held. A mutant counts as noticed only where the test
 * that failed succeeds right after without it; otherwise the process is left, since what an earlier mutant left in it may have failed the test.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type HeldTest, holdTests } from './held-tests.ts';

/** What the mutated sources read, by the names that they read it by: all of them, at each of their switches, which mutant is on. */
class Switch {
  readonly mutantCoverage: { static: object; perTest: Record<string, object> } = { static: {}, perTest: {} };
  currentTestId: string | undefined;
  hitCount: number | undefined;
  hitLimit: number | undefined;
  /** What the process had taken of the processor when the test began. */
  #start = process.cpuUsage();
  #limitMs = LEAST_LIMIT_MS;
  #reads = 0;
  #mutant: string | undefined;
  isTooLong = false;

  /** Throws where the test takes too long, which ends loops that would have no end. */
  get activeMutant(): string | undefined {
    if (this.#mutant === undefined) return undefined;
    if ((++this.#reads & 0xfff) === 0 && millisecondsOf(process.cpuUsage(this.#start)) > this.#limitMs) {
      this.isTooLong = true;
    }
    if (this.isTooLong) throw new Error(TIMED_OUT);
    return this.#mutant;
  }

  turn(mutant: string | undefined, hitLimit?: number): void {
    this.#mutant = mutant;
    this.hitCount = mutant === undefined ? undefined : 0;
    this.hitLimit = hitLimit;
  }

  beginTest(usualMs: number): void {
    this.#limitMs = Math.max(LEAST_LIMIT_MS, 10 * usualMs);
    this.#start = process.cpuUsage();
    this.isTooLong = false;
  }

  get isEndless(): boolean {
    return (this.hitCount ?? 0) > (this.hitLimit ?? Number.POSITIVE_INFINITY);
  }
}

interface MutantRun {
  /** Without it all. */
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  readonly activeMutant: { readonly id: string };
}

/** Behind it a test waits for what will not come. Most take milliseconds. */
const TEST_TIMEOUT_MS = 30_000;
/** What the tests of one mutant may take of the processor. One that they have not noticed by then counts as not noticed. */
const BUDGET_MS = 1_500;
/** What one test may take of the processor under a mutant: ten times what it takes without, and no less than this. */
const LEAST_LIMIT_MS = 500;
const TIMED_OUT = 'the test did not end';
/**
 * What the clock or the memory may fail, whatever is on; what weighs the sources, which mutants make larger; and what takes as long as all the
 * others, to ask of each refusal about another part.
 */
const LEFT_OUT =
  /is not slowed down|in three times their bytes|one HMAC provider is small|a refusal that is explained/;
const HELD = pathToFileURL(resolve(import.meta.dirname, 'held-tests.ts')).href;
/** In the copy that the tests run in: the process of the first run writes it, each reads it. */
const COSTS = 'held-tests-costs.json';
const SUCCESS = 0;
const FAILED = 1;

class HeldTestRunner {
  readonly #switch = new Switch();
  readonly #tests = new Map<string, HeldTest>();
  /** How many mutants each test has ended: those that end many at little cost are tried first. */
  readonly #ended = new Map<string, number>();
  /** What each takes of the processor. */
  #costs: ReadonlyMap<string, number> | undefined;
  #mutants = 0;
  #isTainted = false;

  /** Mutants are on while a test runs, never while a module is loaded, so that nothing needs loading again. */
  capabilities(): object {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    // What a mutant breaks behind its test's back fails no test, and must not end the process.
    for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, () => {});
    Object.assign(globalThis, { __stryker__: this.#switch });
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'vitest' && context.parentURL !== HELD
          ? { url: HELD, shortCircuit: true }
          : next(specifier, context),
    });
    for (const path of (process.env['COUNTERSIGN_MUTANTS_TESTS'] ?? '').split(',')) {
      const url = pathToFileURL(resolve(path)).href;
      for (const test of await holdTests(path, () => import(url))) {
        if (!LEFT_OUT.test(test.id)) this.#tests.set(test.id, test);
      }
    }
  }

  /** Each twice: one that succeeds only once, since it leaves something behind, would end every mutant, and is left out. */
  async dryRun(): Promise<object> {
    const tests = [];
    const costs: [string, number][] = [];
    for (const test of this.#tests.values()) {
      this.#switch.currentTestId = test.id;
      const startMs = performance.now();
      const failureMessage = await failureOf(test);
      const timeSpentMs = performance.now() - startMs;
      const result = { id: test.id, name: test.id, fileName: resolve(test.path), timeSpentMs };
      const start = process.cpuUsage();
      if (failureMessage !== undefined) tests.push({ ...result, status: FAILED, failureMessage });
      else if ((await failureOf(test)) === undefined) tests.push({ ...result, status: SUCCESS });
      else delete this.#switch.mutantCoverage.perTest[test.id];
      costs.push([test.id, millisecondsOf(process.cpuUsage(start))]);
    }
    this.#switch.currentTestId = undefined;
    writeFileSync(COSTS, JSON.stringify(costs));
    return { status: 'complete', tests, mutantCoverage: this.#switch.mutantCoverage };
  }

  async mutantRun({ testFilter, hitLimit, activeMutant }: MutantRun): Promise<object> {
    // Stryker tries it again in another process.
    if (this.#isTainted) throw new Error('what a mutant left in this process fails a test');
    this.#mutants++;
    const tests = this.#inOrder(testFilter ?? [...this.#tests.keys()]);
    const start = process.cpuUsage();
    for (const test of tests) {
      if (millisecondsOf(process.cpuUsage(start)) > BUDGET_MS) break;
      this.#switch.turn(activeMutant.id, hitLimit);
      this.#switch.beginTest(this.#costOf(test));
      const failure = await failureOf(test);
      const { isEndless, isTooLong } = this.#switch;
      this.#switch.turn(undefined);
      if (failure === undefined && !isEndless && !isTooLong) continue;
      this.#isTainted = (await failureOf(test)) !== undefined;
      if (this.#isTainted && this.#mutants > 1)
        throw new Error('which mutant failed the test is not certain');
      if (isEndless) return { status: 'timeout', reason: 'Hit limit reached' };
      if (isTooLong || failure === TIMED_OUT) return { status: 'timeout', reason: TIMED_OUT };
      this.#ended.set(test.id, (this.#ended.get(test.id) ?? 0) + 1);
      const killedBy = [test.id];
      return { status: 'killed', killedBy, failureMessage: failure ?? '', nrOfTests: tests.length };
    }
    return { status: 'survived', nrOfTests: tests.length };
  }

  #costOf({ id }: HeldTest): number {
    this.#costs ??= new Map(JSON.parse(readFileSync(COSTS, 'utf8')) as [string, number][]);
    return this.#costs.get(id) ?? 0;
  }

  #inOrder(ids: readonly string[]): readonly HeldTest[] {
    const worth = (test: HeldTest) => (this.#ended.get(test.id) ?? 0) / (1 + this.#costOf(test));
    const idSet = new Set(ids);
    return [...this.#tests.values()].filter(({ id }) => idSet.has(id)).sort((a, b) => worth(b) - worth(a));
  }
}

function millisecondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}

async function failureOf(test: HeldTest): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<string>((end) => {
    timer = setTimeout(() => end(TIMED_OUT), TEST_TIMEOUT_MS);
  });
  try {
    return await Promise.race([test.run().then(() => undefined), tooLate]);
  } catch (error) {
    return String(error) || 'it failed';
  } finally {
    clearTimeout(timer);
  }
}

/** What Stryker looks for in a plugin. */
export const strykerPlugins: readonly object[] = [
  { kind: 'TestRunner', name: 'held-tests', factory: () => new HeldTestRunner() },
];
