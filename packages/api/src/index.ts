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
export {
  type Declared,
  type Field,
  type FieldsOf,
  ID_TEXT,
  type TextField,
  type WholeNumberField,
} from './fields.ts';
export { SilenceError, type StreamOptions, type StreamPart } from './follow-stream.ts';
export { PROBLEM_TYPE, PROBLEMS, type ProblemCode, type ProblemView, problemView } from './problems.ts';
export type * from './refused-types.ts';
export {
  type AdminApi,
  type Api,
  type ClaimParams,
  type EventParams,
  type InputOf,
  type Nothing,
  type RefusedParams,
  ROUTES,
  type Route,
  type RouteName,
  type RouteTable,
  type RouteTypes,
  type StreamOf,
  type TextKind,
} from './routes.ts';
export { type BodyLike, type BodyReader, EventStreamError } from './server-sent-events.ts';
export type * from './types.ts';
export { VERDICT_KINDS, type VerdictKind } from './verdicts.ts';
