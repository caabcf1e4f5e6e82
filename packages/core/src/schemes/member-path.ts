/** Where a JSON member sits: its name, or the names on the way to it, joined by points. */
import { SetupError } from '../setup-error.ts';

/** Each step scans what it steps into. */
const MAX_STEPS = 8;

/** The names of a path. `\.` is a point of a name, `\\` a backslash; what is no path has an empty name in it. */
export function memberNames(path: string): readonly string[] {
  // The usual case: the name of a member of the top level.
  if (!path.includes('.') && !path.includes('\\')) return [path];
  const names: string[] = [];
  let name = '';
  for (let i = 0; i < path.length; i++) {
    if (path[i] === '.') {
      names.push(name);
      name = '';
    } else name += path[i] === '\\' ? (path[++i] ?? '') : path[i];
  }
  return [...names, name];
}

/** The path of names, as `memberNames` takes it apart. */
export function memberPath(names: readonly string[]): string {
  return names.map((name) => name.replace(/[\\.]/g, '\\$&')).join('.');
}

/** @throws SetupError for an empty name, too many of them, and a backslash that stands before anything else. */
export function checkMemberPath(path: string, option: string): void {
  const wrong = /\\(?![.\\])/.exec(path.replace(/\\\\/g, '__'));
  if (wrong) {
    throw new SetupError(
      option,
      `at character ${wrong.index + 1}: a backslash stands for nothing`,
      'Write \\. for a point that is part of a name, \\\\ for a backslash.',
    );
  }
  const names = memberNames(path);
  if (names.includes('')) {
    throw new SetupError(
      option,
      `${JSON.stringify(path)} has an empty name in it`,
      'Give the names on the way to the member, e.g. signature.timestamp; \\. is a point of a name.',
    );
  }
  if (names.length > MAX_STEPS) {
    throw new SetupError(option, `it has ${names.length} names`, `At most ${MAX_STEPS} are looked into.`);
  }
}

/** Whether one path leads to what another one holds, or to the same. */
export function isWithin(path: string, other: string): boolean {
  const outer = memberNames(other);
  const inner = memberNames(path);
  return outer.every((name, i) => inner[i] === name);
}
