/** Cross-origin access (Fetch Standard §3.2) for a list of origins; without credentials, so `*` is never needed. */
import { originOf } from '../config/origin.ts';

const PREFLIGHT: readonly string[] = ['access-control-max-age', '600'];

/** Headers that let the page of a listed origin read an answer; for any other only `Vary`. */
export function corsHeaders(
  origin: string | null | undefined,
  origins: readonly string[],
): readonly string[] {
  const vary = ['vary', 'origin'];
  // A browser sends the serialised origin and nothing else (RFC 6454 §7); `null` is no origin.
  if (typeof origin !== 'string' || originOf(origin) !== origin || !origins.includes(origin)) return vary;
  return [
    ...vary,
    'access-control-allow-origin',
    origin,
    'access-control-expose-headers',
    'retry-after, x-request-id',
  ];
}

export interface Preflight {
  readonly origin: string | null | undefined;
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  /** That a page may send besides `content-type`. */
  readonly headers: readonly string[];
}

/** Headers of the answer to a preflight. */
export function preflightHeaders({ origin, origins, methods, headers }: Preflight): readonly string[] {
  const allowed = corsHeaders(origin, origins);
  if (allowed.length === 2) return allowed;
  return [
    ...allowed,
    'access-control-allow-methods',
    methods.join(', '),
    'access-control-allow-headers',
    ['content-type', ...headers].join(', '),
    ...PREFLIGHT,
  ];
}
