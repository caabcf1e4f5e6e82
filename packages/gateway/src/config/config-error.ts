/** What is wrong with a configuration, all of it at once, in words that a person can act on. */

/** One thing that is wrong. Never holds the value of a secret or of an interpolated text. */
export interface ConfigProblem {
  /** Where: `gates.stripe.keys[0].secret`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong, e.g. `is missing`. */
  readonly problem: string;
  /** The value as it may be shown; `[secret]` where it may not. */
  readonly value?: string;
  /** What would be right. */
  readonly expected?: string;
  /** The word that was probably meant. */
  readonly suggestion?: string;
  /** What to do, where that is more than giving what is expected. */
  readonly remedy?: string;
  /** Whether a variable is not set: the environment lacks something, and the file may be right. */
  readonly isUnset?: true;
  /** From 1; absent where the configuration is no YAML file. */
  readonly line?: number;
  /** From 1; absent where only the line is known. */
  readonly column?: number;
}

/** A configuration that cannot be used; `message` lists every problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** At least one, in the order of the file where they have a line. */
  readonly problems: readonly ConfigProblem[];
  /** The file, where there is one. */
  readonly file?: string;
  /** Whether there is no configuration at all, so that there is nothing to mend. */
  readonly isMissing: boolean;

  constructor(
    problems: readonly ConfigProblem[],
    file?: string,
    { isMissing = false, ...options }: ErrorOptions & { readonly isMissing?: boolean } = {},
  ) {
    super(describe(problems, file), options);
    this.problems = problems;
    this.isMissing = isMissing;
    if (file !== undefined) this.file = file;
  }
}

function describe(problems: readonly ConfigProblem[], file: string | undefined): string {
  const subject = file ?? 'the configuration';
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return [`${subject} has ${count}:`, ...problems.map(describeOne)].join('\n\n');
}

function describeOne(problem: ConfigProblem): string {
  const column = problem.column === undefined ? '' : `:${problem.column}`;
  const place = problem.line === undefined ? '' : `line ${problem.line}${column}  `;
  const head = problem.path === '' ? problem.problem : `${problem.path}: ${problem.problem}`;
  const lines = [`  ${place}${head}`];
  if (problem.value !== undefined) lines.push(`    value:    ${problem.value}`);
  if (problem.expected !== undefined) lines.push(`    expected: ${problem.expected}`);
  if (problem.suggestion !== undefined) lines.push(`    did you mean ${problem.suggestion}?`);
  if (problem.remedy !== undefined) lines.push(`    → ${problem.remedy}`);
  return lines.join('\n');
}
