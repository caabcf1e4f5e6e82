/** `countersign actions`: compares the actions here with those registered at a platform, and registers them. */

import { type Call, CONFIG_FILE, type Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { describeFailure } from '../failure.ts';
import { pull } from '../flowent/pull.ts';
import { push } from '../flowent/push.ts';
import { showPlan } from '../flowent/show-plan.ts';
import { didYouMean } from '../near-miss.ts';
import { UsageError } from '../usage-error.ts';

interface Deed {
  readonly run: (call: Call) => Promise<ExitCode>;
  /** Its options besides `config`, `gate` and `json`. */
  readonly options: readonly string[];
}

const DEEDS: Readonly<Record<string, Deed>> = {
  plan: { run: showPlan, options: [] },
  push: { run: push, options: ['prune', 'yes'] },
  pull: { run: pull, options: ['out', 'force'] },
};
const OWN_OPTIONS = ['prune', 'yes', 'out', 'force'];

export const actions: Command = {
  name: 'actions',
  summary: 'compares actions with those registered at a platform, and registers them',
  usage: [
    'actions plan [--config FILE] [--gate NAME] [--json]',
    'actions push [--config FILE] [--gate NAME] [--prune] [--yes] [--json]',
    'actions pull [--config FILE] [--gate NAME] [--out FILE] [--force] [--json]',
  ],
  details: [
    'plan shows the differences. push registers your actions: the platform tests each new action, so the gateway must run and be reachable at the configuration’s publicUrl. If a push is interrupted, run it again, and it continues where it stopped. pull writes stubs for the actions that only the platform has.',
    'For gates with answer: { …, register: { apiUrl, apiToken } }. Exit code 0: done, or nothing to do. 1: only partly done, or not possible. 2: wrong usage or set-up; nothing was changed.',
  ],
  options: {
    config: CONFIG_FILE,
    gate: {
      value: 'NAME',
      description: 'only this gate’s actions; default: those of all gates that register',
    },
    prune: { description: 'push: delete actions that only the platform has' },
    yes: { short: 'y', description: 'push: do not ask for confirmation' },
    out: {
      value: 'FILE',
      description:
        'pull: where to write, - is standard output; default: platform-actions.ts next to the configuration',
    },
    force: { description: 'pull: overwrite an existing file' },
    json: { description: 'the result as one JSON object' },
  },
  examples: [
    { note: 'what would change', command: 'countersign actions plan' },
    { note: 'change it, in a pipeline', command: 'countersign actions push --yes --json' },
    { note: 'start from what the platform has', command: 'countersign actions pull --out actions.ts' },
  ],
  maxArguments: 1,
  run,
};

async function run(call: Call): Promise<ExitCode> {
  const { args } = call;
  const word = args.positionals[0];
  const words = Object.keys(DEEDS);
  if (word === undefined) {
    throw new UsageError('no sub-command of countersign actions is given', `Use one of ${words.join(', ')}.`);
  }
  const deed = Object.hasOwn(DEEDS, word) ? DEEDS[word] : undefined;
  if (deed === undefined) {
    throw new UsageError(
      `there is no command countersign actions ${word}`,
      `${didYouMean(word, words)}Use one of ${words.join(', ')}.`,
    );
  }
  const foreign = OWN_OPTIONS.find((option) => args.flag(option) && !deed.options.includes(option));
  if (foreign !== undefined) {
    throw new UsageError(
      `countersign actions ${word} has no --${foreign}`,
      '`countersign actions --help` says which command has it.',
    );
  }
  try {
    return await deed.run(call);
  } catch (error) {
    const { problem, remedy, exitCode } = describeFailure(error);
    if (args.flag('json') && exitCode !== EXIT.bug) call.output.json({ ok: false, error: problem, remedy });
    throw error;
  }
}
