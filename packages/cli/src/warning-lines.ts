/** A configuration's warnings for a person: what is said of several places is said once. */
import { bySeverity, type Warning } from '@countersign/core/coverage';
import type { LoadedConfig } from '@countersign/gateway';

/** `gates.a.keys[0].secret, gates.b.keys[0].secret: The secret stands in the file.`, with what can be mended first. */
export function joinedWarnings(warnings: LoadedConfig['warnings']): readonly Warning[] {
  const joined = new Map<string, { readonly warning: Warning; readonly paths: string[] }>();
  for (const { path, ...warning } of bySeverity(warnings)) {
    const group = joined.get(warning.sentence);
    if (group === undefined) joined.set(warning.sentence, { warning, paths: [path] });
    else group.paths.push(path);
  }
  return [...joined.values()].map(({ warning, paths }) => ({
    ...warning,
    sentence: `${paths.join(', ')}: ${warning.sentence}`,
  }));
}

/** Whether somebody can do something about it. */
export function isMendable({ severity }: Pick<Warning, 'severity'>): boolean {
  return severity === 'warning';
}
