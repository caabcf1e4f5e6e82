/** `countersign init`: writes a commented configuration. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readProvider } from '../gate-input.ts';
import { ACTIONS_TEXT } from '../init/actions-text.ts';
import { configText, keyVariables, needsActions } from '../init/config-text.ts';
import { UsageError } from '../usage-error.ts';
import { writeNew } from '../write-new.ts';

const MAX_PROVIDERS = 50;

export const init: Command = {
  name: 'init',
  summary: 'writes a commented configuration for chosen providers',
  usage: ['init [PROVIDER…] [--out FILE]'],
  details: [
    'Without providers: flowent. Where a gate runs actions, a sample of them is written beside the configuration. Files that are there are kept.',
  ],
  options: {
    out: { value: 'FILE', description: 'default: countersign.yaml' },
    force: { description: 'overwrite files that are there' },
    json: { description: 'the files and the variables to set, as one JSON object' },
  },
  examples: [
    { note: 'two webhooks', command: 'countersign init stripe github' },
    { note: 'elsewhere', command: 'countersign init flowent --out deploy/countersign.yaml' },
  ],
  maxArguments: MAX_PROVIDERS,
  run,
};

async function run({ args, io, output }: Call): Promise<ExitCode> {
  const ids = args.positionals.length === 0 ? ['flowent'] : [...new Set(args.positionals)];
  const providers = ids.map(readProvider);
  const file = resolve(io.cwd, args.text('out') ?? 'countersign.yaml');
  if (!/\.ya?ml$/i.test(file))
    throw new UsageError('--out does not end in .yaml or .yml', 'E.g. --out countersign.yaml.');
  // A Node that strips types runs a .ts module as it stands; an older one needs .mjs.
  const actionsFile = process.features.typescript ? './actions.ts' : './actions.mjs';
  const files = [{ path: file, text: configText({ providers, actionsFile }) }];
  if (needsActions(providers)) files.push({ path: join(dirname(file), actionsFile), text: ACTIONS_TEXT });
  const kept = files.find(({ path }) => existsSync(path) && !args.flag('force'));
  if (kept !== undefined) {
    throw new UsageError(
      `${kept.path} is there already`,
      'Choose another file with --out, or overwrite it with --force.',
    );
  }
  for (const { path, text } of files) writeNew(path, text, args.flag('force'));
  const variables = keyVariables(providers);
  if (args.flag('json')) output.json({ files: files.map(({ path }) => path), variables });
  else {
    for (const { path } of files) output.print(`wrote ${path}`);
    output.say(`\nNext: set ${variables.join(', ')} (in the environment, or in .env beside the file), then`);
    const config = args.text('out') === undefined ? '' : ` --config ${args.text('out')}`;
    output.say(`  npx countersign check${config}\n  npx countersign serve${config}`);
  }
  return EXIT.ok;
}
