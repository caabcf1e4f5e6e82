/** Prometheus' own reader and judge of metrics, where it is installed. */
import { spawnSync } from 'node:child_process';

const PATH = process.env['PROMTOOL'] ?? 'promtool';
/** The server, of the same package. */
export const PROMETHEUS: string = PATH.replace(/promtool$/, 'prometheus');

const isMissing = spawnSync(PATH, ['--version']).status !== 0;
const REMEDY = `${PATH} is not there; apt-get install prometheus, or set PROMTOOL to where it is`;

/** Whether to leave its tests out; never in CI, where there must be one. */
export const leaveOut: boolean = isMissing && !process.env['CI'];

/** For the name of a test: why it was left out. */
export const whyLeftOut: string = leaveOut ? ` (skipped: ${REMEDY})` : '';

if (leaveOut) console.warn(`The tests with promtool are skipped: ${REMEDY}.`);

/** What it says; empty where nothing is wrong. @throws Error where there is none, with what to do */
export function promtool(args: readonly string[], input = ''): string {
  if (isMissing) throw new Error(`${REMEDY}.`);
  const { status, stdout, stderr } = spawnSync(PATH, args, { input, encoding: 'utf8' });
  return status === 0 ? stderr : `${stdout}${stderr}` || `it ended with ${status}`;
}
