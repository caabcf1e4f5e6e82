/** Documents of keys that a stranger’s address answers with: JWKS, key directories, UCP profiles. */
import { calculateJwkThumbprint, type JWK } from 'jose';
import {
  type KeyDocument,
  readKeyDocument,
} from '../../packages/core/src/schemes/message-signatures/keys/key-document.ts';
import { isObject } from '../../packages/core/src/text/is-object.ts';
import { require, target } from '../target.ts';

const ED25519 = '{"kty":"OKP","crv":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs","kid":"k"}';
const P256 =
  '{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"sig"}';

export const keyDocuments = target<KeyDocument | string>({
  about:
    'each key that is taken has the thumbprint that jose computes; none is private or secret; no key id stands twice',
  words: [
    `{"keys":[${ED25519}]}`,
    `{"signing_keys":[${P256}]}`,
    `,${ED25519}`,
    `,${P256}`,
    '"alg":"EdDSA"',
    '"key_ops":["verify"]',
    '"d":"AAAA"',
    '"kty":"oct","k":"AAAA"',
    '"nbf":1760000000',
    '"exp":1',
    '"kid":1',
    '__proto__',
  ],
  async read(input) {
    const document = parsed(input);
    return isObject(document) ? await readKeyDocument(document) : 'it is no object';
  },
  async judge(input, document) {
    if (typeof document === 'string') return;
    const ids = document.keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid]));
    require(new Set(ids).size === ids.length, 'a key id stands twice');
    const theirs = await publicThumbprints(parsed(input) as Record<string, unknown>);
    for (const { thumbprint } of document.keys)
      require(theirs.has(thumbprint), 'jose computes another thumbprint, or the key is private or secret');
  },
});

/** Of the members that are public keys. */
async function publicThumbprints(document: Readonly<Record<string, unknown>>): Promise<ReadonlySet<string>> {
  const members = (document['keys'] ?? document['signing_keys']) as readonly JWK[];
  const thumbprints = new Set<string>();
  for (const jwk of members) {
    if (!isObject(jwk) || 'd' in jwk || jwk['kty'] === 'oct') continue;
    thumbprints.add(await calculateJwkThumbprint(jwk).catch(() => ''));
  }
  return thumbprints;
}

function parsed(input: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(input).toString());
  } catch {
    return undefined;
  }
}
