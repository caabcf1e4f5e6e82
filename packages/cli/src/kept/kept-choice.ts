/** Which request a gateway has kept is to be explained, as the command line says it. */
import { ADMIN_LISTENER } from '../admin-option.ts';
import type { Arguments, OptionSpecs } from '../arguments.ts';
import { UsageError } from '../usage-error.ts';

export const KEPT_OPTIONS: OptionSpecs = {
  last: { description: 'the last refused request that the gateway keeps, with --gate that of the gate' },
  refused: {
    value: 'ID',
    description:
      'a refused request that the gateway keeps, by the id of its answer or of its line in the log',
  },
  event: { value: 'ID', description: 'an event that a keep gate has kept' },
  admin: ADMIN_LISTENER,
};

export type KeptChoice =
  | { readonly kind: 'last' }
  | { readonly kind: 'refused' | 'event'; readonly id: string };

/** What judges with a key of the command line, and what comes from elsewhere. */
const NOT_BESIDE = ['provider', 'option', 'key', 'key-env', 'key-file', 'key-id', 'encoding', 'entry'];
/** The admin API takes no other, and a URL would resolve the dots. */
const ID = /^(?!\.\.?$)[\x21-\x7e]{1,200}$/;

/** Undefined where the request comes from a file or standard input. @throws UsageError where two are named. */
export function keptChoice(args: Arguments): KeptChoice | undefined {
  const named = ['last', 'refused', 'event'].filter((name) => args.flag(name));
  const [name, second] = named;
  if (name === undefined) {
    if (!args.flag('admin')) return undefined;
    throw new UsageError(
      '--admin is given without --last, --refused or --event',
      'Add --last, --refused ID or --event ID.',
    );
  }
  if (second !== undefined) throw new UsageError(`--${name} and --${second} are given`, 'Give one of them.');
  if (args.positionals.length > 0)
    throw new UsageError(`a file and --${name} are given`, 'Give one of them.');
  const other = NOT_BESIDE.find((option) => args.flag(option));
  if (other !== undefined) {
    throw new UsageError(
      `--${other} and --${name} are given`,
      `Leave --${other} out: what the gateway has kept is judged by a gate of the configuration.`,
    );
  }
  if (name === 'last') return { kind: 'last' };
  const id = args.text(name) ?? '';
  if (!ID.test(id)) {
    throw new UsageError(
      `--${name} is not an id`,
      name === 'event'
        ? 'It is the id of an event in the admin API’s list.'
        : 'It is the x-request-id of the answer, which is the requestId in the log’s line.',
    );
  }
  return { kind: name === 'event' ? 'event' : 'refused', id };
}
