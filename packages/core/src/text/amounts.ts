/** Amounts as people read them, and as much of a list or a text as they read. */

/** `1 byte`, `2 bytes`. @param noun in the singular; an s makes it several */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The first of a list of names, and how many more there are: `a, b and 3 more`. @param most names that are told */
export function listed(names: readonly string[], most: number): string {
  const more = names.length > most ? ` and ${names.length - most} more` : '';
  return names.slice(0, most).join(', ') + more;
}

/** A text of at most so many characters: what is cut off leaves an ellipsis. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

const SECOND = 1_000;

/** A length in the unit reads well from `from` on; what is left over is told in the next smaller one. */
const UNITS = [
  { name: 'days', ms: 86_400_000, from: 2 * 86_400_000, rest: { name: 'h', ms: 3_600_000 } },
  { name: 'h', ms: 3_600_000, from: 3_600_000, rest: { name: 'min', ms: 60_000 } },
  { name: 'min', ms: 60_000, from: 2 * 60_000, rest: { name: 's', ms: SECOND } },
] as const;

/** Nobody counts the hours of more days. */
const MANY_DAYS_MS = 7 * 86_400_000;

/**
 * A length of time in words: `12 s`, `5 min 1 s`, `3 h`, `329 days`. What is left over is rounded up, and what is less than a second is told in
 * milliseconds: so none but nothing is `0 s`, and up to a week what is over a limit is more in words as well.
 */
export function duration(ms: number): string {
  if (ms >= MANY_DAYS_MS) return `${Math.round(ms / 86_400_000)} days`;
  const unit = UNITS.find(({ from }) => ms >= from);
  if (unit === undefined)
    return ms > 0 && ms < SECOND ? `${Math.ceil(ms)} ms` : `${Math.round(ms) / SECOND} s`;
  // Whole ones of the smaller unit first: 59 min 59.5 s are 60 min, not 59 min 60 s.
  const parts = Math.ceil(ms / unit.rest.ms);
  const inUnit = unit.ms / unit.rest.ms;
  const left = parts % inUnit;
  const whole = `${Math.floor(parts / inUnit)} ${unit.name}`;
  return left === 0 ? whole : `${whole} ${left} ${unit.rest.name}`;
}
