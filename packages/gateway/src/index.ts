/** The Countersign gateway. */

export * from './actions/writing-actions.ts';
export { type AdminOfFile, type FileApi, openAdminOfFile } from './admin/admin-of-file.ts';
export { auditPage, auditVerifiedView } from './admin/audit-view.ts';
export type { ImportResult } from './admin/import-event.ts';
export { type KeptInFile, openKeptInFile } from './admin/kept-in-file.ts';
export { type RotatedStoreKey, rotateStoreKey } from './admin/rotate-store-key.ts';
export type { SandboxControl, SandboxResult, SandboxScenario } from './admin/sandbox-control.ts';
export { statsView } from './admin/store-handlers.ts';
export { verifyAuditLog } from './audit/audit-access.ts';
export type { AuditReport, NotedHead } from './audit/verify-audit.ts';
export type { ClaimState } from './call.ts';
export { blankedWarnings } from './config/blanked.ts';
export type * from './config/config.ts';
export { ConfigError, type ConfigProblem } from './config/config-error.ts';
export { type ConfigInput, defineConfig } from './config/config-input.ts';
export type { ConfigReport } from './config/config-report.ts';
export {
  CONFIG_WARNINGS,
  type ConfigCode,
  type ConfigWarning,
  configWarning,
  gatewayWarning,
} from './config/config-warnings.ts';
export { OPERATOR_GATE } from './config/destination-rules.ts';
export { setUpProblems } from './config/finding.ts';
export {
  type ConfigLook,
  type ConfigSource,
  type LoadedConfig,
  type LoadOptions,
  loadConfig,
  lookAtConfig,
  openConfigSource,
} from './config/load-config.ts';
export { shownRedis } from './config/redis-address.ts';
export { resolveStore } from './config/resolve-store.ts';
export { Secret } from './config/secret.ts';
export {
  defineSecretSources,
  type ExpiringSecret,
  type SecretSource,
  type SecretSources,
} from './config/secrets/secret-source.ts';
export type { ShownConfig, ShownValue } from './config/shown-config.ts';
export { destinationsOf } from './deliver/destinations-of.ts';
export { targetText } from './deliver/target-text.ts';
export { type DryStart, dryStart } from './dry-start.ts';
export {
  type ArrivedRequest,
  arrivalsOf,
  type ExplainedAtGate,
  explainAtGate,
  type GateCase,
  type RefusedOnce,
} from './explaining/explain-at-gate.ts';
export { withOtherGates } from './explaining/other-gate-findings.ts';
export { pickedBy, refusedByGateway, refusedVerdict } from './explaining/picked-explanation.ts';
export { type TakenTwice, takenTwice } from './explaining/taken-before.ts';
export { createCoreGate, noValidKey } from './gates/core-gate.ts';
export { gateCoverage } from './gates/gate-coverage.ts';
export { handsKeys } from './gates/hands-keys.ts';
export { type JudgedKept, type JudgeKeptParts, judgeKept } from './gates/judge-kept.ts';
export type { OpenGate } from './gates/open-gate.ts';
export { servedActions } from './gates/served-actions.ts';
export { startGateway } from './gateway.ts';
export type { GatewayOptions } from './gateway-options.ts';
export type { VerdictListener, VerdictRecord } from './http/request-log.ts';
export type { InputIssue } from './input/find-issues.ts';
export { type ErasePayloads, erasePayloads } from './keeping/erase-payloads.ts';
export type { LogSink } from './log/log.ts';
export type { GateDurations } from './metrics/gate-durations.ts';
export type { Histogram } from './metrics/histogram.ts';
export type {
  CountsQuestion,
  LiveSource,
  SharedWithSiblings,
  SiblingQuestion,
  Siblings,
  SiblingText,
} from './metrics/siblings.ts';
export type { StoreFigures, StoreSpace, WriteFigures } from './metrics/store-figures.ts';
export type { VerdictCount, VerdictCounts } from './metrics/verdict-counts.ts';
export { type PickedGate, pickGate } from './paths/pick-gate.ts';
export { refusedBefore } from './refused/refused-before.ts';
export { requireNode } from './require-node.ts';
export type { Gateway } from './running-gateway.ts';
export { lookAtRunTimeKeys, type RunTimeKey, type RunTimeKeys } from './sealed/look-at-keys.ts';
export { type AuditKeys, lookAtAuditKeys, storedKeyId, storeKeyFault } from './sealed/store-keys.ts';
export type { DatedToken, TokenCache } from './sealed/token-cache.ts';
export type { SessionRouteView } from './sessions/open-sessions.ts';
export type * from './stores/audit-store.ts';
export type * from './stores/claim-store.ts';
export type * from './stores/delivery-store.ts';
export { isStoreFull } from './stores/disk-full.ts';
export type { EraseMatch } from './stores/erase-match.ts';
export type * from './stores/event-store.ts';
export type { StoreProblem } from './stores/foreign-file.ts';
export { inspectStore, type StoreInspection } from './stores/inspect-store.ts';
export { type Migration, migrateStore } from './stores/migrate-store.ts';
export {
  type OpenStoreOptions,
  openStore,
  storeAddress,
} from './stores/open-store.ts';
export { openStoreLook } from './stores/open-store-look.ts';
export {
  type MovedCount,
  type MoveOptions,
  type MoveProgress,
  type MoveReport,
  moveStore,
} from './stores/postgres/move-store.ts';
export type * from './stores/record-store.ts';
export type * from './stores/refused-store.ts';
export { shownStore } from './stores/shown-store.ts';
export { isStoreHeld } from './stores/sqlite-open.ts';
export { type Store, StoreError, type StoreErrorCode } from './stores/store.ts';
export type { StoreLook } from './stores/store-look.ts';
export type * from './stores/store-upkeep.ts';
export { type TestedRequest, type TestFile, testFileOf } from './test-files/test-file.ts';
