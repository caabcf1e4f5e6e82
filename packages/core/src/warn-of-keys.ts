/** Tells what of a list of keys looks like a mistake, at start: the refusals that follow would not. */
import { keyWarningText } from './keys/key-warning.ts';
import type { KeyRing } from './keys.ts';
import { shownLine, shownText } from './text/shown-text.ts';

/**
 * Keys that are fetched or found for a request are not told of.
 * @param provider its name
 * @param tell is given a sentence a warning, without the key
 */
export function warnOfKeys(
  keys: Pick<KeyRing, 'list'>,
  provider: string,
  tell: (warning: string) => void,
): void {
  const listed = keys.list();
  for (const { id, warnings } of listed) {
    const name = listed.length === 1 ? 'the secret' : `the secret "${shownText(id)}"`;
    for (const warning of warnings) tell(shownLine(`${keyWarningText(warning, `${name} of ${provider}`)}.`));
  }
}

/** One line of the console. */
export function warnOnConsole(warning: string): void {
  console.warn(`countersign: ${warning}`);
}
