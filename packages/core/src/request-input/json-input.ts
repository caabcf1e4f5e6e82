/** JSON that somebody pasted: parsed, where it has no more parts than are taken. */
import { parseExactJson } from '../text/parse-exact-json.ts';
import { InputError } from './input-error.ts';
import type { InputContext } from './request-input.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;

/** @throws SyntaxError where it is no JSON; InputError where it has too many parts */
export function parseJsonInput(text: string, { maxJsonParts }: InputContext): unknown {
  if (maxJsonParts !== undefined && hasMoreParts(text, maxJsonParts)) {
    throw new InputError(
      `the JSON has more than ${maxJsonParts.toLocaleString('en')} names, lists and objects, or ${(2 * maxJsonParts).toLocaleString('en')} texts`,
      'Give the request alone, with its body as one text.',
    );
  }
  return parseExactJson(text);
}

/** Twice as many texts, names among them. */
function hasMoreParts(text: string, most: number): boolean {
  let count = 0;
  let quotes = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      if (++quotes > 4 * most) return true;
      isString = !isString;
    } else if (isString) at += code === BACKSLASH ? 1 : 0;
    else if ((code === COLON || code === OPEN_LIST || code === OPEN_OBJECT) && ++count > most) return true;
  }
  return false;
}
