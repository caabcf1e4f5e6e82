/** The Countersign admin API: wire types, one route table, a small client. */

export {
  type AdminClient,
  type AdminClientOptions,
  AdminError,
  createAdminClient,
  type FetchLike,
  type ResponseLike,
} from './client.ts';
export { ROUTES, type Route, type RouteName, routePath } from './routes.ts';
export type * from './types.ts';
