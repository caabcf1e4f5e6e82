/** The URL that a request was sent to, whoever says it. */
import { authorityOf, effectiveRequest, type Origin } from '../effective-request.ts';
import type { SignedRequest } from '../model.ts';
import type { Objection } from '../objection.ts';

export interface ReadUrl {
  /** Scheme and authority. */
  readonly base: string;
  /** Empty for `*`. */
  readonly path: string;
  readonly query: string | undefined;
}

/**
 * In its parts; the scheme counts as https where nothing says it.
 * @param noHost the objection where nothing says the host
 */
export function readUrl(
  request: SignedRequest,
  origin: Origin | undefined,
  noHost: Objection,
): ReadUrl | Objection {
  const effective = effectiveRequest(request, origin);
  if ('reason' in effective) return effective;
  const { scheme = 'https', path, query } = effective;
  const authority = authorityOf(effective, scheme);
  if (authority === undefined) return noHost;
  return { base: `${scheme}://${authority}`, path: path === '*' ? '' : path, query };
}
