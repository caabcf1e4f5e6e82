/** Contract suites for platforms, simulated or real: `@countersign/sandbox/testing`. */
export { type FlowentPlatformContractOptions, testFlowentPlatform } from './flowent-platform-contract.ts';
export type { FlowentPlatformTarget } from './flowent-platform-target.ts';
export { type IncodePlatformContractOptions, testIncodePlatform } from './incode-platform-contract.ts';
export type { IncodePlatformTarget } from './incode-platform-target.ts';
