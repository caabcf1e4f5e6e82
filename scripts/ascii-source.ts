/** JavaScript in ASCII alone: what is beyond it becomes escapes. */
import { nodesOfSource } from './syntax-tree.ts';

const BEYOND_ASCII = /[\u0080-\uffff]/;

/**
 * The same program in ASCII. Strings, names, templates and regular expressions read an escape as the letter; a tagged template has its
 * text as it was written too, so one with such a letter is an error.
 */
export function asciiSource(source: string, file: string): string {
  for (const { type, start, end } of nodesOfSource(source)) {
    if (type !== 'TaggedTemplateExpression') continue;
    const text = source.slice(start, Number(end));
    if (BEYOND_ASCII.test(text))
      throw new Error(
        `${file}: a tagged template has letters beyond ASCII, and would see their escapes: ${text}. Write them as escapes, or leave the tag out.`,
      );
  }
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return source.replace(new RegExp(BEYOND_ASCII, 'g'), escaped);
}
