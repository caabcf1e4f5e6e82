/** Chromium: a service worker answers the requests of its page. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium as browserType } from 'playwright-core';
import { builtFile, bundle } from '../bundle.ts';
import { type Runtime, RuntimeMissing } from './runtime.ts';

const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const chromium: Runtime = {
  name: 'Chromium',
  build: 'web',
  async start() {
    if (!existsSync(PATH)) throw new RuntimeMissing(`${PATH} is not there; apt-get install chromium`);
    await bundle('web', 'service-worker');
    const server = createServer((request, response) => {
      const isScript = request.url === '/service-worker.mjs';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? readFileSync(builtFile('web', 'service-worker')) : '<!doctype html>');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const browser = await browserType.launch({
      executablePath: PATH,
      // Its sandbox needs rights that containers do not give.
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    const stop = async (): Promise<void> => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    };
    try {
      const page = await browser.newPage();
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await page.goto(origin);
      await page.evaluate(async () => {
        await navigator.serviceWorker.register('/service-worker.mjs', { type: 'module' });
        await navigator.serviceWorker.ready;
        while (navigator.serviceWorker.controller === null)
          await new Promise((changed) =>
            navigator.serviceWorker.addEventListener('controllerchange', changed, { once: true }),
          );
      });
      return {
        // Its system's: it moves without a change here.
        version: browser.version().split('.')[0] ?? '',
        origin,
        fetch: (path, init) =>
          page.evaluate(
            async ({ path, init: { method, headers, bodyBase64 } }) => {
              const body =
                bodyBase64 === undefined
                  ? null
                  : Uint8Array.from(atob(bodyBase64), (letter) => letter.charCodeAt(0));
              const fields = new Headers();
              for (const [name, value] of headers) fields.append(name, value);
              const answer = await fetch(path, { method, headers: fields, body });
              return {
                status: answer.status,
                headers: Object.fromEntries(answer.headers),
                body: await answer.text(),
              };
            },
            { path, init },
          ),
        stop,
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};
