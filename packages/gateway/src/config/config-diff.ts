/** What differs between two configurations, by path; no secret is in it. */
import type { ShownConfig, ShownLeaf } from './shown-config.ts';

export interface ConfigChange {
  /** E.g. `gates.stripe.path`. */
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** As it may be shown. Absent of what is added, and where only what may not be shown has changed. */
  readonly from?: ShownLeaf;
  /** The same. Absent of what is removed. */
  readonly to?: ShownLeaf;
}

export function configDiff(before: ShownConfig, after: ShownConfig): readonly ConfigChange[] {
  const old = new Map(before.values.map((value) => [value.path, value]));
  const next = new Map(after.values.map((value) => [value.path, value]));
  const changes: ConfigChange[] = [];
  for (const { path, shown, digest } of after.values) {
    const was = old.get(path);
    if (was === undefined) changes.push({ path, kind: 'added', to: shown });
    else if (was.digest !== digest)
      changes.push(
        was.shown === shown
          ? { path, kind: 'changed' }
          : { path, kind: 'changed', from: was.shown, to: shown },
      );
  }
  for (const { path, shown } of before.values)
    if (!next.has(path)) changes.push({ path, kind: 'removed', from: shown });
  return changes;
}
