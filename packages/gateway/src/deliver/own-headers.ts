/** The headers that a destination’s messages have besides, as its configuration says. */
import { SetupError } from '@countersign/core';
import type { Secret } from '../config/secret.ts';
import { bytesOfText } from './header-text.ts';
import { headerNameFault, isHeaderValue } from './sendable-headers.ts';

/** By lower-case name, as byte strings. @throws SetupError for what no message can have */
export function ownHeaders(
  headers: Readonly<Record<string, Secret>>,
  option: string,
): Readonly<Record<string, string>> {
  const own = new Map<string, string>();
  for (const [written, secret] of Object.entries(headers)) {
    const path = `${option}.headers.${written}`;
    const name = written.toLowerCase();
    const fault = headerNameFault(name);
    if (fault === 'no-name')
      throw new SetupError(
        `${option}.headers`,
        'has a name that is no header’s',
        'Write names of letters, digits and hyphens.',
      );
    if (fault === 'of-gateway')
      throw new SetupError(path, 'is a header that the gateway makes for each attempt', 'Leave it out.');
    if (own.has(name))
      throw new SetupError(path, 'is there twice, in another case', 'Leave out one of the two.');
    const value = secret.reveal();
    if (!isHeaderValue(value))
      throw new SetupError(
        path,
        'its value holds a line end, another control character, or white space around it',
        'Set it to the value alone: look for a second line in the variable or the file.',
      );
    own.set(name, bytesOfText(value));
  }
  return Object.fromEntries(own);
}
