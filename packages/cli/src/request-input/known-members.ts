/** Names what of a JSON object was not understood: a member that is passed over in silence may be the body. */

/** A note that names the members besides `names`; none where there are none. */
export function unknownMembers(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
): readonly string[] {
  const unknown = Object.keys(value).filter((name) => !names.includes(name));
  if (unknown.length === 0) return [];
  const shown = unknown.slice(0, MAX_SHOWN).map((name) => JSON.stringify(name.slice(0, MAX_NAME_CHARS)));
  const more = unknown.length > MAX_SHOWN ? ` and ${unknown.length - MAX_SHOWN} more` : '';
  return [`Not read, because it is not understood here: ${shown.join(', ')}${more}.`];
}

const MAX_SHOWN = 8;
const MAX_NAME_CHARS = 40;
