/** What a command is: its words for `--help`, its options, and what it does. One file per command in `commands/`. */
import type { Arguments, OptionSpec, OptionSpecs } from './arguments.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import type { Output } from './output.ts';

export interface Example {
  /** As typed in a shell. */
  readonly command: string;
  readonly note: string;
}

/** What `--help` prints. */
export interface HelpPage {
  /** As it is called, e.g. `verify`; of a sub-command with its command’s, e.g. `events list`. */
  readonly name: string;
  /** One line, for the list of commands. A sub-command has none: its details say it. */
  readonly summary?: string;
  /** Without `countersign `, e.g. `verify [FILE]`. */
  readonly usage: readonly string[];
  /** Paragraphs after the usage. */
  readonly details?: readonly string[];
  readonly options: OptionSpecs;
  /** As the help lists them, where a name means one thing here and another there. Default: `options`. */
  readonly optionRows?: readonly OptionRow[];
  readonly examples: readonly Example[];
}

/** An option in a help text. */
export interface OptionRow {
  readonly name: string;
  readonly spec: OptionSpec;
}

/** The options of a help page, in its order. */
export function optionRowsOf({ options, optionRows }: HelpPage): readonly OptionRow[] {
  return optionRows ?? Object.entries(options).map(([name, spec]) => ({ name, spec }));
}

export interface Command extends HelpPage {
  /** How many arguments without a dash it takes. */
  readonly maxArguments: number;
  /** @throws UsageError, SetupError or ConfigError where nothing can be done. */
  run(call: Call): Promise<ExitCode>;
}

/** A command that does nothing by itself. Its page is that of all its sub-commands. */
export interface CommandGroup extends HelpPage {
  readonly subCommands: readonly Command[];
}

/** A command in the table of all. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Words that follow its own, for whoever writes one without it. */
  readonly subCommands?: readonly string[];
  readonly load: () => Promise<Command | CommandGroup>;
}

/** One call of a command. */
export interface Call {
  readonly args: Arguments;
  readonly io: Io;
  readonly output: Output;
  /** The table of all commands. */
  readonly commands: readonly CommandEntry[];
}

/** `--config`, of the commands that need a configuration. */
export const CONFIG_FILE: OptionSpec = {
  short: 'c',
  value: 'FILE',
  description: 'default: countersign.yaml, .json or countersign.config.mts (.ts, .mjs, .js) in this folder',
};
