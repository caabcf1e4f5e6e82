/** Which ready-made providers a request may be of, by its shape alone: nothing is verified. */
import type { ProviderIdChoice } from '../gate.ts';
import type { SignedRequest } from '../model.ts';
import type { RawOptions } from '../options.ts';
import type { Provider } from '../provider.ts';
import { schemeOfProvider } from '../provider-scheme.ts';
import { providers as allProviders, writtenProvider } from '../providers/registry.ts';
import { requestFrom } from '../request-from.ts';
import { Passage, type Scheme } from '../scheme.ts';
import type { JwtFound } from '../schemes/jwt/find-token.ts';
import { isInBody, type PartSource } from '../schemes/part-source.ts';
import { decodeSignature } from '../schemes/signature-text.ts';
import { decodeUtf8 } from '../text/bytes.ts';
import { type FormFault, type FormField, parseForm, parseUrlencoded } from '../text/form.ts';
import { isObject } from '../text/is-object.ts';
import { declaredAs } from './declared.ts';
import { textAt } from './written-signature.ts';

interface Candidate {
  readonly provider: Provider;
  readonly choice: ProviderIdChoice;
  readonly scheme: Scheme;
  /** Where its signature and time stand, if not in headers. */
  readonly places: readonly Place[];
  /** Headers that its senders write beside the proof: of the event’s id and type. */
  readonly besides: readonly string[];
}

/** A place of a proof outside the headers. */
interface Place {
  readonly kind: keyof Names;
  readonly name: string;
  readonly isSignature: boolean;
}

/** What names a request has where a proof may stand. */
interface Names {
  readonly members: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
}

/** A longer body is not parsed. */
const MAX_BODY_BYTES = 128 * 1024;

/** Headers that any client sends, for whatever reason. */
const COMMON_HEADERS: readonly string[] = ['authorization'];

/** A proof that can be read says more than all names of headers together; then each name that only this provider has. */
const POINTS = {
  readable: 100,
  name: 10,
  parsedToken: 5,
  ownClaim: 1,
  commonHeader: 1,
  mark: 1,
  missingName: -1,
  generic: -5,
};

/**
 * The ready-made providers whose requests have this shape, the likeliest first; empty where none fits. It says nothing of who sent the
 * request: each has to be tried with the operator’s keys.
 */
export function rankedProviders(request: SignedRequest): readonly ProviderIdChoice[] {
  const names = namesOf(request);
  return [...candidates(), ...underOtherNames(request)]
    .map((candidate) => ({ candidate, points: pointsOf(candidate, request, names) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ candidate: { choice } }) => choice);
}

/** Of those that sign alike, the one that stands for all. */
const providers = allProviders.filter(({ signsAs }) => signsAs === undefined);

let allCandidates: readonly Candidate[] | undefined;

/** Each with sample values of the options that it cannot do without, made once. */
function candidates(): readonly Candidate[] {
  allCandidates ??= providers.map((provider) => candidateOf(provider, {}));
  return allCandidates;
}

function candidateOf(provider: Provider, options: RawOptions): Candidate {
  const { scheme } = schemeOfProvider(provider, { ...provider.needs, ...options });
  return {
    provider,
    choice: writtenProvider(provider.id, options),
    scheme,
    places: placesOf(scheme),
    besides: besidesOf(scheme),
  };
}

/** Providers whose headers may begin with another word, e.g. `svix-signature`, where the request has all of them under one. */
function underOtherNames({ headers }: SignedRequest): readonly Candidate[] {
  return providers.flatMap((provider) => {
    const prefix = 'prefix' in provider.scheme ? provider.scheme.prefix : undefined;
    if (typeof prefix !== 'string') return [];
    const words = [...headers].flatMap(
      ([name]) => /^([a-z0-9-]{1,64})-signature$/i.exec(name)?.[1]?.toLowerCase() ?? [],
    );
    return [...new Set(words)]
      .slice(0, MAX_WORDS)
      .filter((word) => word !== prefix)
      .map((word) => candidateOf(provider, { headers: word }))
      .filter(({ scheme }) =>
        [...scheme.headers.proof, ...scheme.headers.covered].every((name) => headers.count(name) > 0),
      );
  });
}

/** Of more headers that end with `-signature` the rest are not looked at. */
const MAX_WORDS = 4;

function placesOf(scheme: Scheme): readonly Place[] {
  const ofCertificate = declaredAs(scheme, 'certificate')?.options;
  if (ofCertificate) {
    const { signature, certificate } = ofCertificate;
    return [signature, certificate.member].map((name) => ({
      kind: 'members',
      name,
      isSignature: name === signature,
    }));
  }
  const options = declaredAs(scheme, 'template')?.options;
  return options ? [...proofPlaces(options.signature, true), ...proofPlaces(options.timestamp, false)] : [];
}

function besidesOf(scheme: Scheme): readonly string[] {
  const { id, type } = declaredAs(scheme, 'template')?.options ?? {};
  return [id, type].flatMap((source) => (source && 'header' in source ? [source.header] : []));
}

function proofPlaces(source: PartSource | undefined, isSignature: boolean): readonly Place[] {
  if (source === undefined) return [];
  if ('query' in source) return [{ kind: 'parameters', name: source.query, isSignature }];
  if ('field' in source) return [{ kind: 'fields', name: source.field, isSignature }];
  if ('jsonField' in source) return [{ kind: 'fields', name: source.jsonField, isSignature }];
  if (!('member' in source)) return [];
  return [{ kind: 'members', name: source.member.split('.', 1)[0] ?? '', isSignature }];
}

/** 0 where it does not fit. */
function pointsOf(candidate: Candidate, request: SignedRequest, names: Names): number {
  const { provider, scheme, places, besides } = candidate;
  const { proof, token } = scheme.headers;
  const present = proof.filter((name) => request.headers.count(name) > 0);
  const placed = places.filter(({ kind, name }) => names[kind].has(name));
  // A time in a body is anybody’s.
  if (present.length === 0 && !placed.some(({ isSignature }) => isSignature)) return 0;
  const passage = new Passage(request, 0, scheme.open());
  const fault = scheme.extractHead(passage);
  const ownClaims = ownClaimsOf(scheme);
  const { claims = {} } = (passage.found ?? {}) as Partial<JwtFound>;
  // Which algorithm it is, a gate’s options say; which claims a sender’s tokens have, the sender.
  const isReadable =
    (fault === undefined || fault.reason === 'algorithm-not-allowed') &&
    ownClaims.every((name) => Object.hasOwn(claims, name));
  const own = present.filter((name) => !COMMON_HEADERS.includes(name)).length + placed.length;
  if (!isReadable && own === 0) return 0;
  const absent = besides.filter((name) => request.headers.count(name) === 0).length;
  const missing = proof.length + places.length - present.length - placed.length + absent;
  const points =
    (isReadable ? POINTS.readable + (token.length > 0 ? POINTS.parsedToken : 0) : 0) +
    (isReadable ? POINTS.ownClaim * ownClaims.length : 0) +
    POINTS.name * own +
    POINTS.commonHeader * present.length +
    POINTS.missingName * missing +
    POINTS.mark * (hasMarks(provider, request) || decodes(scheme, request) ? 1 : 0) +
    (provider.isGeneric ? POINTS.generic : 0);
  return Math.max(1, points);
}

/** Whether a signature in the body is written as this provider writes it. */
function decodes(scheme: Scheme, request: SignedRequest): boolean {
  const { signature, keyForms } = declaredAs(scheme, 'template')?.options ?? {};
  const form = keyForms?.[0];
  if (!signature || !form || signature.list || !isInBody(signature)) return false;
  const text = textAt(signature, { request });
  return text !== undefined && decodeSignature(text, signature.encoding, form) instanceof Uint8Array;
}

function hasMarks({ marks = {} }: Provider, { headers }: SignedRequest): boolean {
  const pairs = Object.entries(marks);
  return pairs.length > 0 && pairs.every(([name, value]) => headers.get(name) === value);
}

/** Claims that a sender’s tokens have and others mostly lack. One that binds the body may be absent with it. */
function ownClaimsOf(scheme: Scheme): readonly string[] {
  const { bound = [], requiredValues = {} } = declaredAs(scheme, 'token')?.options ?? {};
  const names = bound.filter((claim) => !claim.mayBeAbsent(EMPTY)).map(({ name }) => name);
  return [...names, ...Object.keys(requiredValues)];
}

const EMPTY: SignedRequest = requestFrom({ method: 'GET', url: '/', headers: {}, body: '' });

function namesOf({ url, body, headers }: SignedRequest): Names {
  const isSmall = body.length <= MAX_BODY_BYTES;
  const mark = url.indexOf('?');
  return {
    members: new Set(isSmall ? memberNames(body) : []),
    fields: fieldNames(isSmall ? parseForm(headers.get('content-type'), body) : []),
    parameters: fieldNames(parseUrlencoded(mark < 0 ? '' : url.slice(mark + 1))),
  };
}

function fieldNames(fields: readonly FormField[] | FormFault): ReadonlySet<string> {
  return new Set('fault' in fields ? [] : fields.map(({ name }) => name));
}

function memberNames(body: Uint8Array): readonly string[] {
  try {
    const value: unknown = JSON.parse(decodeUtf8(body) ?? '');
    return isObject(value) ? Object.keys(value) : [];
  } catch {
    return [];
  }
}
