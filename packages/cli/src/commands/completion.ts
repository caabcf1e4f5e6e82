/** `countersign completion`: what a shell needs to complete its command lines, and the words that it then asks for. */
import type { Call, Command } from '../command.ts';
import { nextWords } from '../completion/next-words.ts';
import { SCRIPTS, SHELLS } from '../completion/shell-scripts.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { didYouMean } from '../near-miss.ts';
import { UsageError } from '../usage-error.ts';
import { visibleText } from '../visible-text.ts';
import { writeAll } from '../write-all.ts';

export const completion: Command = {
  name: 'completion',
  summary: 'prints what bash, zsh or fish needs to complete commands, options and their values',
  usage: ['completion bash|zsh|fish', 'completion --words -- WORD…'],
  details: [
    'The script completes commands, options, providers, and the gates and destinations of the configuration in the current folder. It calls the `countersign` that is on the command line, so it fits every version. For bash: put `source <(countersign completion bash)` into ~/.bashrc. For zsh: put `source <(countersign completion zsh)` into ~/.zshrc, after compinit. For fish: write it to ~/.config/fish/completions/countersign.fish.',
    '--words is for the scripts: it prints what the last word may become.',
  ],
  options: { words: { description: 'print what may come next, instead of a script' } },
  examples: [{ note: 'in ~/.bashrc', command: 'source <(countersign completion bash)' }],
  maxArguments: Number.MAX_SAFE_INTEGER,
  run,
};

async function run({ args, io, output, commands }: Call): Promise<ExitCode> {
  const { positionals } = args;
  if (args.flag('words')) {
    const words = await nextWords(positionals, { io, commands });
    const lines = words === 'files' ? ['files'] : ['words', ...words.map(lineOf)];
    await writeAll(io.stdout, `${lines.join('\n')}\n`);
    return EXIT.ok;
  }
  const [name, extra] = positionals;
  const shell = SHELLS.find((candidate) => candidate === name);
  if (shell === undefined || extra !== undefined) {
    const isOther = name !== undefined && extra === undefined;
    const meant = name === undefined ? '' : didYouMean(name, SHELLS);
    throw new UsageError(
      isOther ? `there is no completion for ${visibleText(name)}` : 'the name of one shell is needed',
      `${meant}Write: countersign completion ${SHELLS.join('|')}`,
    );
  }
  output.print(SCRIPTS[shell].trimEnd());
  return EXIT.ok;
}

/** Nothing in it acts on the terminal, whatever a word comes from. */
function lineOf({ word, meaning }: { readonly word: string; readonly meaning: string }): string {
  const text = visibleText(word);
  return meaning === '' ? text : `${text}\t${meaning}`;
}
