/** The key ring: the keys a gate accepts, each with an id, a state and a validity window. */
import { backend } from '#crypto';
import type { Algorithm, KeyMaterial, ProofKey } from './crypto/backend.ts';
import type { MaybePromise } from './model.ts';
import { SetupError } from './setup-error.ts';
import { decodeBase32, decodeBase64, decodeBase64url, decodeHex, utf8 } from './text/bytes.ts';

/** `active` signs and verifies; `next` and `retiring` verify only; `revoked` does neither. */
export type KeyState = 'active' | 'next' | 'retiring' | 'revoked';

/** How a key's text becomes bytes. `prefixed` is the scheme's own form, e.g. `whsec_…`. */
export type KeyEncoding =
  | 'utf8'
  | 'base64'
  | 'base64url'
  | 'hex'
  | 'base32'
  | 'pem'
  /** One JSON Web Key: a secret’s (`oct`) for HMAC, a public or private one for tokens of those. */
  | 'jwk'
  /** A set of JSON Web Keys, of which a token’s `kid` chooses. */
  | 'jwks'
  | 'prefixed';

export const KEY_ENCODINGS: readonly KeyEncoding[] = [
  'utf8',
  'base64',
  'base64url',
  'hex',
  'base32',
  'pem',
  'jwk',
  'jwks',
  'prefixed',
];

export interface KeySpec {
  /** Default `key-1`, `key-2`, … by position. */
  readonly id?: string;
  readonly secret: string | Uint8Array;
  /** Default: the scheme's. */
  readonly encoding?: KeyEncoding;
  /** Default `active`. */
  readonly state?: KeyState;
  /** Milliseconds since the epoch; the key is not accepted before. */
  readonly fromMs?: number;
  /** Milliseconds since the epoch; the key is not accepted from then on. */
  readonly untilMs?: number;
}

/** What an operator may see of a key. */
export interface KeyInfo {
  readonly id: string;
  readonly state: KeyState;
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** Length of a secret's bytes; absent for public and private keys. */
  readonly bytes?: number;
  /** Requests that this key proved since the start. */
  readonly hits: number;
  /** E.g. that the key is short. */
  readonly warnings: readonly string[];
}

/** One form of a scheme's keys. Where a scheme has several, a key's prefix tells which it is. */
export interface KeyForm {
  readonly algorithm: Algorithm;
  /** Which of the scheme's signature labels this key proves; 0 where there is one. */
  readonly variant: number;
  readonly kind: KeyMaterial['kind'];
  readonly encoding: Exclude<KeyEncoding, 'prefixed'>;
  /** Cut off before decoding, e.g. `whsec_`. */
  readonly prefix?: string;
}

/** A key of the ring, as the pipeline uses it. */
export interface RingKey {
  readonly info: KeyInfo;
  /** Whether its id was given, and so means something to the other side. */
  readonly isNamed: boolean;
  readonly variant: number;
  readonly proof: ProofKey;
  hit(): void;
}

export interface KeyRing {
  /** Every key with its hits, in configured order. */
  list(): readonly KeyInfo[];
  /** The keys that may prove a request now; only those of that name when an id is given. A promise where they are fetched. */
  usable(nowMs: number, id?: string): MaybePromise<readonly RingKey[]>;
  /** Why keys that are fetched could not be had; undefined where they are there. */
  outage(): string | undefined;
  /** The first active key that may sign now. @throws SetupError where there is none. */
  signing(nowMs: number): RingKey;
}

/** A secret shorter than this is warned of: RFC 2104 §3 discourages keys shorter than the digest. */
const SHORT_KEY_BYTES = 16;

/** More keys than this make every forgery expensive. */
export const MAX_KEYS: number = 16;

/**
 * Builds a ring.
 * @throws SetupError for no keys, an empty one, one that does not decode, two of one id, more than 16.
 */
export function createKeyRing(specs: readonly (string | KeySpec)[], forms: readonly KeyForm[]): KeyRing {
  if (specs.length === 0) throw new SetupError('keys', 'the gate has no keys', 'Give at least one.');
  if (specs.length > MAX_KEYS) {
    throw new SetupError(
      'keys',
      `${specs.length} keys are too many`,
      `Remove revoked ones: at most ${MAX_KEYS}.`,
    );
  }
  const keys = specs.map((spec, i) =>
    createRingKey(typeof spec === 'string' ? { secret: spec } : spec, forms, i),
  );
  const ids = new Set<string>();
  for (const [i, { info }] of keys.entries()) {
    if (ids.has(info.id))
      throw new SetupError(`keys[${i}].id`, `"${info.id}" occurs twice`, 'Give each key its own id.');
    ids.add(info.id);
  }
  const inState = keys.filter(({ info }) => info.state !== 'revoked');
  const windowed = inState.some(({ info }) => info.fromMs !== undefined || info.untilMs !== undefined);
  const usable = (nowMs: number): readonly RingKey[] =>
    windowed ? inState.filter(({ info }) => isWithin(info, nowMs)) : inState;
  return {
    list: () => keys.map(({ info }) => ({ ...info })),
    usable: (nowMs, id) =>
      id === undefined ? usable(nowMs) : usable(nowMs).filter(({ info }) => info.id === id),
    outage: () => undefined,
    signing(nowMs) {
      const key = usable(nowMs).find(({ info }) => info.state === 'active');
      if (key === undefined) {
        throw new SetupError(
          'keys',
          'no key is active and within its validity',
          'Set one key’s state to active.',
        );
      }
      return key;
    },
  };
}

/** Whether a key is within its validity. */
export function isWithin(info: KeyInfo, nowMs: number): boolean {
  return (
    nowMs >= (info.fromMs ?? Number.NEGATIVE_INFINITY) && nowMs < (info.untilMs ?? Number.POSITIVE_INFINITY)
  );
}

function createRingKey(spec: KeySpec, forms: readonly KeyForm[], index: number): RingKey {
  const option = `keys[${index}].secret`;
  const { form, material } = importKey(spec, forms, option);
  const warnings: string[] = [];
  if (material.kind === 'secret' && material.bytes.length < SHORT_KEY_BYTES) {
    warnings.push(`the key is ${material.bytes.length} bytes long; at least ${SHORT_KEY_BYTES} are advised`);
  }
  const info = {
    id: spec.id ?? `key-${index + 1}`,
    state: spec.state ?? 'active',
    ...(spec.fromMs !== undefined && { fromMs: spec.fromMs }),
    ...(spec.untilMs !== undefined && { untilMs: spec.untilMs }),
    ...(material.kind === 'secret' && { bytes: material.bytes.length }),
    hits: 0,
    warnings,
  };
  return {
    info,
    isNamed: spec.id !== undefined,
    variant: form.variant,
    proof: createProof(form.algorithm, material, option),
    hit: () => {
      info.hits++;
    },
  };
}

function createProof(algorithm: Algorithm, material: KeyMaterial, option: string): ProofKey {
  let proof: ReturnType<typeof backend.createProofKey>;
  try {
    proof = backend.createProofKey(algorithm, material);
  } catch (error) {
    // The runtime's own words may quote the key: only our own pass.
    const known =
      error instanceof Error && error.message.startsWith(algorithm)
        ? error.message
        : `it is no key for ${algorithm}`;
    throw new SetupError(option, known, 'Compare the key with the provider’s page.');
  }
  if (!(proof instanceof Promise)) return proof;
  const pending = proof;
  // A key that does not import is reported by every use; without this line it would also end the process.
  pending.catch(() => {});
  return {
    find: (message, signatures) => pending.then((key) => key.find(message, signatures)),
    sign: (message) => pending.then((key) => key.sign(message)),
  };
}

interface ImportedKey {
  readonly form: KeyForm;
  readonly material: KeyMaterial;
}

function importKey(spec: KeySpec, forms: readonly KeyForm[], option: string): ImportedKey {
  const { secret } = spec;
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
    throw new SetupError(option, 'there is no secret', 'Give the key’s text or bytes.');
  }
  const isBlank = typeof secret === 'string' ? secret.trim() === '' : secret.every((byte) => byte <= 0x20);
  if (isBlank) {
    throw new SetupError(
      option,
      'the secret is empty or only white space',
      'Set it; an unset environment variable is the usual cause.',
    );
  }
  if (typeof secret !== 'string') {
    const form = forms.find(({ prefix }) => prefix === undefined) ?? (forms[0] as KeyForm);
    return { form, material: materialOf(form, secret) };
  }
  const encoding = spec.encoding === 'prefixed' ? undefined : spec.encoding;
  if (encoding === 'pem' || (encoding === undefined && secret.trimStart().startsWith('-----BEGIN '))) {
    return importPem(secret, forms, option);
  }
  const prefixed = forms.find(({ prefix }) => prefix !== undefined && secret.startsWith(prefix));
  if (spec.encoding === 'prefixed' && prefixed === undefined) {
    const known = forms.flatMap(({ prefix }) => prefix ?? []).join(', ');
    throw new SetupError(
      option,
      'the key lacks its prefix',
      known ? `Known prefixes: ${known}.` : 'This scheme has none.',
    );
  }
  const form = encoding === undefined ? (prefixed ?? (forms[0] as KeyForm)) : (forms[0] as KeyForm);
  const text = encoding === undefined && prefixed ? secret.slice((prefixed.prefix as string).length) : secret;
  const bytes = decodeKeyText(text, encoding ?? form.encoding);
  if (bytes === undefined || bytes.length === 0) {
    throw new SetupError(
      option,
      `the text is no ${encoding ?? form.encoding}`,
      'Set keys[].encoding to the text’s real encoding.',
    );
  }
  return { form, material: materialOf(form, bytes) };
}

function materialOf(form: KeyForm, bytes: Uint8Array): KeyMaterial {
  if (form.kind === 'secret') return { kind: 'secret', bytes };
  // Standard Webhooks' whsk_ keys are seed ‖ public key.
  if (form.kind === 'private' && form.algorithm === 'ed25519' && bytes.length === 64) {
    return { kind: 'private', format: 'raw', bytes: bytes.subarray(0, 32) };
  }
  const isRaw = form.algorithm === 'ed25519' && bytes.length === 32;
  return { kind: form.kind, format: isRaw ? 'raw' : 'der', bytes };
}

function importPem(text: string, forms: readonly KeyForm[], option: string): ImportedKey {
  const pem = pemBytes(text);
  const form = forms.find((one) => one.kind !== 'secret');
  if (!pem || form === undefined) {
    throw new SetupError(
      option,
      form
        ? 'the text is no PEM of a PUBLIC KEY or PRIVATE KEY'
        : 'this scheme takes a shared secret, not a PEM key',
      'Convert it with `openssl pkey`, or compare it with the provider’s page.',
    );
  }
  return { form, material: { kind: pem.kind, format: 'der', bytes: pem.der } };
}

/** The DER inside a PEM of a PUBLIC KEY or PRIVATE KEY; undefined where the text is none. */
export function pemBytes(
  text: string,
): { readonly kind: 'public' | 'private'; readonly der: Uint8Array } | undefined {
  const match = /^-----BEGIN (PUBLIC|PRIVATE) KEY-----\s([A-Za-z0-9+/=\s]+)-----END \1 KEY-----$/.exec(
    text.trim(),
  );
  const der = match && decodeBase64((match[2] as string).replace(/\s/g, ''));
  return der ? { kind: match[1] === 'PRIVATE' ? 'private' : 'public', der } : undefined;
}

/** The bytes that a key's text stands for; undefined where it is no text of that encoding. */
export function decodeKeyText(
  text: string,
  encoding: Exclude<KeyEncoding, 'prefixed'>,
): Uint8Array | undefined {
  switch (encoding) {
    case 'utf8':
      return utf8(text);
    case 'hex':
      return decodeHex(text.toLowerCase(), { upperCase: false });
    // Dashboards leave padding out at times; without it the text is still unambiguous.
    case 'base64':
      return decodeBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='));
    case 'base64url':
      return decodeBase64url(text.replace(/=+$/, ''));
    case 'base32':
      return decodeBase32(text);
    case 'jwk':
      return secretOfJwk(text);
    case 'pem':
    case 'jwks':
      return undefined;
  }
}

/** RFC 7518 §6.4: the secret of a JWK whose `kty` is `oct`. */
function secretOfJwk(text: string): Uint8Array | undefined {
  let jwk: unknown;
  try {
    jwk = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof jwk !== 'object' || jwk === null || !('kty' in jwk) || jwk.kty !== 'oct') return undefined;
  return 'k' in jwk && typeof jwk.k === 'string' ? decodeBase64url(jwk.k) : undefined;
}
