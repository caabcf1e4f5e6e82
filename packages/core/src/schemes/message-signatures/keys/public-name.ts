/** Which hosts may be asked for keys at the word of a request. */

/** Names that no public resolver answers (RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476). */
const LOCAL_NAMES: ReadonlySet<string> = new Set([
  'local',
  'localhost',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'private',
  'onion',
  'alt',
  'arpa',
]);

/** Never an address by number: those are what private networks are reached by. The name’s own address is judged by whoever connects. */
export function isPublicName(host: string): boolean {
  const labels = host.split('.');
  const last = labels.at(-1) as string;
  return (
    labels.length >= 2 &&
    labels.every((label) => label !== '') &&
    /^[a-z]/.test(last) &&
    !LOCAL_NAMES.has(last)
  );
}
