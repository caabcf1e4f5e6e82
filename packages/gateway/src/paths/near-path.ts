/** For the operator alone: a path that no gate has, and that is a slash, or a letter's case, away from one. */
import type { PathTable } from './path-table.ts';

/** Longer paths are nobody's slip. */
const MAX_LENGTH = 256;

/** Undefined where nothing is near. */
export function nearPath(endpoints: Pick<PathTable<unknown>, 'find'>, path: string): string | undefined {
  if (path.length > MAX_LENGTH) return undefined;
  const has = (other: string): boolean => {
    const match = other === path || other === '' ? undefined : endpoints.find(other);
    return match !== undefined && !('fault' in match);
  };
  const bare = path.replace(/\/$/, '');
  if (has(bare)) return 'no gate has this path; the same path without its final slash does';
  if (has(path.replace(/\/{2,}/g, '/')))
    return 'no gate has this path; the same path with one slash for two does';
  if (has(bare.toLowerCase())) return 'no gate has this path; the same path in lower case does';
  return undefined;
}
