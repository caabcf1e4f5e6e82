/** The request line's target: taken apart, and refused where two servers could read it as two different paths. */

export interface RequestTarget {
  /** As received: begins with `/`, percent-encoding kept. */
  readonly path: string;
  /** From the `?` on, or empty. */
  readonly query: string;
}

/**
 * Takes a target in origin form (`/path?query`) or absolute form (RFC 9112 §3.2.2) apart.
 * Undefined where it is neither, or where its path climbs: a `.` or `..` segment, plain, percent-encoded, behind `\`,
 * or with a `;parameter`. An upstream that resolves such a path would answer for one that no gate has judged.
 */
export function readRequestTarget(url: string): RequestTarget | undefined {
  const start = url.startsWith('/') ? 0 : pathStart(url);
  if (start < 0) return undefined;
  const mark = url.indexOf('?', start);
  const path = mark < 0 ? url.slice(start) : url.slice(start, mark);
  if (climbs(path)) return undefined;
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : url.slice(mark) };
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

function pathStart(url: string): number {
  const authority = /^https?:\/\/[^/?#]+/i.exec(url)?.[0];
  return authority === undefined ? -1 : authority.length;
}

function climbs(path: string): boolean {
  // The common path needs two scans and no array.
  if (!path.includes('.') && !path.includes('%') && !path.includes('\\') && !path.includes('#')) return false;
  if (path.includes('\\') || path.includes('#')) return true;
  const segments = decodeSegments(path);
  if (segments === undefined) return true;
  return segments.some((segment) =>
    segment.split(/[/\\]/).some((part) => {
      const name = part.split(';', 1)[0];
      return name === '.' || name === '..' || part.includes('\0');
    }),
  );
}
