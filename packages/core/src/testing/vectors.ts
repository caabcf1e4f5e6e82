/** Runs test vectors against a gate, and derives from each accepted one the requests that must be refused. */
import { createGate } from '../create-gate.ts';
import type { GateOptions } from '../gate.ts';
import { describeGiven, memberOf } from '../given.ts';
import { HeaderList } from '../headers.ts';
import type { MaybePromise, SignedRequest, Verdict } from '../model.ts';
import { findProvider, writtenProvider, writtenScheme } from '../providers/registry.ts';
import type { RefusalReason, Step } from '../refusals.ts';
import { requestFrom } from '../request-from.ts';
import { SetupError } from '../setup-error.ts';
import { utf8 } from '../text/bytes.ts';
import { decodeBase64 } from '../text/encodings.ts';

/** One case of a vector file. `now` is Unix seconds. */
export interface VectorCase {
  readonly name?: string;
  readonly id?: string;
  readonly method: string;
  readonly url: string;
  /** A list is a field of several lines. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly bodyBase64: string;
  readonly secret?: string;
  readonly publicKey?: string;
  /** Further keys of the ring: of a rotation. */
  readonly otherSecrets?: readonly string[];
  readonly keyId?: string;
  /** A certificate, and the only address at which it is served: where the request names one, in place of a key. */
  readonly certificatePem?: string;
  readonly certificateUrl?: string;
  /** Documents by the only addresses at which they are served: keys, say, where the request says whose it is, in place of a key. */
  readonly published?: Readonly<Record<string, string>>;
  /** Of the key’s text, where it is not the scheme’s own. */
  readonly encoding?: 'base64';
  readonly now: number;
  readonly expect: 'accept' | 'reject';
  /** Of a `reject`. */
  readonly reason?: RefusalReason;
  readonly step?: Step;
  /** For people: what was done to the request. */
  readonly why?: string;
  readonly binding?: string;
  /** The provider’s options. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Default: the file’s `scheme`. */
  readonly provider?: string;
}

/** A file of test vectors, as JSON: its form is `vectors/schema.json`. */
export interface VectorFile {
  readonly scheme: string;
  /** Of a declared scheme: then `scheme` is a name and no provider. */
  readonly declaration?: Readonly<Record<string, unknown>>;
  readonly cases: readonly VectorCase[];
}

/** The request of a case. @throws SetupError where it is none: its body no base64, say. */
export function requestOf(vector: VectorCase): SignedRequest {
  const text = memberOf(vector, 'bodyBase64');
  const body = typeof text === 'string' ? decodeBase64(text) : undefined;
  if (!body) {
    throw new SetupError(
      'vector.bodyBase64',
      `it is ${describeGiven(text)}, not base64`,
      'Give the body’s bytes in base64, padded.',
    );
  }
  return requestFrom({ method: vector.method, url: vector.url, headers: vector.headers, body });
}

/** The gate’s options that a case asks for: provider or declared scheme, keys, the clock that stands still at `now`. */
export function gateOptionsOf(
  { scheme, declaration }: Pick<VectorFile, 'scheme' | 'declaration'>,
  vector: VectorCase,
): GateOptions {
  const provider = vector.provider ?? scheme;
  const { secret, publicKey, otherSecrets = [], keyId, encoding, binding, options, now } = vector;
  const { certificateUrl, published } = vector;
  const fetchesKeys = secret === undefined && (certificateUrl !== undefined || published !== undefined);
  return {
    ...(declaration
      ? { scheme: writtenScheme(declaration) }
      : {
          provider: writtenProvider(provider, {
            ...findProvider(provider)?.needs,
            ...options,
            ...(binding && { binding }),
          }),
        }),
    ...(fetchesKeys
      ? { fetch: serving(vector) }
      : {
          keys: [secret ?? publicKey ?? '', ...otherSecrets].map((text) => ({
            secret: text,
            ...(keyId && { id: keyId }),
            ...(encoding && { encoding }),
          })),
        }),
    // Some platforms' own examples are signed with one.
    allowShortKey: true,
    now: () => now * 1000,
  };
}

/** In place of the network: what the case says is published. */
function serving({ certificatePem, certificateUrl, published = {} }: VectorCase): typeof globalThis.fetch {
  const documents = new Map(Object.entries(published));
  if (certificateUrl !== undefined) documents.set(certificateUrl, certificatePem ?? '');
  return async (address) => {
    const text = documents.get(String(address));
    return text === undefined ? new Response(null, { status: 404 }) : new Response(text);
  };
}

/** Judges a request with the keys and the clock of a case. */
export function judgeVector(
  provider: string,
  vector: VectorCase,
  change: { readonly request?: SignedRequest; readonly nowMs?: number; readonly secret?: string } = {},
): MaybePromise<Verdict> {
  const { secret = vector.secret, nowMs = vector.now * 1000 } = change;
  const gate = createGate({
    ...gateOptionsOf({ scheme: provider }, { ...vector, provider, ...(secret !== undefined && { secret }) }),
    now: () => nowMs,
  });
  return gate.verify(change.request ?? requestOf(vector));
}

/** A request made from an accepted one that must be refused. */
export interface Negative {
  readonly name: string;
  readonly request: SignedRequest;
  /** The reasons that may be given; any where absent. */
  readonly reasons?: readonly RefusalReason[];
}

/** What the negatives of a scheme depend on. */
export interface NegativeOptions {
  /** Lower-case names of the headers with the proof; none where it is in the body. */
  readonly proofHeaders: readonly string[];
  /** Whether the proof covers the body's bytes. */
  readonly coversBody: boolean;
  /** Names of the members of a JSON body that it covers, and of that which holds it, where it covers no others. */
  readonly members?: readonly string[];
}

/**
 * The negatives of an accepted case: one bit of each class flipped in body and proof, truncation, doubled and missing
 * proof. A body that is read in several ways may survive white-space changes, so only bits of letters and digits count.
 */
export function deriveNegatives(
  vector: VectorCase,
  { proofHeaders, coversBody, members = [] }: NegativeOptions,
): readonly Negative[] {
  const request = requestOf(vector);
  const negatives: Negative[] = members.flatMap((name) => memberNegatives(request, name));
  if (coversBody && request.body.length > 0) negatives.push(...bodyNegatives(request));
  // A nonce, say, is in some requests and not in others.
  const present = proofHeaders.filter((name) => request.headers.count(name) > 0);
  for (const name of present) negatives.push(...headerNegatives(request, name));
  return negatives;
}

/** The member otherwise, of another type, and gone; none of a body that is a form. */
function memberNegatives(request: SignedRequest, name: string): readonly Negative[] {
  const json = jsonOf(request);
  const text = memberOf(json, name);
  if (typeof text !== 'string') return [];
  return [`${text}A`, text.slice(1), text.slice(0, -1), 7, null, undefined].map((value) => ({
    name: `member ${name} as ${value}`,
    request: { ...request, body: utf8(JSON.stringify({ ...(json as object), [name]: value })) },
  }));
}

function jsonOf({ body }: SignedRequest): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** Bits to flip: the lowest, one in the middle, the highest (which makes a byte that is no ASCII). */
const BITS = [1, 16, 128];

const EQUALS = 0x3d;

function bodyNegatives(request: SignedRequest): Negative[] {
  const { body } = request;
  const letters = [...body.keys()].filter((i) => /[A-Za-z0-9]/.test(String.fromCharCode(body[i] as number)));
  const places = [...new Set([letters[0], letters[Math.floor(letters.length / 2)], letters.at(-1)])];
  const flips = places.flatMap((at) => {
    if (at === undefined) return [];
    return BITS.map((bit) => {
      const changed = Uint8Array.from(body);
      changed[at] = (changed[at] as number) ^ bit;
      return { name: `body byte ${at} ^ ${bit}`, request: { ...request, body: changed } };
    });
  });
  return [
    ...flips,
    // A form’s last field is as empty without its =.
    ...(body.at(-1) === EQUALS
      ? []
      : [{ name: 'body without its last byte', request: { ...request, body: body.subarray(0, -1) } }]),
    { name: 'body with a byte more', request: { ...request, body: Uint8Array.from([...body, 0x78]) } },
  ];
}

const MISSING = ['missing-signature', 'missing-token', 'missing-timestamp', 'missing-part'] as const;
const MALFORMED = ['malformed-signature', 'malformed-token', 'malformed-timestamp', 'missing-part'] as const;

function headerNegatives(request: SignedRequest, name: string): Negative[] {
  const value = request.headers.get(name) ?? '';
  const withValue = (text: string): SignedRequest => ({
    ...request,
    headers: request.headers.with(name, text),
  });
  const without = new HeaderList([...request.headers].filter(([n]) => n.toLowerCase() !== name).flat());
  const places = [...new Set([value.length - 1, value.length - 9, Math.floor(value.length / 2)])];
  const flips = places.flatMap((at) =>
    [1, 2, 16].map((bit) => {
      const flipped = String.fromCharCode(value.charCodeAt(at) ^ bit);
      return {
        name: `${name} character ${at} ^ ${bit}`,
        request: withValue(value.slice(0, at) + flipped + value.slice(at + 1)),
      };
    }),
  );
  const doubled = new HeaderList([...request.headers.flat, name, value]);
  return [
    ...flips,
    {
      name: `${name} cut by one`,
      request: withValue(value.slice(0, -1)),
      reasons: [...MALFORMED, 'signature-mismatch', 'expired'],
    },
    {
      name: `${name} missing`,
      request: { ...request, headers: without },
      reasons: MISSING,
    },
    { name: `${name} empty`, request: withValue(''), reasons: MISSING },
    {
      name: `${name} twice`,
      request: { ...request, headers: doubled },
      reasons: MALFORMED,
    },
  ];
}
