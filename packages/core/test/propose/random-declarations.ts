/**
 * Declarations from all over the declaration language, with what signs by them: each algorithm, each kind of place, each encoding, lists and prefixes, keys in
 * each encoding, one to five parts in any order with one separator between all of them, and in one declaration of eight another one at one place.
 */
import fc from 'fast-check';
import type { Draft as SigningDraft } from '../../src/index.ts';
import type { KeySpec } from '../../src/keys.ts';
import type { RawOptions } from '../../src/options.ts';
import {
  PAIRS,
  type Pair,
  type RandomRequest,
  randomRequest,
  secretText,
  word,
} from './random-ingredients.ts';

export interface RandomDeclaration {
  readonly scheme: RawOptions;
  /** What signs. */
  readonly key: KeySpec;
  /** What the operator has: the key’s text as the sender shows it. */
  readonly secret: string;
  readonly method: string;
  readonly path: string;
  /** Of two requests, what differs. */
  readonly requests: readonly [RandomRequest, RandomRequest];
  readonly hasForm: boolean;
  /** What of a request the form of the declaration needs otherwise. */
  draftOf?(values: RandomRequest): Partial<SigningDraft>;
}

function pairOf(algorithm: string): Pair | undefined {
  if (algorithm.startsWith('rsa-')) return PAIRS.rsa;
  const name = algorithm.replace(/-der$/, '');
  return Object.entries(PAIRS).find(([algorithmOfPair]) => algorithmOfPair === name)?.[1];
}

const algorithm = fc.oneof(
  { weight: 8, arbitrary: fc.constant('hmac-sha256') },
  { weight: 2, arbitrary: fc.constantFrom('hmac-sha1', 'hmac-sha512') },
  { weight: 1, arbitrary: fc.constant('hmac-sha384') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'ed25519',
      'ecdsa-p256-sha256',
      'ecdsa-p256-sha256-der',
      'ecdsa-p384-sha384-der',
      'rsa-pkcs1-sha256',
      'rsa-pkcs1-sha512',
      'rsa-pss-sha256',
    ),
  },
);

const separator = fc.constantFrom('.', '.', '.', ':', '\n', '|', '', '&', '-', ',', ';', '_', '/', ' ');

const signatureNames = fc.constantFrom(
  'signature',
  'sig',
  'hmac',
  'hmac-sha256',
  'webhook-signature',
  'digest',
  'auth',
);
const timeNames = fc.constantFrom('timestamp', 'time', 'request-timestamp', 'date', 'ts', 'sent-at');
const idNames = fc.constantFrom('id', 'request-id', 'event-id', 'delivery', 'message-id', 'idempotency-key');

type PartName =
  | 'body'
  | 'digest'
  | 'digestBytes'
  | 'timestamp'
  | 'id'
  | 'nonce'
  | 'header'
  | 'method'
  | 'path'
  | 'query'
  | 'sorted'
  | 'url'
  | 'host'
  | 'form';

const parts = fc
  .record({
    body: fc.oneof(
      { weight: 10, arbitrary: fc.constant<PartName>('body') },
      { weight: 2, arbitrary: fc.constant<PartName>('digest') },
      { weight: 1, arbitrary: fc.constant<PartName>('digestBytes') },
      { weight: 1, arbitrary: fc.constant<PartName>('form') },
    ),
    others: fc.subarray<PartName>(['timestamp', 'id', 'nonce', 'header', 'method'], { maxLength: 3 }),
    address: fc.oneof(
      { weight: 6, arbitrary: fc.constant<readonly PartName[]>([]) },
      {
        weight: 4,
        arbitrary: fc.constantFrom<readonly PartName[]>(
          ['path'],
          ['url'],
          ['path', 'query'],
          ['sorted'],
          ['host', 'path'],
        ),
      },
    ),
  })
  .chain(({ body, others, address }) => {
    // Two texts beside time and method: more no sender signs.
    const texts = others.filter((name) => ['id', 'nonce', 'header'].includes(name)).slice(0, 2);
    const rest = others.filter((name) => !['id', 'nonce', 'header'].includes(name));
    const all = [body, ...rest, ...texts, ...address].slice(0, 5);
    return fc.shuffledSubarray(all, { minLength: all.length });
  });

const FIELDS: Readonly<Record<PartName, string>> = {
  body: '{body}',
  digest: '{body:sha256:hex}',
  digestBytes: '{body:sha256:bytes}',
  form: '{form:sorted}',
  timestamp: '{timestamp}',
  id: '{id}',
  nonce: '{nonce}',
  header: '{header:x-topic}',
  method: '{method}',
  path: '{path}',
  query: '{query}',
  sorted: '{query:sorted}',
  url: '{url}',
  host: '{host}',
};

/** Once in eight. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

const place = (header: string, name: string, hasForm: boolean): fc.Arbitrary<RawOptions> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant({ header }) },
    { weight: 1, arbitrary: fc.constant({ query: name }) },
    { weight: 2, arbitrary: fc.constant(hasForm ? { field: name } : { member: name }) },
  );

/** A declaration, its key, and two requests to sign by it. */
export const randomDeclaration: fc.Arbitrary<RandomDeclaration> = fc
  .record({
    algorithm,
    parts,
    separator,
    other: seldom(fc.record({ at: fc.nat({ max: 3 }), separator })),
    literal: seldom(fc.constantFrom('v0', 'v1')),
    word,
    names: fc.tuple(signatureNames, timeNames, idNames),
    hasForm: fc.nat({ max: 5 }).map((n) => n === 0),
    encoding: fc.constantFrom('hex', 'hex', 'hex-any-case', 'base64', 'base64', 'base64url'),
    written: fc.constantFrom('plain', 'plain', 'prefix', 'list'),
    prefix: fc.constantFrom('sha256=', 'v1=', 'hmac ', 'Signature: ', 'v0:'),
    list: fc.constantFrom(
      { separator: ',', assign: '=' },
      { separator: ';', assign: '=' },
      { separator: ' ', assign: ',' },
      { separator: ',', assign: ':' },
    ),
    unit: fc.constantFrom('s', 's', 'ms', 'rfc3339'),
    keyText: secretText,
    keyBytes: fc.uint8Array({ minLength: 24, maxLength: 40 }),
    keyEncoding: fc.constantFrom('utf8', 'utf8', 'base64', 'hex', 'base64url', 'whsec'),
    method: fc.constantFrom('POST', 'POST', 'PUT', 'PATCH'),
    path: fc.constantFrom('/hook', '/webhooks/acme', '/v1/events/42'),
    requests: fc.tuple(randomRequest, randomRequest),
  })
  .chain((draft) => {
    const hasForm = draft.hasForm || draft.parts.includes('form');
    const [signatureName, timeName, idName] = draft.names;
    return fc
      .tuple(
        place(`x-${draft.word}-${signatureName}`, signatureName.replace(/-/g, '_'), hasForm),
        place(`x-${draft.word}-${timeName}`, timeName.replace(/-/g, '_'), hasForm),
        place(`${draft.word}-${idName}`, `${idName.replace(/-/g, '_')}`, hasForm),
        place(`x-${draft.word}-nonce`, 'nonce', hasForm),
        fc.boolean(),
      )
      .map(([signature, timestamp, idPlace, nonce, isItem]) =>
        declarationOf({ ...draft, hasForm }, { signature, timestamp, id: idPlace, nonce, isItem }),
      );
  });

interface Draft {
  readonly algorithm: string;
  readonly parts: readonly PartName[];
  readonly separator: string;
  readonly other: { readonly at: number; readonly separator: string } | null;
  readonly literal: string | null;
  readonly hasForm: boolean;
  readonly encoding: string;
  readonly written: string;
  readonly prefix: string;
  readonly list: RawOptions;
  readonly unit: string;
  readonly keyText: string;
  readonly keyBytes: Uint8Array;
  readonly keyEncoding: string;
  readonly method: string;
  readonly path: string;
  readonly requests: readonly [RandomRequest, RandomRequest];
}

interface Places {
  readonly signature: RawOptions;
  readonly timestamp: RawOptions;
  readonly id: RawOptions;
  readonly nonce: RawOptions;
  readonly isItem: boolean;
}

function declarationOf(draft: Draft, places: Places): RandomDeclaration {
  const inHeader = 'header' in places.signature;
  const hasList = draft.written === 'list' && inHeader;
  const isItem = hasList && places.isItem && draft.parts.includes('timestamp') && draft.unit !== 'rfc3339';
  const has = (name: PartName): boolean => draft.parts.includes(name);
  return {
    scheme: {
      algorithm: draft.algorithm,
      signature: {
        ...places.signature,
        encoding: draft.encoding,
        ...(draft.written === 'prefix' && { prefix: draft.prefix }),
        ...(hasList && { list: { ...draft.list, labels: ['v1'] } }),
      },
      message: messageOf(draft),
      ...(has('timestamp') && {
        timestamp: { ...(isItem ? { item: 't' } : places.timestamp), unit: draft.unit },
      }),
      ...(has('id') && { id: places.id }),
      ...(has('nonce') && { nonce: places.nonce }),
    },
    ...keyOf(draft),
    method: draft.method,
    path: draft.path,
    requests: draft.requests,
    hasForm: draft.hasForm,
  };
}

function messageOf({ parts: names, separator: usual, other, literal }: Draft): string {
  // Who writes a version first signs little more: Slack time and body.
  const hasLiteral = literal !== null && names.length <= 3;
  const pieces = [...(hasLiteral ? [literal] : []), ...names.map((name) => FIELDS[name])];
  return pieces
    .map((piece, at) => {
      const between = other !== null && at === other.at ? other.separator : usual;
      return at === 0 ? piece : `${between}${piece}`;
    })
    .join('');
}

function keyOf({
  algorithm: name,
  keyText,
  keyBytes,
  keyEncoding,
}: Draft): Pick<RandomDeclaration, 'key' | 'secret'> {
  const pair = pairOf(name);
  if (pair) return { key: { secret: pair.privatePem }, secret: pair.publicPem };
  const bytes = Buffer.from(keyBytes);
  switch (keyEncoding) {
    case 'utf8':
      return { key: { secret: keyText }, secret: keyText };
    case 'whsec':
      return {
        key: { secret: bytes.toString('base64'), encoding: 'base64' },
        secret: `whsec_${bytes.toString('base64')}`,
      };
    default: {
      const encoding = keyEncoding as 'base64' | 'base64url' | 'hex';
      const secret = bytes.toString(encoding);
      return { key: { secret, encoding }, secret };
    }
  }
}
