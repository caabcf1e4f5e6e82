/** What stands in each line of a batch, and so not in the arguments. */
import type { Arguments } from '../arguments.ts';
import { GATE_OPTIONS } from '../gate-input.ts';
import { KEPT_OPTIONS } from '../kept/kept-choice.ts';
import { UsageError } from '../usage-error.ts';

/** @throws UsageError for a gate, a request or a clock beside `--batch` */
export function refuseBesideBatch(args: Arguments): void {
  const names = [...Object.keys(GATE_OPTIONS), ...Object.keys(KEPT_OPTIONS), 'entry'];
  const others = names.filter((name) => args.flag(name));
  const [other = args.positionals[0]] = others.map((name) => `--${name}`);
  if (other === undefined) return;
  throw new UsageError(`--batch and ${other} are given`, 'Each line has its own provider, keys and time.');
}
