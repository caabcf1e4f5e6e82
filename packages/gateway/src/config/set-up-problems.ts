/** What is found only when gates are built stands in the file as well: it is told with its place, and all of it at once. */
import type { SetupError } from '@countersign/core';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import type { Locate } from './finding.ts';
import type { LoadedConfig } from './load-config.ts';
import type { ValuePath } from './value-path.ts';

/**
 * Why gates of a configuration cannot be built, as the errors of the file that it came from.
 * @param errors at least one
 */
export function setUpProblems(
  { file, locate }: Pick<LoadedConfig, 'file' | 'locate'>,
  errors: readonly SetupError[],
): ConfigError {
  const problems = errors.map((error) => placed(error, locate));
  return new ConfigError(
    problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
    file,
  );
}

function placed({ option, problem, remedy }: SetupError, locate: Locate): ConfigProblem {
  return { path: option, problem, remedy, ...locate(pathOf(option), 'key') };
}

/** `gates.g.keys[0].secret` in its parts. What is not there is found at its nearest parent. */
function pathOf(option: string): ValuePath {
  return option
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
