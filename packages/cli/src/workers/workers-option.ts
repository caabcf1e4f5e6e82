/** `--workers N`. */
import type { Call } from '../command.ts';
import { UsageError } from '../usage-error.ts';

const MOST_WORKERS = 128;

/** How many `--workers` asks for; undefined where it is not given. @throws UsageError for what is no number from 1 to 128, and beside --watch */
export function workersOf({ args }: Pick<Call, 'args'>): number | undefined {
  const text = args.text('workers');
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MOST_WORKERS)
    throw new UsageError(
      `--workers is no whole number from 1 to ${MOST_WORKERS}`,
      'Give as many as the machine has processors, e.g. --workers 4.',
    );
  if (args.flag('watch'))
    throw new UsageError(
      '--workers and --watch are given',
      'While you write actions, one process is enough.',
    );
  return count;
}
