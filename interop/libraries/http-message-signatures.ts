import { createHash, type KeyObject } from 'node:crypto';
import { HeaderList, type SignedRequest, writtenScheme } from '@countersign/core';
import { createSigner, createVerifier, httpbis } from 'http-message-signatures';
import { changeBody, type Direction, type Exchange, ourSide } from '../exchange.ts';
import { BODY, COMPONENTS, HEADERS, URL_TEXT } from './every-component.ts';
import { ED25519, P256, P384, pemOf, RSA, SECRET } from './keys.ts';

const PAIRS: readonly {
  readonly algorithm: string;
  readonly publicKey: KeyObject | string;
  readonly privateKey: KeyObject | string;
}[] = [
  { algorithm: 'hmac-sha256', publicKey: SECRET, privateKey: SECRET },
  { algorithm: 'ed25519', ...ED25519 },
  { algorithm: 'ecdsa-p256-sha256', ...P256 },
  { algorithm: 'ecdsa-p384-sha384', ...P384 },
  { algorithm: 'rsa-v1_5-sha256', ...RSA },
  { algorithm: 'rsa-pss-sha512', ...RSA },
];

/** Its RSA-PSS signs with the longest salt that fits. */
const SALT = 'the library’s salt is of maximum length; RFC 9421 §3.3.1 says 64 bytes';
const SPELLING =
  'the library takes the URL as it is written; RFC 9421 §2.2.2, §2.2.3 and §2.2.6 normalise (lower-case host, no default port, an absent path is /)';

export function exchanges(): readonly Exchange[] {
  const byAlgorithm = PAIRS.map(({ algorithm, ...keys }) =>
    exchangeOf(
      {
        name: `${algorithm}, ${COMPONENTS.length} components`,
        algorithm,
        ...keys,
        url: URL_TEXT,
        components: COMPONENTS,
      },
      algorithm === 'rsa-pss-sha512' ? { 'theirs → ours': SALT } : {},
    ),
  );
  const spelt = {
    name: 'a URL in another spelling',
    algorithm: 'ed25519',
    ...ED25519,
    url: 'https://SHOP.example:443/orders',
    components: ['@method', '@target-uri', '@authority', 'content-digest'],
  };
  return [...byAlgorithm, exchangeOf(spelt, { 'theirs → ours': SPELLING, 'ours → theirs': SPELLING })];
}

interface Case {
  readonly name: string;
  readonly algorithm: string;
  readonly publicKey: KeyObject | string;
  readonly privateKey: KeyObject | string;
  readonly url: string;
  readonly components: readonly string[];
}

function exchangeOf(testCase: Case, differs: Readonly<Partial<Record<Direction, string>>>): Exchange {
  const { name, algorithm, publicKey, privateKey, url, components } = testCase;
  const options = (key: KeyObject | string) => ({
    scheme: writtenScheme({
      type: 'http-message-signatures',
      algorithm,
      components,
      structuredFields: { 'x-dict': 'dictionary' },
    }),
    keys: [{ id: 'k1', secret: typeof key === 'string' ? key : pemOf(key) }],
  });
  return {
    name,
    theirs: { sign: () => sign(testCase), accepts: (request) => accepts(request, algorithm, publicKey) },
    ours: ourSide(options(publicKey), options(privateKey), () => ({
      method: 'POST',
      url,
      headers: HEADERS,
      body: BODY,
    })),
    tamper: changeBody,
    differs,
  };
}

async function sign({ algorithm, privateKey, url, components }: Case): Promise<SignedRequest> {
  const signed = await httpbis.signMessage(
    {
      key: createSigner(privateKey, algorithm, 'k1'),
      name: 'theirs',
      fields: [...components],
      params: ['created', 'expires', 'keyid', 'alg', 'nonce', 'tag'],
      paramValues: { nonce: 'n-1', tag: 'shop' },
    },
    { method: 'POST', url, headers: { ...HEADERS, 'Content-Digest': digestOf(Buffer.from(BODY)) } },
  );
  return { method: 'POST', url, headers: HeaderList.from(signed.headers), body: Buffer.from(BODY) };
}

/** The library judges the signature only; the digest is its caller’s to compare. */
async function accepts(request: SignedRequest, algorithm: string, key: KeyObject | string): Promise<boolean> {
  const { method, url, headers, body } = request;
  if (headers.get('content-digest') !== digestOf(body)) return false;
  const judged = await httpbis.verifyMessage(
    {
      keyLookup: async () => ({ id: 'k1', verify: createVerifier(key, algorithm) }),
      requiredParams: ['created', 'keyid'],
      requiredFields: ['@method', 'content-digest'],
    },
    { method, url, headers: recordOf(headers) },
  );
  return judged === true;
}

function digestOf(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** A list for several lines of one field. */
function recordOf(headers: HeaderList): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const earlier = record[name];
    record[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return record;
}
