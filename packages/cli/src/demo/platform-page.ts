/** The demo's stand-in for the platforms' own pages: a browser cannot sign, so this signs for it, at the moment of the click. */
import {
  approovRequest,
  approovSecret,
  approovToken,
  headerOf,
  type SandboxKeys,
} from '@countersign/sandbox';
import { type Markup, markup, PAGE_STYLE, page, startServer } from '@countersign/sandbox/pages';
import type { VerdictFeed } from './verdict-feed.ts';

export interface PlatformPageOptions {
  /** The gateway's. */
  readonly publicUrl: string;
  /** That of the sandbox of a Flow Production Tracking site. */
  readonly siteUrl: string;
  /** The front end of the session broker. */
  readonly onboardingUrl: string;
  readonly feed: VerdictFeed;
  readonly keys: SandboxKeys;
  readonly now: () => number;
  readonly fetch: typeof globalThis.fetch;
  /** Freshly signed curl lines, a text. */
  readonly curlText: () => string;
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
    if (request.method === 'GET' && request.url === '/verdicts')
      return options.feed.stream(request, response);
    const handler = Object.hasOwn(PAGES, request.url ?? '') ? PAGES[request.url ?? ''] : undefined;
    const made =
      request.method === 'GET' && handler !== undefined ? handler(options) : Promise.resolve(undefined);
    made.then(
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
  return {
    url: server.origin,
    close: () => {
      options.feed.close();
      return server.close();
    },
  };
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface PageFile {
  readonly type: 'text/html' | 'text/plain' | 'text/css' | 'text/javascript';
  readonly text: string;
}

const html = (title: string, content: Markup, head?: Markup): PageFile => ({
  type: 'text/html',
  text: page({ title, head, owner: 'Countersign', mark: 'demo', stylePath: '/page.css' }, content).text,
});

const PAGES: Readonly<Record<string, (options: PlatformPageOptions) => Promise<PageFile>>> = {
  '/': async ({ publicUrl, siteUrl, onboardingUrl }) =>
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
<h2>What the gateway decides</h2>
<table><thead><tr><th class="number">time<th>system<th>verdict<th>what was sent, and what to do</tr></thead><tbody id="verdicts"></tbody></table>`,
      markup`<script src="/page.js" defer></script>`,
    ),
  '/page.css': async () => ({ type: 'text/css', text: STYLE }),
  '/page.js': async () => ({ type: 'text/javascript', text: SCRIPT }),
  '/curl': async ({ curlText }) => ({ type: 'text/plain', text: curlText() }),
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
@media(width<40rem){thead{display:none}tbody,tr,td{display:block}tr{padding:.4rem 0;border-bottom:1px solid var(--line)}td,td.number{padding:0;border:0;text-align:start}}
`;

/** Texts only are set, never markup: a path that somebody sent is shown as it is. */
const SCRIPT = `const rows = document.getElementById('verdicts');
new EventSource('/verdicts').onmessage = ({ data }) => {
  const verdict = JSON.parse(data);
  const row = rows.insertRow(0);
  const time = row.insertCell();
  time.textContent = verdict.time;
  time.className = 'number';
  row.insertCell().textContent = verdict.system;
  const word = row.insertCell();
  word.textContent = (verdict.isGood ? '✓ ' : '✗ ') + verdict.verdict;
  word.className = verdict.isGood ? 'good' : 'bad';
  const what = row.insertCell();
  what.textContent = verdict.title;
  for (const text of [verdict.step && 'refused at ' + verdict.step + (verdict.what && ': ' + verdict.what), verdict.remedy && '→ ' + verdict.remedy]) {
    if (!text) continue;
    const line = document.createElement('small');
    line.textContent = text;
    what.append(line);
  }
  while (rows.rows.length > 200) rows.deleteRow(-1);
};
`;
