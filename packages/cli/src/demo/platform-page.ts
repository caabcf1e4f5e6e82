/** The demo's stand-in for the platforms' own pages: a browser cannot sign, so this signs for it, at the moment of the click. */
import {
  approovRequest,
  approovSecret,
  approovToken,
  headerOf,
  type SandboxKeys,
} from '@countersign/sandbox';
import { type Markup, markup, PAGE_STYLE, page, startServer } from '@countersign/sandbox/pages';
import { FIRST_SHOWN } from './curl-lines.ts';
import type { RecentVerdicts } from './recent-verdicts.ts';

export interface PlatformPageOptions {
  /** The gateway's. */
  readonly publicUrl: string;
  /** That of the sandbox of a Flow Production Tracking site. */
  readonly siteUrl: string;
  /** The front end of the session broker. */
  readonly onboardingUrl: string;
  readonly verdicts: Pick<RecentVerdicts, 'rows'>;
  readonly keys: SandboxKeys;
  readonly now: () => number;
  readonly fetch: typeof globalThis.fetch;
  /** Freshly signed curl lines, each under a comment. Default: of each system one that is accepted and one that is refused. */
  readonly curlLines: (scenarioIds?: readonly string[]) => readonly string[];
}

export interface PlatformPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on a loopback port that the system chooses; it signs for whoever opens it. */
export async function startPlatformPage(options: PlatformPageOptions): Promise<PlatformPage> {
  const server = await startServer((request, response) => {
    // Whoever leaves before the answer has nothing more to hear.
    response.on('error', () => {});
    const handler = Object.hasOwn(PAGES, request.url ?? '') ? PAGES[request.url ?? ''] : undefined;
    const answer =
      request.method === 'GET' && handler !== undefined ? handler(options) : Promise.resolve(undefined);
    answer.then(
      (file) => {
        response.writeHead(file === undefined ? 404 : 200, {
          'content-type': `${file?.type ?? 'text/plain'}; charset=utf-8`,
          'content-security-policy': POLICY,
          'cache-control': 'no-store',
        });
        response.end(file?.text ?? 'There is no such page.\n');
      },
      () => {
        response.writeHead(502).end('The gateway did not answer.\n');
      },
    );
  });
  return { url: server.origin, close: () => server.close() };
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface PageFile {
  readonly type: 'text/html' | 'text/plain' | 'text/css' | 'text/javascript' | 'application/json';
  readonly text: string;
}

const html = (title: string, content: Markup, head?: Markup): PageFile => ({
  type: 'text/html',
  text: page({ title, head, owner: 'Countersign', mark: 'demo', stylePath: '/page.css' }, content).text,
});

const PAGES: Readonly<Record<string, (options: PlatformPageOptions) => Promise<PageFile>>> = {
  '/': async ({ publicUrl, siteUrl, onboardingUrl, curlLines }) =>
    html(
      'Countersign demo',
      markup`<h1>Countersign demo</h1>
<p>A browser cannot sign. These links sign at the moment of the click, as the platforms do.</p>
<ul>
<li><a href="${siteUrl}">A site’s grid</a>: select rows, right-click, and pick an action menu item</li>
<li><a href="${onboardingUrl}">An onboarding</a>: a front end that holds no key</li>
<li><a href="/hello">Call /v1/hello with a fresh Approov token</a></li>
<li><a href="${publicUrl}/v1/hello">Call /v1/hello without one</a>: refused</li>
<li><a href="/curl">Freshly signed curl lines</a>, one accepted and one refused of each system</li>
<li><a href="${publicUrl}/actions">The Flowent actions</a>, <a href="${publicUrl}/health">health</a></li>
</ul>
<p>To paste into a shell, signed just now:</p>
<pre>${curlLines(FIRST_SHOWN).join('\n')}</pre>
<h2>What the gateway decides</h2>
<table><thead><tr><th class="number">time<th>system<th>verdict<th>what was sent, and what to do</tr></thead><tbody id="verdicts"></tbody></table>`,
      markup`<script type="module" src="/page.js"></script>`,
    ),
  '/page.css': async () => ({ type: 'text/css', text: STYLE }),
  '/page.js': async () => ({ type: 'text/javascript', text: SCRIPT }),
  '/curl': async ({ curlLines }) => ({ type: 'text/plain', text: `${curlLines().join('\n')}\n` }),
  // Asked for again and again: who watches holds no connection that would have to be bounded and ended.
  '/verdicts': async ({ verdicts }) => ({ type: 'application/json', text: JSON.stringify(verdicts.rows) }),
  '/hello': async ({ publicUrl, keys, now, fetch }) => {
    const token = approovToken({ secret: approovSecret(keys.approov), nowMs: now() });
    const { path, ...request } = approovRequest({ token });
    const answer = await fetch(publicUrl + path, {
      headers: { 'approov-token': headerOf({ ...request, path }, 'approov-token') ?? '' },
    });
    return html('/v1/hello', markup`<pre>${answer.status} ${await answer.text()}</pre>`);
  },
};

const STYLE = `${PAGE_STYLE}
td:nth-child(1),td:nth-child(3){white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}
td small{display:block;color:var(--faint)}
@media(width<40rem){thead{display:none}tbody,tr,td{display:block}tr{padding:.4rem 0}td{padding:0}td:nth-child(-n+3){display:inline-block;margin-inline-end:.75rem}td:empty{display:none}}
`;

/** Texts only are set, never markup: a path that somebody sent is shown as it is. */
const SCRIPT = `const rows = document.getElementById('verdicts');
let newest;
const places = new Map();

const textIn = (element, text, className = '') => Object.assign(element, { textContent: text, className });

function addRow({ time, system, gate = '', title, method, path, verdict, reason, step, message, remedy, status, requestId }) {
  const row = rows.insertRow(0);
  const isGood = status < 400;
  textIn(row.insertCell(), new Date(time).toTimeString().slice(0, 8), 'number');
  textIn(row.insertCell(), system ?? gate);
  textIn(row.insertCell(), [isGood ? '✓' : '✗', status, reason ?? verdict].join(' '), isGood ? 'good' : 'bad');
  const what = textIn(row.insertCell(), title ?? ['your', method, path].join(' '));
  const refusal = isGood || !step ? undefined : ['refused at ' + step, message].filter(Boolean).join(': ');
  for (const text of [refusal, remedy && '→ ' + remedy])
    if (text) what.append(textIn(document.createElement('small'), text));
  newest = requestId;
  places.set(requestId, what);
  if (places.size > 200) places.delete(places.keys().next().value);
}

/* A cause is found a moment after the verdict. */
function addCause({ requestId, finding }) {
  const what = finding && places.get(requestId);
  if (!what) return;
  places.delete(requestId);
  for (const text of ['cause: ' + finding.sentence, '→ ' + finding.mend])
    what.append(textIn(document.createElement('small'), text));
}

async function load() {
  const verdicts = await (await fetch('/verdicts')).json();
  verdicts.slice(verdicts.findIndex(({ requestId }) => requestId === newest) + 1).forEach(addRow);
  verdicts.forEach(addCause);
  while (rows.rows.length > 200) rows.deleteRow(-1);
}

for (;;) {
  // Where the demo has ended, the page stays as it is.
  await load().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 500));
}
`;
