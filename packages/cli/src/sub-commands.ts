/** A command that has sub-commands, such as `events list`: each is a file of its own, with the options that it takes. */
import { firstArgument, type OptionSpec, type OptionSpecs } from './arguments.ts';
import type { Call, Command, CommandGroup, Example, OptionRow } from './command.ts';
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
  const rows = optionRows(subs);
  return {
    name,
    summary,
    usage: subs.map((sub) => usageOf(head, sub)),
    details: [...subs.map((sub) => sub.details).filter((text) => text !== ''), ...details],
    options: Object.fromEntries(rows.map(({ name: option, spec }) => [option, spec])),
    optionRows: rows,
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

/** Each option once for each of its meanings, which says to which sub-commands it belongs where it is not all of them. */
function optionRows(subs: readonly SubCommand[]): readonly OptionRow[] {
  const names = new Set(subs.flatMap(({ options }) => Object.keys(options)));
  return [...names].flatMap((name) => {
    const owners = new Map<string, { readonly spec: OptionSpec; readonly subNames: string[] }>();
    for (const sub of subs) {
      const spec = sub.options[name];
      if (spec === undefined) continue;
      const meaning = JSON.stringify([spec.value, spec.description]);
      const row = owners.get(meaning) ?? { spec, subNames: [] };
      row.subNames.push(sub.name);
      owners.set(meaning, row);
    }
    return [...owners.values()].map(({ spec, subNames }) => {
      const whose = subNames.length === subs.length ? '' : `${subNames.join(', ')}: `;
      return { name, spec: { ...spec, description: whose + spec.description } };
    });
  });
}

function checkArguments(words: readonly string[], { takes }: SubCommand, usage: string): void {
  const extra = words[takes.length];
  if (extra !== undefined) throw new UsageError(`unexpected argument ${JSON.stringify(extra)}`, usage);
  const missing = takes.filter((name) => !name.startsWith('['))[words.length];
  if (missing !== undefined) throw new UsageError(`no ${missing} is given`, usage);
}
