/** Structured fields (RFC 9651), parsed by structured-headers and held to one spelling. */
import { type Dictionary, parseDictionary, serializeDictionary } from 'structured-headers';
import type { WithoutDecimals } from './decimals.ts';

/**
 * A dictionary, or undefined where the text is none or is not written as it would be serialised. A parser must let
 * the last of two equal names win (RFC 9651 §4.2.2); here a name that occurs twice, in the dictionary or among
 * parameters, is refused, and so is every second spelling of a value. White space is free where the grammar has it.
 *
 * @param decimals the text with its decimals set apart, where the members are written again; see `withoutDecimals`.
 */
export function parseStrictDictionary(
  text: string,
  decimals: WithoutDecimals = { text, restore: (serialised) => serialised },
): Dictionary | undefined {
  const dictionary = attempt(() => parseDictionary(decimals.text));
  if (dictionary === undefined) return undefined;
  const canonical = attempt(() => decimals.restore(serializeDictionary(dictionary)));
  return canonical !== undefined && withoutSpace(canonical) === withoutSpace(text) ? dictionary : undefined;
}

/** The library throws on what it cannot parse or serialise; here that is a value. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The text without white space outside its strings. */
function withoutSpace(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[ \t]+/g, (match) => (match.startsWith('"') ? match : ''));
}
