/** What a program does to sign and send a request, whatever its language: made of a gate’s recipe. */
import type { RecipePlace, SigningRecipe } from '@countersign/core/internal/signing-recipe';
import { isSetByClient } from './client-headers.ts';
import { derivedOf } from './derived-variables.ts';
import { memberTexts } from './member-texts.ts';
import type { Atom, Computed, Derived, PlacedPart, PlanVariable } from './plan-parts.ts';
import { type PlanSignatureEncoding, WRITTEN_SIGNATURES } from './written-signatures.ts';

/** What puts a part into the request. */
export type Put =
  | { readonly kind: 'header' | 'query' | 'field'; readonly name: string; readonly value: readonly Atom[] }
  /** Adds members to the JSON object: `value` is their source text, without a comma before it. */
  | { readonly kind: 'member'; readonly value: readonly Atom[] };

/** A signature’s algorithm: core’s, and the one that only tokens have. */
export type PlanAlgorithm = SigningRecipe['algorithm'] | 'ecdsa-p521-sha512';

/** How a key’s text becomes bytes. */
export type PlanEncoding = 'utf8' | 'base64' | 'base64url' | 'hex' | 'base32';

export interface SigningPlan {
  readonly method: string;
  readonly url: string;
  /** Whether it has a body, from standard input. */
  readonly hasBody: boolean;
  /** Of the body. */
  readonly contentType: string;
  /** Headers that the message covers and nothing else sets, with sample values. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly algorithm: PlanAlgorithm;
  /** Absent: a private key in a PEM file. */
  readonly secret?: { readonly encoding: PlanEncoding; readonly prefix: string };
  readonly timestamp?: 's' | 'ms' | 'rfc3339';
  readonly hasId: boolean;
  readonly hasNonce: boolean;
  /** Before the message is made. */
  readonly puts: readonly Put[];
  readonly derived: readonly Derived[];
  /** In this order, behind what is derived. */
  readonly computed: readonly Computed[];
  readonly message: readonly Atom[];
  readonly encoding: PlanSignatureEncoding;
  /** The signature as it stands at its place. */
  readonly signatureText: readonly Atom[];
  readonly signaturePut: Put;
}

export interface PlanInput {
  readonly recipe: SigningRecipe;
  readonly method: string;
  readonly url: string;
  readonly keyEncoding: string | undefined;
  /** What the request names its key by; undefined where it names none. */
  readonly keyId: string | undefined;
}

const FORM = 'application/x-www-form-urlencoded';

/** Why there is none is a sentence. */
export function signingPlan(input: PlanInput): SigningPlan | string {
  const { recipe, method, url } = input;
  const { encoding } = WRITTEN_SIGNATURES[recipe.signature.encoding];
  if (encoding === undefined) return 'The signature is written in a way that these programs do not have.';
  const secret = secretOf(input);
  if (typeof secret === 'string') return secret;
  const pieces = recipe.message;
  const fields = new Set(pieces.flatMap((piece) => ('field' in piece ? [piece.field] : [])));
  const isForm =
    fields.has('form:sorted') ||
    recipe.body === 'sorted-form-lines' ||
    placesOf(recipe).some((place) => place?.kind === 'field');
  const contentType = isForm ? FORM : 'application/json';
  const hasBody = !BODILESS.includes(method);
  if (!hasBody && (isForm || placesOf(recipe).some((place) => place?.kind === 'member'))) {
    return `A ${method} request has no body, and a part of the proof stands in the body: send it with POST, if the gate takes that.`;
  }
  const clientHeader = [...fields].find(
    (field) => field.startsWith('header:') && isSetByClient(field.slice(7)),
  );
  if (clientHeader !== undefined) {
    return `The signature covers the header ${clientHeader.slice(7)}, which HTTP clients set or leave out themselves: read what yours sends, and sign that.`;
  }
  const parts = partsOf(input, fields);
  const puts = putsOf(parts, recipe.signature.place);
  const digestPlace = recipe.bodyDigest && !isForm ? recipe.bodyDigest : undefined;
  if (digestPlace?.kind === 'member' || digestPlace?.kind === 'field') {
    return 'The digest of the body stands in the body itself.';
  }
  if (digestPlace)
    puts.push({
      kind: digestPlace.kind === 'query' ? 'query' : 'header',
      name: digestPlace.name,
      value: [{ variable: 'digest' }],
    });
  const named = [...fields].flatMap((field) => (field.startsWith('header:') ? [field.slice(7)] : []));
  const headers = sampleHeaders({ named, puts, contentType, hasBody });
  const set = new Map<string, readonly Atom[]>([
    ['content-type', [{ text: contentType }]],
    ['content-length', [{ variable: 'length' }]],
    ['host', [{ text: new URL(url).host }]],
    ...headers.map(([name, value]): [string, readonly Atom[]] => [name, [{ text: value }]]),
    ...puts.flatMap((put): [string, readonly Atom[]][] =>
      put.kind === 'header' ? [[put.name, put.value]] : [],
    ),
  ]);
  const origin = recipe.origin ?? `https://${new URL(url).host}`;
  const message = pieces.flatMap((piece) =>
    'text' in piece ? [{ text: piece.text }] : atomsOf(piece.field, { recipe, method, origin, set }),
  );
  const signatureText = signatureTextOf(recipe);
  return {
    method,
    url,
    hasBody,
    contentType,
    headers,
    algorithm: recipe.algorithm,
    ...(secret && { secret }),
    ...(recipe.timestamp && { timestamp: recipe.timestamp.unit }),
    hasId: parts.some(({ value }) => isVariable(value, 'id')),
    hasNonce: parts.some(({ value }) => isVariable(value, 'nonce')),
    puts,
    derived: derivedOf([...message, ...puts.flatMap(({ value }) => value)]),
    computed: [],
    message,
    encoding,
    signatureText,
    signaturePut: signaturePutOf(recipe, parts, signatureText),
  };
}

/** Methods whose requests are sent without one. */
export const BODILESS: readonly string[] = ['GET', 'HEAD'];

function placesOf({ signature, timestamp, id, nonce }: SigningRecipe): readonly (RecipePlace | undefined)[] {
  return [signature.place, timestamp?.place, id, nonce];
}

const ENCODINGS: readonly PlanEncoding[] = ['utf8', 'base64', 'base64url', 'hex', 'base32'];

/** Undefined for a private key; a sentence where no program reads such a secret. */
function secretOf({ recipe, keyEncoding }: PlanInput): SigningPlan['secret'] | string {
  if (!recipe.algorithm.startsWith('hmac-')) return undefined;
  return readSecret(recipe.key, keyEncoding);
}

/** @param keyEncoding what the gate’s key says; else the scheme’s */
export function readSecret(
  { encoding: usual, prefix = '' }: SigningRecipe['key'],
  keyEncoding: string | undefined,
): NonNullable<SigningPlan['secret']> | string {
  const isPrefixed = keyEncoding === undefined || keyEncoding === 'prefixed';
  const text = isPrefixed ? usual : keyEncoding;
  const encoding = ENCODINGS.find((candidate) => candidate === text);
  if (encoding === undefined)
    return `The secret is a ${text}, which these programs do not read: take its bytes, and sign with them.`;
  return { encoding, prefix: isPrefixed ? prefix : '' };
}

function partsOf({ recipe, keyId }: PlanInput, fields: ReadonlySet<string>): readonly PlacedPart[] {
  const { timestamp, id, nonce, keyId: keyPlace } = recipe;
  return [
    ...(timestamp
      ? [
          {
            place: timestamp.place,
            value: [{ variable: 'timestamp' }],
            isNumber: timestamp.isNumber,
          } as const,
        ]
      : []),
    ...(id && fields.has('id') ? [{ place: id, value: [{ variable: 'id' }] } as const] : []),
    ...(nonce && fields.has('nonce') ? [{ place: nonce, value: [{ variable: 'nonce' }] } as const] : []),
    ...(keyPlace && keyId !== undefined ? [{ place: keyPlace, value: [{ text: keyId }] }] : []),
  ];
}

/** Those that stand where the signature does come with it: what holds the signature is no part of the message. */
function isWithSignature({ place }: PlacedPart, signature: RecipePlace): boolean {
  return place.kind === 'member' && signature.kind === 'member' && place.names[0] === signature.names[0];
}

function putsOf(parts: readonly PlacedPart[], signature: RecipePlace): Put[] {
  const before = parts.filter((part) => !isWithSignature(part, signature));
  const members = before.filter(({ place }) => place.kind === 'member');
  return [
    ...before.flatMap(({ place, value }): Put[] =>
      place.kind === 'member' || place.kind === 'item' ? [] : [{ kind: place.kind, name: place.name, value }],
    ),
    ...(members.length > 0 ? [{ kind: 'member', value: memberTexts(members) } as const] : []),
  ];
}

function signaturePutOf(
  { signature }: SigningRecipe,
  parts: readonly PlacedPart[],
  value: readonly Atom[],
): Put {
  const { place } = signature;
  if (place.kind === 'member') {
    const beside = parts.filter((part) => isWithSignature(part, place));
    return { kind: 'member', value: memberTexts([...beside, { place, value }]) };
  }
  return { kind: place.kind === 'item' ? 'header' : place.kind, name: place.name, value };
}

function signatureTextOf({ signature, timestamp }: SigningRecipe): readonly Atom[] {
  const { list, prefix } = signature;
  if (!list) return [...literal(prefix), { variable: 'signature' }];
  const time = timestamp?.place.kind === 'item' ? timestamp.place.name : undefined;
  return [
    ...(time === undefined
      ? []
      : [{ text: `${time}${list.assign}` }, { variable: 'timestamp' } as const, { text: list.separator }]),
    { text: `${list.label}${list.assign}` },
    { variable: 'signature' },
  ];
}

function literal(text: string): readonly Atom[] {
  return text === '' ? [] : [{ text }];
}

function isVariable([atom]: readonly Atom[], name: PlanVariable): boolean {
  return atom !== undefined && 'variable' in atom && atom.variable === name;
}

/** A header that is signed and that nobody sets is sent with a sample. @param named lower-case names */
export function sampleHeaders({
  named,
  puts,
  contentType,
  hasBody,
}: Pick<SigningPlan, 'puts' | 'contentType' | 'hasBody'> & {
  readonly named: readonly string[];
}): SigningPlan['headers'] {
  const set = new Set([
    'host',
    'content-length',
    ...(hasBody ? ['content-type'] : []),
    ...puts.flatMap((put) => (put.kind === 'header' ? [put.name] : [])),
  ]);
  return named
    .filter((name) => !set.has(name))
    .map((name) => [name, ['accept', 'content-type'].includes(name) ? contentType : 'sample']);
}

interface MessageContext {
  readonly recipe: SigningRecipe;
  readonly method: string;
  readonly origin: string;
  /** What each header is sent with. */
  readonly set: ReadonlyMap<string, readonly Atom[]>;
}

function atomsOf(field: string, { recipe, method, origin, set }: MessageContext): readonly Atom[] {
  if (field.startsWith('header:')) return set.get(field.slice(7)) ?? [];
  switch (field) {
    case 'method':
      return [{ text: method }];
    case 'host':
      return [{ text: new URL(origin).host }];
    case 'url':
      return [{ text: origin }, { variable: 'target' }];
    case 'query:sorted':
      return [{ variable: 'sortedQuery' }];
    case 'body':
      return [{ variable: recipe.body === 'sorted-form-lines' ? 'formLines' : 'body' }];
    case 'body:sha256:hex':
      return [{ variable: 'digest' }];
    case 'body:sha256:bytes':
      return [{ variable: 'digestBytes' }];
    case 'form:sorted':
      return [{ variable: 'formText' }];
    case 'timestamp':
    case 'id':
    case 'nonce':
    case 'path':
    case 'query':
      return [{ variable: field }];
    default:
      throw new TypeError(`no program fills {${field}}`);
  }
}
