/** When a page shows what it is going to show: everything that it asked for has been answered, and nothing says that it is under way. */
import type { Page, Request } from 'playwright-core';
import { expect } from 'vitest';
import { MOST_WAIT_MS } from './console-browser.ts';

export interface Settling {
  settled(): Promise<void>;
}

/** Made before the page loads. What streams has no end, and is not waited for. */
export function createSettling(page: Page): Settling {
  const open = new Set<Request>();
  page.on('request', (request) => {
    if (!request.url().endsWith('/live')) open.add(request);
  });
  const end = (request: Request): void => void open.delete(request);
  page.on('requestfinished', end);
  page.on('requestfailed', end);
  return {
    async settled() {
      await expect
        .poll(
          async () => {
            // Two frames: what was answered is drawn, and what is drawn has asked.
            const isDrawn = await page.evaluate(
              () =>
                new Promise<boolean>((resolve) =>
                  requestAnimationFrame(() =>
                    requestAnimationFrame(() =>
                      resolve(
                        document.querySelector('main h1') !== null &&
                          document.querySelector('main[aria-busy="true"], main [aria-busy="true"]') ===
                            null &&
                          ![...document.querySelectorAll('main [role="status"]')].some(({ textContent }) =>
                            textContent.startsWith('Loading'),
                          ),
                      ),
                    ),
                  ),
                ),
            );
            return isDrawn && open.size === 0;
          },
          { interval: 20, timeout: MOST_WAIT_MS, message: `${page.url().slice(0, 300)} settles` },
        )
        .toBe(true);
    },
  };
}
