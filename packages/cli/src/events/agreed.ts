/** Whether many things may be changed at once: above a few somebody has to say so. */
import type { Call } from '../command.ts';
import { canAsk, confirm } from '../flowent/confirm.ts';
import { UsageError } from '../usage-error.ts';

/** So many are changed without a question. */
const FEW = 10;

/**
 * @param deed what would be done, e.g. `25 deliveries are redriven`
 * @param few so many are changed without a question; default: 10
 * @throws UsageError where nobody can be asked.
 */
export async function isAgreed(
  { args, io }: Call,
  count: number,
  deed: string,
  few: number = FEW,
): Promise<boolean> {
  if (count <= few || args.flag('yes')) return true;
  if (canAsk(io)) return confirm(`${deed}. Continue?`, io);
  throw new UsageError(`${deed}, which nobody has confirmed`, 'Add --yes; --dry-run only counts.');
}
