/** Starts a real browser. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const isMissing: boolean = !existsSync(PATH);

/** What to do where it is. */
export const REMEDY: string = `${PATH} is not there; apt-get install chromium, or set CHROMIUM to where it is`;

/** @throws Error where there is no browser, with what to do. */
export async function launch(): Promise<Browser> {
  if (isMissing) throw new Error(`${REMEDY}.`);
  return chromium.launch({
    executablePath: PATH,
    args: [
      '--headless',
      // Its sandbox needs rights that containers do not give.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      // It shall talk to nobody but the tests' servers.
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
