/** The path of a request, refused where two servers could read it as two different paths. */

/** A segment of dots, to its end or to its parameters. */
const DOT_SEGMENT = /(?:^|[/\\])\.\.?(?:[/\\;]|$)/;

/**
 * What is wrong with a path, as one sentence: an encoding that is none, or a `.` or `..` segment, plain, percent-encoded, behind
 * `\`, or with a `;parameter`. An upstream that resolves such a path would answer for one that no gate has judged.
 */
export function pathFault(path: string): string | undefined {
  // The common path needs two scans and no decoding.
  if (!path.includes('.') && !path.includes('%')) return undefined;
  const text = decodePath(path);
  if (text === undefined) return 'the request’s path is not percent-encoded UTF-8';
  if (DOT_SEGMENT.test(text)) return 'the request’s path has a dot segment';
  if (text.includes('\0')) return 'the request’s path has a NUL';
  return undefined;
}

/** With its percent-encoding undone; undefined where that fails. */
export function decodePath(path: string): string | undefined {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** The path's first segments, at most `limit`, with their percent-encoding undone; undefined where that fails. */
export function decodeSegments(path: string, limit: number): readonly string[] | undefined {
  const segments = path.slice(1).split('/', limit);
  if (!path.includes('%')) return segments;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
