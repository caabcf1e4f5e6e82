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

export interface PlatformPageOptions {
  /** The gateway's. */
  readonly publicUrl: string;
  /** That of the sandbox of a Flow Production Tracking site. */
  readonly siteUrl: string;
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
    const handler = PAGES[request.url ?? ''];
    const page =
      request.method === 'GET' && handler !== undefined ? handler(options) : Promise.resolve(undefined);
    page.then(
      (text) => {
        const type = text?.startsWith('<') ? 'text/html' : 'text/plain';
        const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' };
        response.writeHead(text === undefined ? 404 : 200, headers).end(text ?? 'There is no such page.\n');
      },
      () => {
        response.writeHead(502).end('The gateway did not answer.\n');
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => closeNow(server) };
}

const PAGES: Readonly<Record<string, (options: PlatformPageOptions) => Promise<string>>> = {
  '/': async ({ publicUrl, siteUrl }) => `<!doctype html><meta charset="utf-8"><title>Countersign demo</title>
<link rel="icon" href="data:,">
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem}</style>
<h1>Countersign demo</h1>
<p>A browser cannot sign. These links sign at the moment of the click, as the platforms do.</p>
<ul>
<li><a href="${siteUrl}">A site’s grid</a>: select rows, right-click, and pick an action menu item</li>
<li><a href="/hello">Call /v1/hello with a fresh Approov token</a></li>
<li><a href="${publicUrl}/v1/hello">Call /v1/hello without one</a>: refused</li>
<li><a href="/curl">Freshly signed curl lines</a></li>
<li><a href="${publicUrl}/actions">The Flowent actions</a>, <a href="${publicUrl}/health">health</a></li>
</ul>`,
  '/curl': async ({ curlText }) => curlText(),
  '/hello': async ({ publicUrl, keys, now, fetch }) => {
    const token = approovToken({ secret: approovSecret(keys.approov), nowMs: now() });
    const { path, ...request } = approovRequest({ token });
    const answer = await fetch(publicUrl + path, {
      headers: { 'approov-token': headerOf({ ...request, path }, 'approov-token') ?? '' },
    });
    return `<!doctype html><meta charset="utf-8"><title>/v1/hello</title><pre>${answer.status} ${escapeHtml(await answer.text())}</pre>`;
  },
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
