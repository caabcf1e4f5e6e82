/** An answer that sends the browser elsewhere. */
import { asResult } from './mark.ts';

export interface Redirect {
  readonly kind: 'redirect';
  /** ASCII: an absolute URL, or a path of the gateway's own site. */
  readonly url: string;
}

/** Stands for the gateway's own site; never sent. */
const OWN_SITE = 'http://own.invalid';

/**
 * Sends the browser to another page (303: by GET, whatever the method of the request was).
 * @param url `https://…`, `http://…`, or a path of the gateway's own site that begins with one `/`.
 * @throws TypeError for anything else: another scheme, `//host`, user names, backslashes, control characters.
 */
export function redirect(url: string | URL): Redirect {
  return asResult({ kind: 'redirect', url: readTarget(String(url)) });
}

function readTarget(text: string): string {
  // Browsers take a backslash for a slash and drop tabs and line breaks, so what is checked would not be where they go.
  if (/[\\\p{Cc}]/u.test(text)) fail(text, 'it holds a backslash or a control character');
  const isAbsolute = /^https?:\/\//i.test(text);
  if (!isAbsolute && !/^\/(?!\/)/.test(text)) fail(text, 'it is neither http(s) nor a path');
  let url: URL;
  try {
    url = new URL(text, OWN_SITE);
  } catch {
    return fail(text, 'it is not a URL');
  }
  if (url.username !== '' || url.password !== '') fail(text, 'it holds a user name or password');
  if (isAbsolute) return url.href;
  // `/.//host` is a path whose dots are resolved to `//host`, which would be another site.
  if (url.pathname.startsWith('//')) fail(text, 'it resolves to another site');
  return url.pathname + url.search + url.hash;
}

function fail(text: string, problem: string): never {
  const remedy = 'Give an absolute http or https URL, or a path that begins with one slash.';
  throw new TypeError(
    `redirect: ${JSON.stringify(text.slice(0, 100))} cannot be a redirect target: ${problem}. ${remedy}`,
  );
}
