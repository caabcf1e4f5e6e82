/** What the gateway says of a configuration, as lines. */
import type { ConfigChangeView, ConfigReportView } from '@countersign/api';
import { ConfigError } from '@countersign/gateway';
import { describeFailure } from '../../failure.ts';
import { type Output, table } from '../../output.ts';
import { visibleText } from '../../visible-text.ts';

/** A line for each change. */
export function printChanges(changes: readonly ConfigChangeView[], output: Output): void {
  if (changes.length > 0) output.print(table(changes.map(changeRow)));
}

function changeRow({ path, kind, from, to }: ConfigChangeView): readonly string[] {
  const values = [from, to].filter((value) => value !== undefined).map(String);
  return [kind, visibleText(path), visibleText(values.join(' → '))];
}

/** The problems of one that is broken. */
export function printFindings({ findings }: ConfigReportView, output: Output): void {
  const { problem, remedy } = describeFailure(new ConfigError(findings));
  output.fail(problem, remedy);
}

/** What a running gateway cannot change, for a sentence. */
export function restartPaths({ restart }: ConfigReportView): string {
  return restart.map(visibleText).join(', ');
}
