/** The demo's stand-in for the platforms' own pages: a browser cannot sign, so this signs for it, at the moment of the click. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  approovRequest,
  approovSecret,
  approovToken,
  headerOf,
  type SandboxKeys,
} from '@countersign/sandbox';
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

/** Listens on a loopback port that the system chooses. */
export async function startPlatformPage(options: PlatformPageOptions): Promise<PlatformPage> {
  const server = createServer((request, response) => {
    // Whoever leaves before the answer has nothing more to hear.
    response.on('error', () => {});
    if (request.method === 'GET' && request.url === '/verdicts') return options.feed.stream(response);
    const handler = Object.hasOwn(PAGES, request.url ?? '') ? PAGES[request.url ?? ''] : undefined;
    const page =
      request.method === 'GET' && handler !== undefined ? handler(options) : Promise.resolve(undefined);
    page.then(
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      options.feed.close();
      return closeNow(server);
    },
  };
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface PageFile {
  readonly type: 'text/html' | 'text/plain' | 'text/css' | 'text/javascript';
  readonly text: string;
}

const html = (title: string, body: string): PageFile => ({
  type: 'text/html',
  text: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
${body}`,
});

const PAGES: Readonly<Record<string, (options: PlatformPageOptions) => Promise<PageFile>>> = {
  '/': async ({ publicUrl, siteUrl, onboardingUrl }) =>
    html(
      'Countersign demo',
      `<h1>Countersign demo</h1>
<p>A browser cannot sign. These links sign at the moment of the click, as the platforms do.</p>
<ul>
<li><a href="${siteUrl}">A site’s grid</a>: select rows, right-click, and pick an action menu item</li>
<li><a href="${onboardingUrl}">An onboarding</a>: a front end that holds no key, and a code for the phone</li>
<li><a href="/hello">Call /v1/hello with a fresh Approov token</a></li>
<li><a href="${publicUrl}/v1/hello">Call /v1/hello without one</a>: refused</li>
<li><a href="/curl">Freshly signed curl lines</a>, one accepted and one refused of each system</li>
<li><a href="${publicUrl}/actions">The Flowent actions</a>, <a href="${publicUrl}/health">health</a></li>
</ul>
<h2>What the gateway decides</h2>
<table><thead><tr><th>time<th>system<th>verdict<th>what was sent, and what to do</tr></thead><tbody id="verdicts"></tbody></table>
<script src="/page.js"></script>`,
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
    return html('/v1/hello', `<pre>${answer.status} ${escapeHtml(await answer.text())}</pre>`);
  },
};

const STYLE = `:root{color-scheme:light dark;--line:#8886;--good:#1a7f37;--bad:#c62828}
@media(prefers-color-scheme:dark){:root{--good:#4ac26b;--bad:#ff7b72}}
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem}
table{border-collapse:collapse;width:100%;font-size:.92em}
th,td{text-align:start;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
td:nth-child(1){font-variant-numeric:tabular-nums;white-space:nowrap}
td:nth-child(3){white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}
small{display:block;opacity:.8}
`;

/** Texts only are set, never markup: a path that somebody sent is shown as it is. */
const SCRIPT = `const rows = document.getElementById('verdicts');
new EventSource('/verdicts').onmessage = ({ data }) => {
  const verdict = JSON.parse(data);
  const row = rows.insertRow(0);
  row.insertCell().textContent = verdict.time;
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

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
