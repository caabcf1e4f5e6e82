/** Reads a command's arguments: unknown options and missing values are refused with what was probably meant. */
import { parseArgs } from 'node:util';
import { didYouMean } from './near-miss.ts';
import { UsageError } from './usage-error.ts';

/** One option, long name without dashes as its key. */
export interface OptionSpec {
  readonly description: string;
  /** One letter. */
  readonly short?: string;
  /** What stands for its value in the help, e.g. `FILE`; absent for a flag. */
  readonly value?: string;
  /** Whether it may be given more than once. Default false. */
  readonly repeatable?: boolean;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export interface Arguments {
  /** Arguments without a dash, in order. */
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  /** Every value of a repeatable option. */
  texts(name: string): readonly string[];
}

/** Options that every command takes. */
export const COMMON_OPTIONS: OptionSpecs = {
  help: { short: 'h', description: 'show this help' },
  'no-color': { description: 'no colours; NO_COLOR and FORCE_COLOR are respected too' },
};

interface ParseRules {
  readonly options: OptionSpecs;
  readonly maxArguments: number;
  /** For remedies, e.g. `countersign verify`. */
  readonly program: string;
}

/** @throws UsageError for an unknown option, a missing or needless value, a repeated option, too many arguments. */
export function readArguments(args: readonly string[], rules: ParseRules): Arguments {
  const options: OptionSpecs = { ...rules.options, ...COMMON_OPTIONS };
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokensOf(args, options)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, value = '' } = token;
    const list = values.get(name) ?? [];
    checkOption(token, options, list.length > 0, rules);
    values.set(name, [...list, value]);
  }
  if (positionals.length > rules.maxArguments) {
    const extra = JSON.stringify(positionals[rules.maxArguments]);
    throw new UsageError(`unexpected argument ${extra}`, listedBy(rules));
  }
  return {
    positionals,
    flag: (name) => values.has(name),
    text: (name) => values.get(name)?.[0],
    texts: (name) => values.get(name) ?? [],
  };
}

/** The first argument that is neither an option nor the value of one; an option that there is not has none. */
export function firstArgument(args: readonly string[], options: OptionSpecs): string | undefined {
  const tokens = tokensOf(args, { ...options, ...COMMON_OPTIONS });
  return tokens.find((token) => token.kind === 'positional')?.value;
}

function tokensOf(args: readonly string[], options: OptionSpecs) {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, parserOption(spec)])),
  });
  return tokens;
}

/** An option as it was written. */
interface WrittenOption {
  readonly name: string;
  /** With its dashes. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** Whether the value stands behind `=`. */
  readonly inlineValue: boolean | undefined;
}

function checkOption(
  { name, rawName, value, inlineValue }: WrittenOption,
  options: OptionSpecs,
  isRepeated: boolean,
  rules: ParseRules,
): void {
  const spec = Object.hasOwn(options, name) ? options[name] : undefined;
  if (spec === undefined) throw unknownOption(rawName, options, rules);
  if (spec.value === undefined) {
    if (value === undefined) return;
    throw new UsageError(`${rawName} takes no value`, `Write ${rawName} alone.`);
  }
  // `--key --json`: a forgotten value, rather than a key of this text. `-` alone is standard input.
  const isForgotten = value === undefined || (inlineValue === false && /^-./.test(value));
  if (isForgotten) {
    throw new UsageError(
      `${rawName} needs a value`,
      `Write ${rawName} ${spec.value}; one that begins with a dash as --${name}=${spec.value}.`,
    );
  }
  if (isRepeated && spec.repeatable !== true) {
    throw new UsageError(`${rawName} is given twice`, 'Give it once.');
  }
}

function unknownOption(rawName: string, options: OptionSpecs, rules: ParseRules): UsageError {
  const names = Object.keys(options).map((optionName) => `--${optionName}`);
  const all = `It has ${names.join(', ')}; \`${rules.program} --help\` says what they do.`;
  const meant = didYouMean(rawName, names);
  return new UsageError(`there is no option ${rawName}`, meant === '' ? all : `${meant}${listedBy(rules)}`);
}

function listedBy({ program }: ParseRules): string {
  return `\`${program} --help\` lists its options.`;
}

function parserOption({ short, value }: OptionSpecs[string]): {
  type: 'boolean' | 'string';
  multiple: true;
  short?: string;
} {
  return {
    type: value === undefined ? 'boolean' : 'string',
    multiple: true,
    ...(short !== undefined && { short }),
  };
}
