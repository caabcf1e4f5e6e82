/** Routes of the admin API as queries: one key a call, so that a change can tell what it makes stale. */
import type { AdminApi, InputOf, StreamOf } from '@countersign/api';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { client } from './client.ts';

/** A route that answers once. */
export type CalledRoute = {
  [Name in keyof AdminApi]: AdminApi[Name]['reply'] extends StreamOf<unknown> ? never : Name;
}[keyof AdminApi];

export interface CallOptions {
  /** Asks again after so long while the page is looked at. Default: never. */
  readonly everyMs?: number;
  /** Default true. */
  readonly enabled?: boolean;
}

/** The key under which a call's answer is remembered; without input, that of all calls of the route. */
export function callKey<Name extends CalledRoute>(name: Name, input?: InputOf<AdminApi[Name]>): unknown[] {
  return input === undefined ? [name] : [name, input];
}

/** @example const gates = useCall('gates', {}, { everyMs: 5_000 }); */
export function useCall<Name extends CalledRoute>(
  name: Name,
  input: InputOf<AdminApi[Name]>,
  { everyMs, enabled = true }: CallOptions = {},
): UseQueryResult<AdminApi[Name]['reply']> {
  return useQuery({
    queryKey: callKey(name, input),
    queryFn: () => call(name, input),
    refetchInterval: everyMs ?? false,
    enabled,
  });
}

/** One call, outside a component. @throws AdminError */
export function call<Name extends CalledRoute>(
  name: Name,
  input: InputOf<AdminApi[Name]>,
): Promise<AdminApi[Name]['reply']> {
  // The client's parameters are conditional on the route, which is not known here.
  const ask: (name: Name, input: InputOf<AdminApi[Name]>) => Promise<AdminApi[Name]['reply']> = client.call;
  return ask(name, input);
}
