/** Contract suites and test tools, for your own implementations: `@countersign/core/testing`. */
export { type ReplayGuardContractOptions, testReplayGuard } from './replay-guard-contract.ts';
export type { TestFunctions } from './test-functions.ts';
export * from './vectors.ts';
