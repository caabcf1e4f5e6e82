/**
 * Prevents: a misspelt option that starts a run of minutes, or ends in a stack trace. Reads what a script was called with; what cannot be
 * followed ends it with 2 and its line of usage, `--help` with 0.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** @param usage how the script is called, in one line: `node bench/verify.ts [--quick]` */
export function readArguments<const Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    console.log(`Usage: ${usage}`);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    if (!isWrongArgument(error)) throw error;
    // The sentences behind it are about the parser's own settings.
    const [sentence = ''] = error.message.split(/\.\s|\n/);
    return endWithUsage(sentence, usage);
  }
}

function isWrongArgument(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

/** Ends the script with 2: nothing was done. */
export function endWithUsage(problem: string, usage: string): never {
  console.error(`${problem}.\n  → Usage: ${usage}`);
  process.exit(2);
}

/** A whole number above 0; where it is none the script ends with 2. */
export function positive(text: string, option: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`${option} ${text} is not a whole number above 0.`);
  process.exit(2);
}
