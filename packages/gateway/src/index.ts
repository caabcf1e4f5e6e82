/** The Countersign gateway. */
export type { ClaimState } from './call.ts';
export type * from './config/config.ts';
export { ConfigError } from './config/config-error.ts';
export { type ConfigInput, defineConfig } from './config/config-input.ts';
export { type LoadedConfig, type LoadOptions, loadConfig } from './config/load-config.ts';
export { Secret } from './config/secret.ts';
export { type DryStart, dryStart } from './dry-start.ts';
export { createEngine, noValidKey } from './engine.ts';
export { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
export type { InputIssue } from './input/find-issues.ts';
export type { LogSink } from './log.ts';
export type { GateCounts, OpenGate } from './open-gate.ts';
export { type PickedGate, pickGate } from './pick-gate.ts';
export type { VerdictListener, VerdictRecord } from './request-log.ts';
export type * from './store.ts';
export { type StoreProblem, storeProblem, storeWarning } from './stores/inspect-store.ts';
export { openSqliteStore, type SqliteStoreOptions } from './stores/sqlite.ts';
export * from './writing-actions.ts';
