/** The parts of a request's URL, cut out of its text: nothing is decoded or normalised. */

/** Where the path starts: after `scheme://authority` in an absolute URL, at 0 in a request line's. */
function pathStart(url: string): number {
  if (url.startsWith('/')) return 0;
  const scheme = url.indexOf('://');
  if (scheme < 0) return 0;
  for (let i = scheme + 3; i < url.length; i++) {
    const c = url.charCodeAt(i);
    if (c === 47 || c === 63 || c === 35) return i;
  }
  return url.length;
}

function withoutFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash < 0 ? url : url.slice(0, hash);
}

/** The path as received, `/` where there is none. */
export function pathOf(url: string): string {
  const rest = withoutFragment(url).slice(pathStart(url));
  const mark = rest.indexOf('?');
  return (mark < 0 ? rest : rest.slice(0, mark)) || '/';
}

/** The query as received, without `?`; empty where there is none. */
export function queryOf(url: string): string {
  const text = withoutFragment(url);
  const mark = text.indexOf('?');
  return mark < 0 ? '' : text.slice(mark + 1);
}

/** Host and port of an absolute URL as written; undefined for a request line's. */
export function authorityOf(url: string): string | undefined {
  const scheme = url.indexOf('://');
  if (url.startsWith('/') || scheme < 0) return undefined;
  return url.slice(scheme + 3, pathStart(url));
}
