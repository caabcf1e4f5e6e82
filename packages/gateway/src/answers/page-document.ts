/** The document around a page for people, and the headers that go with it. */
import { createHash } from 'node:crypto';
import type { Call } from '../call.ts';
import type { HttpAnswer } from '../http-answer.ts';
import { escapeHtml, Html, html, type PageContent } from '../results/html.ts';
import { signingSite } from '../vendors/all.ts';

export interface TitledPage extends PageContent {
  readonly title: string;
}

/** Who may show a page in a frame: for the frame-ancestors of CSP. */
export type Framing = `frame-ancestors ${string}`;

/**
 * The only style there is: the policy names its hash, so markup that slipped in could not bring another.
 * The step that is going on is told by `:has`, because `:last-child` matches nothing before its parent has ended.
 */
const STYLE = `
:root{color-scheme:light dark;--line:#8886;--soft:#8882;--good:#1a7f37;--warn:#9a6700;--bad:#c62828}
@media(prefers-color-scheme:dark){:root{--good:#4ac26b;--warn:#d4a72c;--bad:#ff7b72}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;padding:clamp(.75rem,3vw,2rem);max-width:64rem;overflow-wrap:anywhere}
h1{font-size:1.35rem;line-height:1.25;margin:0 0 1rem}
.text,pre{white-space:pre-wrap}
pre{font-size:.9em;padding:.75rem;background:var(--soft);border-radius:.3rem}
img{max-width:100%;height:auto}
.table{overflow:auto;max-height:80vh;border:1px solid var(--line);border-radius:.3rem}
table{border-collapse:collapse;width:100%;font-size:.94em;overflow-wrap:normal}
caption{text-align:start;padding:.4rem .6rem;font-weight:600}
th,td{padding:.4rem .6rem;text-align:start;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{position:sticky;top:0;background:Canvas}
tbody tr:nth-child(even){background:var(--soft)}
tbody tr:last-child>*{border-bottom:0}
.number{text-align:end;font-variant-numeric:tabular-nums}
.message{margin:0 0 1rem;padding:.6rem .9rem;border-inline-start:.3rem solid var(--line);background:var(--soft)}
.success{border-color:var(--good)}
.warning{border-color:var(--warn)}
.error{border-color:var(--bad)}
.steps{list-style:none;margin:0 0 1rem;padding:0}
.steps>li{padding:.2rem 0 .2rem 1.8rem;position:relative}
.steps>li::before{content:"✓";position:absolute;inset-inline-start:.3rem;color:var(--good)}
.steps:not(:has(~*))>li:not(:has(~li)){font-weight:600}
.steps:not(:has(~*))>li:not(:has(~li))::before{content:"";top:.55rem;width:.8rem;height:.8rem;border:2px solid var(--line);border-top-color:currentColor;border-radius:50%;animation:turn 1s linear infinite}
.steps:has(+.error)>li:not(:has(~li))::before{content:"✗";color:var(--bad)}
footer{margin:1.5rem 0 0;font-size:.8rem;opacity:.7}
@keyframes turn{to{transform:rotate(1turn)}}
@media(prefers-reduced-motion:reduce){.steps>li::before{animation:none!important}}
@media print{.table{max-height:none;overflow:visible}}
`;

/**
 * A refusal comes before its site is known, and the modal of any site that sends here must be able to show it; it is the
 * same constant text for everybody, with nothing to click.
 */
export const FRAMED_BY_ANYBODY: Framing = 'frame-ancestors *';

/**
 * Only the site whose name the signature covers may show the page in a frame; nobody, where there is none. A site at
 * `[::1]` has no luck: browsers take no IPv6 address here (CSP 3 §6.7.2.8).
 */
export function framedBySite(call: Call | undefined): Framing {
  const fields = call?.accepted?.fields;
  return `frame-ancestors ${(fields && signingSite(fields)) ?? "'none'"}`;
}

/** The headers of a page: it may hold style of ours and pictures, and do nothing. */
export function pageHeaders(framing: Framing): readonly string[] {
  const style = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${style}'; img-src https: data:; base-uri 'none'; form-action 'none'; ${framing}`;
  return ['content-type', 'text/html; charset=utf-8', 'content-security-policy', policy, ...PRIVATE_HEADERS];
}

/** What every answer to a person carries: not guessed at, not kept, not told to the next site. */
export const PRIVATE_HEADERS: readonly string[] = [
  'x-content-type-options',
  'nosniff',
  'referrer-policy',
  'no-referrer',
  'cache-control',
  'no-store',
];

/** A whole page. */
export function pageAnswer(status: number, page: TitledPage, framing: Framing): HttpAnswer {
  const body = page.body instanceof Html ? page.body : html`<p class="text">${page.body}</p>`;
  return {
    status,
    headers: pageHeaders(framing),
    body: `${openDocument(page.title)}${body}${CLOSE_DOCUMENT}`,
  };
}

/** The document up to its heading: more than the 1024 bytes that browsers wait for before they show anything. */
export function openDocument(title: string): string {
  const text = escapeHtml(title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${text}</h1>
`;
}

/** What a person can quote: the log has the same id. @param requestId letters, digits and `-` of ours. */
export function requestFooter(requestId: string): string {
  return `\n<footer>Request ${requestId}</footer>`;
}

export const CLOSE_DOCUMENT = '\n</main>\n</body>\n</html>\n';
