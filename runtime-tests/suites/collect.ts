/** Runs a suite's tests one after another, in any runtime, and counts. */
import type { TestFunctions } from '@countersign/core/testing';

/** What became of a suite. Plain data: it comes from another process. */
export interface SuiteReport {
  readonly suite: string;
  readonly passed: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
  readonly skipped: readonly { readonly title: string; readonly reason: string }[];
}

export interface Collecting extends TestFunctions {
  readonly skip: (title: string, reason: string) => void;
}

/** Declares by `declare`, then runs. */
export async function collect(suite: string, declare: (functions: Collecting) => void): Promise<SuiteReport> {
  const tests: { readonly title: string; readonly body: () => Promise<void> }[] = [];
  const skipped: { title: string; reason: string }[] = [];
  declare({
    describe: (_, body) => body(),
    it: (title, body) => tests.push({ title, body }),
    skip: (title, reason) => skipped.push({ title, reason }),
  });
  const failures: { title: string; message: string }[] = [];
  for (const { title, body } of tests) {
    try {
      await body();
    } catch (error) {
      failures.push({
        title,
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }
  return { suite, passed: tests.length - failures.length, failures, skipped };
}
