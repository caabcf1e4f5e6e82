/** What a request asks for, by its method and path. */
export type RouteMatch<Found> =
  | ({ readonly kind: 'found' } & Found)
  | { readonly kind: 'wrong-method'; readonly allow: string }
  | { readonly kind: 'unknown' };
