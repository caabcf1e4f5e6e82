/** `countersign actions pull`. */
import { dirname, join, resolve } from 'node:path';
import { stubsOf } from '@countersign/gateway/flowent';
import type { Call } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../usage-error.ts';
import { visibleText } from '../visible-text.ts';
import { writeNew } from '../write-new.ts';
import { readAccounts } from './accounts.ts';

const DEFAULT_FILE = 'platform-actions.ts';

export async function pull(call: Call): Promise<ExitCode> {
  const { args, io, output } = call;
  const out = args.text('out');
  const isJson = args.flag('json');
  if (out === '-' && isJson) {
    throw new UsageError(
      '--json and --out - are given',
      'Both write to standard output: choose one of them.',
    );
  }
  const { file: config, accounts } = await readAccounts(call);
  const [account, second] = accounts;
  if (account === undefined || second !== undefined) {
    const gates = accounts.flatMap(({ target }) => target.gates.map(({ name }) => name));
    throw new UsageError(
      `the gates register with ${accounts.length} accounts`,
      `Choose one with --gate: ${gates.join(', ')}.`,
    );
  }
  const foreign = account.plan.steps.flatMap((step) => (step.kind === 'delete' ? [step.before] : []));
  const { text, names, leftOut } = stubsOf(foreign);
  for (const { name, problem } of leftOut) {
    output.warn(`${visibleText(name)} is left out: ${visibleText(problem)}`);
  }
  if (names.length === 0) {
    if (isJson) output.json({ ok: true, actions: [] });
    else output.say('There is nothing to write: each action of the platform is here already.');
    return EXIT.ok;
  }
  if (out === '-') {
    output.print(text.trimEnd());
    return EXIT.ok;
  }
  const file = out === undefined ? join(dirname(config), DEFAULT_FILE) : resolve(io.cwd, out);
  writeNew(file, text, args.flag('force'));
  if (isJson) output.json({ ok: true, file, actions: names });
  else {
    output.print(`wrote ${file}: ${names.join(', ')}`);
    output.say('Next: write each run, and export the actions from the module that the gate names.');
  }
  return EXIT.ok;
}
