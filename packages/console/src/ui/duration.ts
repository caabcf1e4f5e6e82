const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', 24 * 60 * 60],
  ['h', 60 * 60],
  ['min', 60],
  ['s', 1],
];

/** The two largest units, e.g. `2 h 5 min`. @param ms below a second it is `0 s` */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const first = UNITS.findIndex(([, length]) => seconds >= length);
  if (first < 0) return '0 s';
  return UNITS.slice(first, first + 2)
    .map(([unit, length], i) => {
      const count = Math.floor(i === 0 ? seconds / length : (seconds % (UNITS[first]?.[1] ?? 1)) / length);
      return count === 0 ? '' : `${count} ${unit}`;
    })
    .filter((text) => text !== '')
    .join(' ');
}
