/** Finds the command, reads its arguments, runs it, and turns what it throws into words and an exit code. */
import { readArguments } from './arguments.ts';
import { COMMANDS } from './commands/commands.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { describeFailure } from './failure.ts';
import { commandHelp, programHelp } from './help.ts';
import type { Io } from './io.ts';
import { didYouMean } from './near-miss.ts';
import { createOutput } from './output.ts';
import { UsageError } from './usage-error.ts';
import { programVersion } from './version.ts';

/** Runs one call of the program. Does not throw; the result is the exit code. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  const output = createOutput(io, beforeDashes(argv).includes('--no-color'));
  try {
    return await run(argv, io, output);
  } catch (error) {
    const { problem, remedy, exitCode, stack } = describeFailure(error);
    output.fail(problem, remedy);
    if (stack !== undefined && io.env['DEBUG']) output.say(stack);
    return exitCode;
  }
}

async function run(
  argv: readonly string[],
  io: Io,
  output: ReturnType<typeof createOutput>,
): Promise<ExitCode> {
  const words = argv.filter((word) => word !== '--no-color');
  const [first, second] = words;
  if (first === undefined) {
    output.say(programHelp(output.errorStyle));
    return EXIT.usage;
  }
  if (first === '--help' || first === '-h' || (first === 'help' && second === undefined)) {
    output.print(programHelp(output.style));
    return EXIT.ok;
  }
  if (first === '--version' || first === '-v' || first === 'version') {
    output.print(programVersion());
    return EXIT.ok;
  }
  const isHelp = first === 'help';
  const name = isHelp ? (second as string) : first;
  const entry = COMMANDS.find((candidate) => candidate.name === name);
  if (entry === undefined) throw unknownCommand(name);
  const command = await entry.load();
  const rest = argv.slice(argv.indexOf(name) + 1);
  if (isHelp || asksForHelp(rest)) {
    output.print(commandHelp(command, output.style));
    return EXIT.ok;
  }
  const { options, maxArguments } = command;
  const args = readArguments(rest, { options, maxArguments, program: `countersign ${name}` });
  return command.run({ args, io, output });
}

/** Of the program itself, without a command. */
const OPTIONS: readonly string[] = ['--version', '-v', '--help', '-h'];

function unknownCommand(name: string): UsageError {
  const names = COMMANDS.map((command) => command.name);
  const isOption = name.startsWith('-');
  const kind = isOption ? 'option' : 'command';
  const meant = didYouMean(name, isOption ? OPTIONS : names);
  const remedy =
    meant === ''
      ? `The commands are ${names.join(', ')}; \`countersign --help\` says what they do.`
      : `${meant}\`countersign --help\` lists the commands.`;
  return new UsageError(`there is no ${kind} ${name}`, remedy);
}

/** Asked for even where something else is wrong. */
function asksForHelp(words: readonly string[]): boolean {
  const options = beforeDashes(words);
  return options.includes('--help') || options.includes('-h');
}

function beforeDashes(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
}
