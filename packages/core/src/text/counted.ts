/** A number with its noun: one is one, and everything else is several. */

/** `1 byte`, `2 bytes`. @param noun in the singular; an s makes it several */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
