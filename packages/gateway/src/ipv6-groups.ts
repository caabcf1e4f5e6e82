/** The eight groups of an IPv6 address, as numbers. */

/** @param address in any spelling that `isIPv6` takes; a zone is left out. */
export function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const before = readGroups(head);
  if (tail === undefined) return before;
  const behind = readGroups(tail);
  return [...before, ...Array<number>(8 - before.length - behind.length).fill(0), ...behind];
}

function readGroups(text: string): readonly number[] {
  if (text === '') return [];
  return text
    .split(':')
    .flatMap((group) => (group.includes('.') ? pairOf(group) : [Number.parseInt(group, 16)]));
}

/** An IPv4 address at the end is two groups. */
function pairOf(dotted: string): readonly number[] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return [(a << 8) | b, (c << 8) | d];
}
