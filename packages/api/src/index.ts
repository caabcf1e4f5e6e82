/** The Countersign admin API: wire types, one route table, its problems, a small client. */

export { AdminError } from './admin-error.ts';
export { type AuditApi, MAX_AUDIT_HEADS } from './audit-routes.ts';
export * from './audit-types.ts';
export {
  type AdminClient,
  type AdminClientOptions,
  type CallOptions,
  type Client,
  createAdminClient,
  createClient,
  type FetchLike,
  type ReadReply,
  type ResponseLike,
} from './client.ts';
export { type ConfigApi, MAX_CONFIG_TEXT_CHARS } from './config-routes.ts';
export type * from './config-types.ts';
export type { DeliveryApi, DestinationParams } from './delivery-routes.ts';
export * from './delivery-types.ts';
export { type DownloadApi, TEST_RUNNERS, type TestFileQuery, type TestRunner } from './download-routes.ts';
export type { EventApi, EventParams } from './event-routes.ts';
export type * from './event-types.ts';
export { EVENT_VERDICTS } from './event-types.ts';
export { type ExplainApi, MAX_PASTED_CHARS } from './explain-routes.ts';
export type * from './explain-types.ts';
export { type FieldSchema, fieldSchema } from './field-schema.ts';
export {
  type Declared,
  type Field,
  type FieldsOf,
  type FlagField,
  HEADER_NAME,
  ID_TEXT,
  type TextField,
  type WholeNumberField,
} from './fields.ts';
export { SilenceError, type StreamOptions, type StreamPart } from './follow-stream.ts';
export * from './gate-key-types.ts';
export type { IssueApi } from './issue-routes.ts';
export * from './issue-types.ts';
export type { KeyApi } from './key-routes.ts';
export type * from './key-types.ts';
export { ADMIN_LISTENER_NAME, LISTENER_HEADER } from './listener-header.ts';
export type { LogInApi } from './log-in-routes.ts';
export * from './log-in-types.ts';
export type * from './mode-types.ts';
export type { ActionParams, PassApi } from './pass-routes.ts';
export type * from './pass-types.ts';
export { PROBLEM_TYPE, PROBLEMS, type ProblemCode, type ProblemView, problemView } from './problems.ts';
export type * from './refused-types.ts';
export type { RegistrationApi } from './registration-routes.ts';
export type * from './registration-types.ts';
export { hasRole, neededRole, ROLES, type Role } from './role.ts';
export type {
  Api,
  BytesKind,
  InputOf,
  Nothing,
  Route,
  RouteTable,
  RouteTypes,
  StreamOf,
  TextKind,
} from './route.ts';
export { type AdminApi, type ClaimParams, type RefusedParams, ROUTES, type RouteName } from './routes.ts';
export type {
  SandboxApi,
  SandboxChange,
  SandboxChangeWord,
  SandboxResultView,
  SandboxScenarioView,
  SandboxView,
} from './sandbox-routes.ts';
export { type BodyLike, type BodyReader, EventStreamError } from './server-sent-events.ts';
export { MAX_IMPORT_CHARS, type StoreApi } from './store-routes.ts';
export type * from './store-types.ts';
export type * from './types.ts';
export { VERDICT_KINDS, type VerdictKind } from './verdicts.ts';
