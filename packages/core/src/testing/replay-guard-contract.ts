/** What every `ReplayGuard` must do, as a suite for any test runner. */
import { checkOptions, IS, type OptionRules, required } from '../check-options.ts';
import type { MaybePromise } from '../model.ts';
import type { ReplayGuard } from '../replay.ts';
import { declareAnswers } from './replay-guard/answers.ts';
import { declareAttempts } from './replay-guard/attempts.ts';
import type { DeclareTest } from './replay-guard/claims.ts';
import { declareCommits } from './replay-guard/commits.ts';
import { declareForgetting } from './replay-guard/forgetting.ts';
import { declareIdentities } from './replay-guard/identities.ts';
import { declareLeases } from './replay-guard/leases.ts';
import type { TestFunctions } from './test-functions.ts';

/** The guard that `testReplayGuard` holds against the interface, and the test runner’s functions. */
export interface ReplayGuardContractOptions extends TestFunctions {
  /** Names the implementation in the test report. */
  readonly name: string;
  /** A guard with no claims, with room for 10,000 claims and 64 KiB of answers; called once a test. */
  readonly create: () => MaybePromise<ReplayGuard>;
  /** Called after each test, whether it passed or not. Default: nothing. */
  readonly dispose?: (guard: ReplayGuard) => MaybePromise<void>;
}

const RULES: OptionRules<ReplayGuardContractOptions> = {
  describe: required(IS.function),
  it: required(IS.function),
  name: required(IS.text),
  create: required(IS.function),
  dispose: IS.function,
};

/**
 * Declares the tests; a failing one throws a plain `Error`.
 * @example testReplayGuard({ describe, it, name: 'MemoryReplayGuard', create: () => new MemoryReplayGuard() });
 */
export function testReplayGuard(options: ReplayGuardContractOptions): void {
  checkOptions<ReplayGuardContractOptions>(options, RULES);
  const test: DeclareTest = (title, body) => {
    options.it(title, async () => {
      const guard = await options.create();
      try {
        await body(guard);
      } finally {
        await options.dispose?.(guard);
      }
    });
  };

  options.describe(`ReplayGuard contract: ${options.name}`, () => {
    for (const declare of [
      declareLeases,
      declareAttempts,
      declareCommits,
      declareForgetting,
      declareAnswers,
      declareIdentities,
    ])
      declare(test);
  });
}
