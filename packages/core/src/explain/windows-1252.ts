/** Windows-1252, which most programs take for Latin-1. */

/** What stands at 0x80 to 0x9f; a dot: nothing. */
const C1 = '€.‚ƒ„…†‡ˆ‰Š‹Œ.Ž..‘’“”•–—˜™š›œ.žŸ';

/** The bytes of a text; undefined where it has a character of no byte. */
export function windows1252(text: string): Uint8Array | undefined {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const place = code > 0xff ? C1.indexOf(text[i] as string) : -1;
    if (code > 0xff && place < 0) return undefined;
    out[i] = place < 0 ? code : 0x80 + place;
  }
  return out;
}

/** The text that bytes are. */
export function fromWindows1252(bytes: string): string {
  return bytes.replace(/[\x80-\x9f]/g, (byte) => {
    const char = C1[byte.charCodeAt(0) - 0x80];
    return char === undefined || char === '.' ? byte : char;
  });
}
