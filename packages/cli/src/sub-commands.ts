/** A command that has sub-commands, such as `events list`: each is a file of its own, with the options that it takes. */
import { firstArgument, type OptionSpecs } from './arguments.ts';
import type { Call, Command, CommandGroup, Example } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { describeFailure } from './failure.ts';
import { UsageError } from './usage-error.ts';

export interface SubCommand {
  readonly name: string;
  /** What follows `countersign NAME SUB `. */
  readonly usage: string;
  /** For the help; empty where that of one before it says it. */
  readonly details: string;
  readonly options: OptionSpecs;
  /** What its arguments are called, e.g. `ID`. All of them are wanted, but for the one in brackets. */
  readonly takes: readonly string[];
  readonly examples: readonly Example[];
  /** @param words its arguments */
  run(call: Call, words: readonly string[]): Promise<ExitCode>;
}

export interface CommandHead {
  readonly name: string;
  readonly summary: string;
  readonly details: readonly string[];
}

export function commandOf(head: CommandHead, subs: readonly SubCommand[]): CommandGroup {
  const { name, summary, details } = head;
  return {
    name,
    summary,
    usage: subs.map((sub) => usageOf(head, sub)),
    details: [...subs.map((sub) => sub.details).filter((text) => text !== ''), ...details],
    options: mergedOptions(subs),
    examples: subs.flatMap((sub) => sub.examples),
    subCommands: subs.map((sub, i) => subCommandOf(head, sub, detailsAt(subs, i))),
  };
}

/** The sub-command that the words of a call name. Undefined: they name none. */
export function namedSubCommand(group: CommandGroup, words: readonly string[]): Command | undefined {
  const name = `${group.name} ${firstArgument(words, group.options)}`;
  return group.subCommands.find((command) => command.name === name);
}

function subCommandOf(head: CommandHead, sub: SubCommand, details: string): Command {
  return {
    name: `${head.name} ${sub.name}`,
    usage: [usageOf(head, sub)],
    details: [details, ...head.details, `\`countersign ${head.name} --help\` lists the other sub-commands.`],
    options: sub.options,
    examples: sub.examples,
    // It says by itself what is one too many.
    maxArguments: Number.MAX_SAFE_INTEGER,
    async run(call) {
      const words = call.args.positionals.slice(1);
      checkArguments(words, sub, `Write: countersign ${usageOf(head, sub)}`);
      try {
        return await sub.run(call, words);
      } catch (error) {
        const { problem, remedy, exitCode } = describeFailure(error);
        if (call.args.flag('json') && exitCode !== EXIT.bug)
          call.output.json({ ok: false, error: problem, remedy });
        throw error;
      }
    },
  };
}

function usageOf({ name }: CommandHead, sub: SubCommand): string {
  return `${name} ${sub.name} ${sub.usage}`.trimEnd();
}

/** Where one has none, those of the last that has some. */
function detailsAt(subs: readonly SubCommand[], index: number): string {
  return subs.slice(0, index + 1).findLast(({ details }) => details !== '')?.details ?? '';
}

/** An option of several sub-commands says to which it belongs where it is not all of them. */
function mergedOptions(subs: readonly SubCommand[]): OptionSpecs {
  const merged = new Map<string, OptionSpecs[string]>();
  for (const { options } of subs)
    for (const [key, spec] of Object.entries(options)) if (!merged.has(key)) merged.set(key, spec);
  return Object.fromEntries(
    [...merged].map(([key, spec]) => {
      const owners = subs.filter(({ options }) => Object.hasOwn(options, key)).map((sub) => sub.name);
      const whose = owners.length === subs.length ? '' : `${owners.join(', ')}: `;
      return [key, { ...spec, description: whose + spec.description }];
    }),
  );
}

function checkArguments(words: readonly string[], { takes }: SubCommand, usage: string): void {
  const extra = words[takes.length];
  if (extra !== undefined)
    throw new UsageError(`the argument ${JSON.stringify(extra)} is one too many`, usage);
  const missing = takes.filter((name) => !name.startsWith('['))[words.length];
  if (missing !== undefined) throw new UsageError(`no ${missing} is given`, usage);
}
