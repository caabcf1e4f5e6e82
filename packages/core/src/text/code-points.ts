/** Texts in the order of their code points, which is that of their UTF-8. */
import { unitText } from './bytes.ts';

/** From here on UTF-16 sorts otherwise: surrogates stand for what comes after U+FFFF. */
const FROM_SURROGATES = /[\ud800-\uffff]/;

/**
 * A text that sorts by its UTF-16 as the given one does by its code points: surrogates are put behind what else is
 * above them. So the platform can compare; by hand a thousand texts that begin alike take 10 ms.
 */
export function codePointKey(text: string): string {
  if (!FROM_SURROGATES.test(text)) return text;
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    units[i] = unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
  }
  return unitText(units);
}
