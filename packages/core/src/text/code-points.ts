/** Texts in the order of their code points, which is that of their UTF-8. */

/** From here on UTF-16 sorts otherwise: surrogates stand for what comes after U+FFFF. */
const FROM_SURROGATES = /[\ud800-\uffff]/;

/** Sorts in place. */
export function sortByCodePoint(texts: string[]): string[] {
  return texts.some((text) => FROM_SURROGATES.test(text)) ? texts.sort(compare) : texts.sort();
}

/** Pieces are compared by the platform: char by char, a thousand texts that begin alike would take 10 ms. */
const PIECE = 64;

function compare(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let start = 0; start < length; start += PIECE) {
    if (a.slice(start, start + PIECE) === b.slice(start, start + PIECE)) continue;
    const end = Math.min(start + PIECE, length);
    for (let i = start; i < end; i++) {
      const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
      if (difference !== 0) return difference;
    }
  }
  return a.length - b.length;
}

/** Surrogates behind U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
