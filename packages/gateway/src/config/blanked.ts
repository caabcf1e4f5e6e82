/** What is said of a configuration, without what was filled in. */
import type { Blank } from './blank.ts';
import type { ConfigProblem } from './config-error.ts';
import type { ConfigWarning } from './config-warnings.ts';

export function blankedWarnings(warnings: readonly ConfigWarning[], blank: Blank): readonly ConfigWarning[] {
  return warnings.map((warning) => ({ ...warning, sentence: blank(warning.sentence) }));
}

/** Paths are of names, which nothing fills in. */
export function blankedProblems(problems: readonly ConfigProblem[], blank: Blank): readonly ConfigProblem[] {
  return problems.map((problem) => {
    const { value, expected, suggestion, remedy } = problem;
    return {
      ...problem,
      problem: blank(problem.problem),
      ...(value !== undefined && { value: blank(value) }),
      ...(expected !== undefined && { expected: blank(expected) }),
      ...(suggestion !== undefined && { suggestion: blank(suggestion) }),
      ...(remedy !== undefined && { remedy: blank(remedy) }),
    };
  });
}
