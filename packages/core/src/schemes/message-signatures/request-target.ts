/** What a request is aimed at: scheme, authority, path and query, put together as RFC 9421 §2.2 wants them. */
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../scheme.ts';

export interface RequestTarget {
  /** `https` or `http`. */
  readonly scheme: string;
  /** Lower case, without the scheme's own port. */
  readonly authority: string;
  /** As received; `/` where there is none. */
  readonly path: string;
  /** As received, without `?`; undefined where there is no `?`. */
  readonly query: string | undefined;
}

/** An absolute URL's scheme and authority. */
const ORIGIN = /^(https?):\/\/([^/?#]*)/i;

/**
 * A host with an optional port. Nothing else may stand there: a slash in a Host field would move text between
 * authority and path without changing the target URI.
 */
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=%-]+)(?::(\d*))?$/;

/**
 * The request's target. Scheme and authority are those of `origin`, else of an absolute URL, else `https` and the
 * Host field, as for `{url}` of a message template.
 */
export function requestTarget(request: SignedRequest, origin: string | undefined): RequestTarget | Objection {
  const { url, headers } = request;
  if (url.includes('#')) return underivable('the request’s URL holds a fragment');
  const absolute = ORIGIN.exec(url);
  const rest = absolute ? url.slice(absolute[0].length) : url;
  if (!absolute && !rest.startsWith('/')) return underivable('the request’s target is no path');
  const known = origin === undefined ? absolute : ORIGIN.exec(origin);
  const host = known ? known[2] : headers.single('host');
  if (typeof host !== 'string') {
    return underivable(`the request’s Host field ${host === null ? 'occurs twice' : 'is absent'}`);
  }
  const scheme = (known?.[1] ?? 'https').toLowerCase();
  const authority = normalAuthority(host, scheme);
  if (authority === undefined) return underivable('the request’s host is no host and port');
  const mark = rest.indexOf('?');
  return {
    scheme,
    authority,
    path: (mark < 0 ? rest : rest.slice(0, mark)) || '/',
    query: mark < 0 ? undefined : rest.slice(mark + 1),
  };
}

/** The target of `@request-target`: path and query, or `*`. A request to a proxy, which names its target whole, is read alike. */
export function originForm(request: SignedRequest): string | Objection {
  const { url } = request;
  if (url === '*') return url;
  if (url.includes('#')) return underivable('the request’s URL holds a fragment');
  const rest = url.slice(ORIGIN.exec(url)?.[0].length ?? 0);
  if (rest.startsWith('/')) return rest;
  return ORIGIN.test(url) ? `/${rest}` : underivable('the request’s target is no path');
}

/** Whether a text is a scheme and an authority and nothing else. */
export function isOrigin(text: string): boolean {
  const match = ORIGIN.exec(text);
  return match?.[0] === text && normalAuthority(match[2] as string, 'https') !== undefined;
}

/** RFC 9110 §4.2.3: the host in lower case, the default port left out. */
function normalAuthority(host: string, scheme: string): string | undefined {
  const match = AUTHORITY.exec(host.toLowerCase());
  if (!match) return undefined;
  const port = match[2] ?? '';
  const isDefault = port === '' || port === (scheme === 'https' ? '443' : '80');
  return isDefault ? match[1] : `${match[1]}:${port}`;
}

function underivable(message: string): Objection {
  return objection('missing-part', message);
}
