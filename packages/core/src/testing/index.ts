/** Contract suites and test tools, for your own implementations and handlers: `@countersign/core/testing`. */
export { expectVerified } from './expect-verified.ts';
export { type FakeClock, fakeClock } from './fake-clock.ts';
export {
  assertAccepted,
  assertRefused,
  type CountersignMatchers,
  countersignMatchers,
  type Judged,
  type MatcherResult,
} from './matchers.ts';
export { type ReplayGuardContractOptions, testReplayGuard } from './replay-guard-contract.ts';
export {
  type Payload,
  type SignedRequestOptions,
  type SignedSample,
  signedRequest,
} from './signed-request.ts';
export type { TestFunctions } from './test-functions.ts';
export * from './vectors.ts';
