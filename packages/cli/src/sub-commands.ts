/** A command that has sub-commands, such as `events list`: each is a file of its own, with the options that it takes. */
import type { OptionSpecs } from './arguments.ts';
import type { Call, Command, Example } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { describeFailure } from './failure.ts';
import { didYouMean } from './near-miss.ts';
import { UsageError } from './usage-error.ts';

export interface SubCommand {
  readonly name: string;
  /** What follows `countersign NAME SUB `. */
  readonly usage: string;
  /** For the help; empty where another’s says it. */
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

export function commandOf({ name, summary, details }: CommandHead, subs: readonly SubCommand[]): Command {
  return {
    name,
    summary,
    usage: subs.map((sub) => `${name} ${sub.name} ${sub.usage}`.trimEnd()),
    details: [...subs.map((sub) => sub.details).filter((text) => text !== ''), ...details],
    options: mergedOptions(subs),
    examples: subs.flatMap((sub) => sub.examples),
    // Each sub-command says by itself what is one too many.
    maxArguments: Number.MAX_SAFE_INTEGER,
    async run(call) {
      const sub = chosenSub(name, subs, call);
      try {
        return await sub.run(call, call.args.positionals.slice(1));
      } catch (error) {
        const { problem, remedy, exitCode } = describeFailure(error);
        if (call.args.flag('json') && exitCode !== EXIT.bug)
          call.output.json({ ok: false, error: problem, remedy });
        throw error;
      }
    },
  };
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

function chosenSub(name: string, subs: readonly SubCommand[], { args }: Call): SubCommand {
  const names = subs.map((sub) => sub.name);
  const [word, ...words] = args.positionals;
  if (word === undefined) {
    throw new UsageError(`no ${name} command was given`, `Say one of ${names.join(', ')}.`);
  }
  const sub = subs.find((candidate) => candidate.name === word);
  if (sub === undefined) {
    throw new UsageError(
      `there is no countersign ${name} ${word}`,
      `${didYouMean(word, names)}Say one of ${names.join(', ')}.`,
    );
  }
  const all = Object.keys(mergedOptions(subs));
  const foreign = all.find((option) => args.flag(option) && !Object.hasOwn(sub.options, option));
  if (foreign !== undefined) {
    throw new UsageError(
      `countersign ${name} ${word} has no --${foreign}`,
      `\`countersign ${name} --help\` says whose it is.`,
    );
  }
  const usage = `Write: countersign ${name} ${sub.name} ${sub.usage}`.trimEnd();
  const extra = words[sub.takes.length];
  if (extra !== undefined)
    throw new UsageError(`the argument ${JSON.stringify(extra)} is one too many`, usage);
  const missing = sub.takes.filter((taken) => !taken.startsWith('['))[words.length];
  if (missing !== undefined) throw new UsageError(`no ${missing} is given`, usage);
  return sub;
}
