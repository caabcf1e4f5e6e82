/** Paths of URIs, normalised so that they can be compared (RFC 3986 §6.2.2). */

/** The percent-encodings of unreserved characters decoded, the others in upper case. What is no encoding stays. */
export function normalPath(path: string): string {
  return path.includes('%') ? path.replaceAll(/%[0-9A-Fa-f]{2}/g, normalOctet) : path;
}

function normalOctet(encoded: string): string {
  const char = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[A-Za-z0-9._~-]/.test(char) ? char : encoded.toUpperCase();
}

/** RFC 3986 §5.2.4, for a path that begins with a slash. */
export function removeDotSegments(path: string): string {
  if (!path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    const isDots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!isDots) kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}
