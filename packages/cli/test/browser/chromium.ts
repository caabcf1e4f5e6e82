/** A real browser. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { isLong } from '../../../../scripts/effort.ts';

const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const isMissing = !existsSync(PATH);
const REMEDY = `${PATH} is not there; apt-get install chromium, or set CHROMIUM to where it is`;

/** They take half a minute. */
const WHEN = 'npm run test:long runs them, and CI=1 npm test';

/** Whether to leave the browser's tests out: in a short run, and where there is none; never in CI, where there must be one. */
export const leaveOut: boolean = !process.env['CI'] && (isMissing || !isLong);

const reason = isMissing ? REMEDY : WHEN;

/** For the name of a test: why it was left out. */
export const whyLeftOut: string = leaveOut ? ` (skipped: ${reason})` : '';

if (leaveOut) console.warn(`The tests in a real browser are skipped: ${reason}.`);

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

/** What the pages of a context complained of: their consoles' errors and warnings, and exceptions. */
export function complaintsOf(context: BrowserContext): readonly string[] {
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (/^(error|warning)$/.test(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return complaints;
}
