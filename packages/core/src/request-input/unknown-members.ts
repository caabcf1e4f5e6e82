/** Names what of a JSON object was not understood: a member that is passed over in silence may be the body. */
import { listed } from '../text/amounts.ts';

/** A note that names the members besides `names`; none where there are none. */
export function unknownMembers(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
): readonly string[] {
  const unknown = Object.keys(value).filter((name) => !names.includes(name));
  if (unknown.length === 0) return [];
  const quoted = unknown.map((name) => JSON.stringify(name.slice(0, MAX_NAME_CHARS)));
  return [`Not read, because it is not understood here: ${listed(quoted, MAX_SHOWN)}.`];
}

const MAX_SHOWN = 8;
const MAX_NAME_CHARS = 40;
