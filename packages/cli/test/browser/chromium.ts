/** Whether tests run in a real browser now, and what it complained of. */
import type { BrowserContext } from 'playwright-core';
import { isLong } from '../../../../scripts/effort.ts';
import { isMissing, REMEDY } from './launch.ts';

export { launch } from './launch.ts';

/** They take half a minute. */
const WHEN = 'npm run test:long runs them, and CI=1 npm test';

/** Whether to leave the browser's tests out: in a short run, and where there is none; never in CI, where there must be one. */
export const leaveOut: boolean = !process.env['CI'] && (isMissing || !isLong);

const reason = isMissing ? REMEDY : WHEN;

/** For the name of a test: why it was left out. */
export const whyLeftOut: string = leaveOut ? ` (skipped: ${reason})` : '';

if (leaveOut) console.warn(`The tests in a real browser are skipped: ${reason}.`);

/** What the pages of a context complained of: their consoles' errors and warnings, and exceptions. */
export function complaintsOf(context: BrowserContext): readonly string[] {
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (/^(error|warning)$/.test(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return complaints;
}
