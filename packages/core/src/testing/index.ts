/** Contract suites and test tools, for your own implementations: `@countersign/core/testing`. */
export { expectVerified } from './expect-verified.ts';
export { type ReplayGuardContractOptions, testReplayGuard } from './replay-guard-contract.ts';
export type { TestFunctions } from './test-functions.ts';
export * from './vectors.ts';
