/** Finds the command, reads its arguments, runs it, and turns what it throws into words and an exit code. */
import { firstArgument, readArguments } from './arguments.ts';
import { COMMANDS } from './commands/commands.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { describeFailure } from './failure.ts';
import { commandHelp, programHelp } from './help.ts';
import type { Io } from './io.ts';
import { createOutput } from './output.ts';
import { namedSubCommand } from './sub-commands.ts';
import { unknownCommand, unknownSubCommand } from './unknown-command.ts';
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
  const page = await entry.load();
  const rest = argv.slice(argv.indexOf(name) + 1);
  const command = 'subCommands' in page ? namedSubCommand(page, rest) : page;
  if (isHelp || asksForHelp(rest)) {
    output.print(commandHelp(command ?? page, output.style));
    return EXIT.ok;
  }
  if (command === undefined) throw unknownSubCommand(entry, firstArgument(rest, page.options));
  const { options, maxArguments } = command;
  const args = readArguments(rest, { options, maxArguments, program: `countersign ${command.name}` });
  return command.run({ args, io, output, commands: COMMANDS });
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
