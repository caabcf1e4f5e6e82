/** Countersign's sandbox: simulators of the platforms that sign requests, for demos and tests. They share no code with the engine. */
export * from './approov.ts';
export * from './flow-production-tracking.ts';
export * from './flowent.ts';
export * from './hmac.ts';
export * from './incode.ts';
export { type HeaderField, headerOf, type SandboxRequest } from './sandbox-request.ts';
export * from './scenario.ts';
export { approovScenarios } from './scenarios/approov.ts';
export { flowProductionTrackingScenarios } from './scenarios/flow-production-tracking.ts';
export { flowentScenarios } from './scenarios/flowent.ts';
export { hmacScenarios } from './scenarios/hmac.ts';
export { incodeScenarios } from './scenarios/incode.ts';
export * from './scenarios.ts';
export * from './send.ts';
