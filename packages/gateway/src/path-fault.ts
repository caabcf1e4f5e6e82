/** The path of a request: taken apart, and refused where two servers could read it as two different paths. */

/**
 * What is wrong with a path, as one sentence: an encoding that is none, or a `.` or `..` segment, plain, percent-encoded, behind
 * `\`, or with a `;parameter`. An upstream that resolves such a path would answer for one that no gate has judged.
 */
export function pathFault(path: string): string | undefined {
  // The common path needs two scans and no array.
  if (!path.includes('.') && !path.includes('%')) return undefined;
  const segments = decodeSegments(path);
  if (segments === undefined) return 'the request’s path is not percent-encoded UTF-8';
  for (const segment of segments) {
    for (const part of segment.split(/[/\\]/)) {
      const name = part.split(';', 1)[0];
      if (name === '.' || name === '..') return 'the request’s path has a dot segment';
      if (part.includes('\0')) return 'the request’s path has a NUL';
    }
  }
  return undefined;
}

/** The path's segments with their percent-encoding undone; undefined where that fails. */
export function decodeSegments(path: string): readonly string[] | undefined {
  const segments = path.slice(1).split('/');
  if (!path.includes('%')) return segments;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
