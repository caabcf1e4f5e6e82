/** The public keys of a document that was fetched: a JWKS, a key directory, or a UCP profile. */
import type { Jwk } from '../../../keys/jwk.ts';
import { pause } from '../../../pause.ts';
import { isObject } from '../../../text/is-object.ts';
import { type KeyMembers, type PublishedKey, readPublishedKey, withThumbprint } from './published-key.ts';

export interface KeyDocument {
  readonly keys: readonly PublishedKey[];
  /** Members that are none of ours, each in a phrase: an open vocabulary is no fault of the document. */
  readonly leftOut: readonly string[];
}

/** More keys than this are no one publisher’s, and each costs a hash. */
const MAX_DOCUMENT_KEYS = 32;

/**
 * Reads `keys`, or the older `signing_keys` of a UCP profile that has no `keys`; a text that says why there are none. Of keys that share a `kid` none is
 * taken: which of them a request means would be left to their order. What waits has its turn between two keys.
 * @see RFC 7517 §5; draft-meunier-webbotauth-httpsig-protocol, Directory Format; UCP, Message Signatures
 */
export async function readKeyDocument(document: Jwk, demanded?: KeyMembers): Promise<KeyDocument | string> {
  const members = document['keys'] ?? document['signing_keys'];
  if (!Array.isArray(members)) return 'it has no list of keys';
  if (members.length > MAX_DOCUMENT_KEYS)
    return `it has ${members.length} keys; at most ${MAX_DOCUMENT_KEYS} are taken`;
  const keys: PublishedKey[] = [];
  const leftOut: string[] = [];
  for (const [i, member] of (members as readonly unknown[]).entries()) {
    if (i > 0) await pause();
    const read = isObject(member) ? readPublishedKey(member, demanded) : 'it is not an object';
    if (typeof read === 'string') {
      leftOut.push(`key ${i + 1} is left out: ${read}`);
      continue;
    }
    const key = await withThumbprint(read);
    // The same key under the same id is one key.
    if (!keys.some(({ thumbprint, kid }) => thumbprint === key.thumbprint && kid === key.kid)) keys.push(key);
  }
  const repeated = new Set(
    keys.flatMap(({ kid }, i) =>
      kid !== undefined && keys.some((other, j) => j !== i && other.kid === kid) ? [kid] : [],
    ),
  );
  if (repeated.size > 0) leftOut.push('keys that share a kid are left out');
  return { keys: keys.filter(({ kid }) => kid === undefined || !repeated.has(kid)), leftOut };
}
