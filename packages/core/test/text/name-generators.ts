/** Names that are made to meet in one place of a table of names. */

/** Where a table of 16,384 places, and each smaller one, puts a name. */
function placeOf(name: string): number {
  let hash = name.length;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & 16_383;
}

/** As many, all for one place. */
export function collidingNames(count: number): readonly string[] {
  const names: string[] = [];
  for (let i = 0; names.length < count; i++) {
    const name = `n${i.toString(36)}`;
    if (placeOf(name) === 7) names.push(name);
  }
  return names;
}
