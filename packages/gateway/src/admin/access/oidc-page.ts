/** The pages that a browser sees on its way back from an OpenID Connect provider. They load nothing and run nothing. */
import { PROBLEMS } from '@countersign/api';
import type { HttpAnswer } from '../../http-answer.ts';
import { type Problem, SAFE_HEADERS } from '../problem.ts';

/**
 * A browser that another site has sent here withholds Strict cookies on the whole chain of redirects. What a page of ours
 * asks for next comes from ours.
 */
export function movingPage(to: string, cookies: readonly string[]): HttpAnswer {
  const target = escaped(to);
  const head = `<meta http-equiv="refresh" content="0;url=${target}">`;
  return page(
    200,
    'Logged in',
    `<p>You are logged in.</p><p><a href="${target}">Go on</a></p>`,
    cookies,
    head,
  );
}

export function problemPage({ code, detail, headers }: Problem, cookies: readonly string[] = []): HttpAnswer {
  const { status, title } = PROBLEMS[code];
  const text = `<p>${escaped(detail)}</p><p><a href="/login">Back to the log-in</a></p>`;
  const answer = page(status, title, text, cookies);
  return { ...answer, headers: [...answer.headers, ...headers] };
}

function page(
  status: number,
  title: string,
  text: string,
  cookies: readonly string[],
  head = '',
): HttpAnswer {
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>${head}</head><body><h1>${escaped(title)}</h1>${text}</body></html>\n`;
  return { status, headers: [...PAGE_HEADERS, ...cookieHeaders(cookies)], body };
}

/** Off to another place, with cookies. */
export function redirectTo(url: URL, cookies: readonly string[]): HttpAnswer {
  return {
    status: 303,
    headers: [...PAGE_HEADERS, 'location', url.href, ...cookieHeaders(cookies)],
    body: '',
  };
}

const PAGE_HEADERS: readonly string[] = [
  ...SAFE_HEADERS,
  'content-type',
  'text/html; charset=utf-8',
  // The address holds the provider's code.
  'referrer-policy',
  'no-referrer',
];

function cookieHeaders(cookies: readonly string[]): readonly string[] {
  return cookies.flatMap((cookie) => ['set-cookie', cookie]);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
