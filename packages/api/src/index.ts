/** The Countersign admin API: wire types, one route table, its problems, a small client. */

export { AdminError } from './admin-error.ts';
export {
  type AdminClient,
  type AdminClientOptions,
  type Client,
  createAdminClient,
  createClient,
  type FetchLike,
  type ResponseLike,
} from './client.ts';
export type { DeliveryApi, DestinationParams } from './delivery-routes.ts';
export * from './delivery-types.ts';
export type { EventApi, EventParams } from './event-routes.ts';
export type * from './event-types.ts';
export {
  type Declared,
  type Field,
  type FieldsOf,
  type FlagField,
  ID_TEXT,
  type TextField,
  type WholeNumberField,
} from './fields.ts';
export { SilenceError, type StreamOptions, type StreamPart } from './follow-stream.ts';
export { ADMIN_LISTENER_NAME, LISTENER_HEADER } from './listener-header.ts';
export { PROBLEM_TYPE, PROBLEMS, type ProblemCode, type ProblemView, problemView } from './problems.ts';
export type * from './refused-types.ts';
export type { Api, InputOf, Nothing, Route, RouteTable, RouteTypes, StreamOf, TextKind } from './route.ts';
export { type AdminApi, type ClaimParams, type RefusedParams, ROUTES, type RouteName } from './routes.ts';
export { type BodyLike, type BodyReader, EventStreamError } from './server-sent-events.ts';
export { MAX_IMPORT_CHARS, type StoreApi } from './store-routes.ts';
export type * from './store-types.ts';
export type * from './types.ts';
export { VERDICT_KINDS, type VerdictKind } from './verdicts.ts';
