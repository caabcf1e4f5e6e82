/** `fetch` that signs each request, by any provider or scheme, or by a provider that is imported. */
import { backend } from '#crypto';
import { buildJudge } from '../build-judge.ts';
import { checkOptions, IS, type OptionRules } from '../check-options.ts';
import { chooseImported } from '../choose-imported.ts';
import { chooseScheme } from '../create-gate.ts';
import type { GateOptions, ImportedProvider, ProviderChoice } from '../gate.ts';
import { chosenProvider } from '../gate-options.ts';
import { describeGiven, isPlain, memberOf } from '../given.ts';
import { checkKeySpec } from '../key-specs.ts';
import type { KeyInput } from '../keys.ts';
import type { SignedRequest } from '../model.ts';
import { type ChosenScheme, isProvider } from '../provider-scheme.ts';
import { findProvider } from '../providers/registry.ts';
import { DEFAULT_MAX_BODY_BYTES } from '../request-from.ts';
import type { ResponseGate } from '../responses/response-gate.ts';
import { Passage, type Scheme } from '../scheme.ts';
import { coverageOfScheme } from '../schemes/coverage.ts';
import { SetupError } from '../setup-error.ts';
import { signDraft } from '../sign-draft.ts';
import { encodeBase64url } from '../text/encodings.ts';
import { warnOfKeys, warnOnConsole } from '../warn-of-keys.ts';
import { type OutgoingRequest, readOutgoing } from './outgoing-request.ts';
import { createServerClocks } from './server-clocks.ts';

/** What every `fetch` is: Node’s, Bun’s, Deno’s, a worker’s, a browser’s. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A provider, or a declared scheme: `{ scheme: { … } }`. */
export type Signer = ProviderChoice | { readonly scheme: NonNullable<GateOptions['scheme']> };

/** What `signedFetch` takes beside provider and key: how requests are sent, by which clock, and what is read to be signed. */
export interface SignedFetchOptions {
  /** What sends. Default: the runtime’s. */
  readonly fetch?: Fetch;
  /** The clock: milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Whether a stream is read into memory to be signed. Default false: it is refused. */
  readonly bufferStreams?: boolean;
  /** How much of a stream, or of a `Request`’s body, is read. Default 1,048,576. */
  readonly maxBodyBytes?: number;
  /** A token’s claims, beside its expiry, where the scheme makes one. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Whether a server’s clock is learnt from its refusals; see `signedFetch`. Default true. */
  readonly learnsClock?: boolean;
  /**
   * Demands that every response is signed (RFC 9421), and proves it, with the request that it answers: what `createResponseGate` of
   * `@countersign/core/responses` makes, of the server’s keys. Its `maxBodyBytes` bounds what is read of a response. Default: responses
   * are taken as they come.
   */
  readonly responses?: ResponseGate;
  /** Told at once of what looks like a mistake in the key: quotes, a line end, few bytes. Default: `console.warn`, without the key. */
  readonly onWarning?: (warning: string) => void;
}

/** What says that the proof was not taken, and so that nothing was done. */
const REFUSED_STATUSES: readonly number[] = [401, 403];

/**
 * Makes a `fetch` that signs every request: same arguments, same answer.
 *
 * The body is read into bytes once, and those bytes are signed and sent. Headers and parameters of the proof are
 * made here: the caller’s own headers of those names are replaced. Each request gets a nonce of its own, where the
 * scheme has one.
 *
 * A redirect is answered as it came and never followed, whatever `init.redirect` says but `error`: the signature
 * is for one address. (A browser shows such an answer as an opaque one, with status 0.)
 *
 * Where the proof carries a time and a server refuses it (401, 403) with a `Date` that is more than 4 s off, the
 * difference is learnt for that origin, and the request is signed anew and sent once more. Who lies about the time
 * gets a request dated ahead, and may use it until then; therefore a `Date` is believed from https and this machine
 * only, by up to 24 h, and for its own origin. `learnsClock: false` rules it out. (A browser shows the `Date` of
 * another origin only where that exposes it.)
 *
 * With `responses`, every response is read whole and must be proved, whatever its status: a server that refuses without signing is
 * an `UnprovedResponse` too, and the `Date` of such a refusal teaches nothing. Responses are asked for without compression, since
 * their signature is of the bytes as they are sent.
 *
 * Timeouts are the caller’s: `init.signal`.
 *
 * @throws SetupError for an unknown provider or option, or a key that is undefined or does not decode. The function that it
 * returns rejects with SetupError where the request cannot carry the proof, with UnprovedResponse where `responses` does not prove what came
 * back, with TypeError for what fetch would refuse, a URL that is not absolute, a stream, or a request that carries a proof already.
 */
export function signedFetch(provider: Signer, key: KeyInput, options: SignedFetchOptions = {}): Fetch {
  checkSigner(provider, key);
  return fetchSignedBy(
    (gateOptions) => chooseScheme({ ...choiceOf(provider), ...gateOptions }),
    key,
    options,
  );
}

/**
 * As `signedFetch`, by a provider that is imported: no other is in the bundle.
 * @throws SetupError as `signedFetch` does, and for a provider’s id
 *
 * @example
 * const send = signedFetchOf(hmac, env.PARTNER_SECRET);
 */
export function signedFetchOf(
  provider: ImportedProvider,
  key: KeyInput,
  options: SignedFetchOptions = {},
): Fetch {
  checkKeySpec(key, 'key', isProvider(provider) ? provider.keyVariable : undefined);
  return fetchSignedBy((gateOptions) => chooseImported({ provider, ...gateOptions }), key, options);
}

/** @param choose checks what the gate is made of */
function fetchSignedBy(
  choose: (options: SigningOptions) => ChosenScheme,
  key: KeyInput,
  options: SignedFetchOptions,
): Fetch {
  checkOptions<SignedFetchOptions>(options, RULES);
  const { fetch = (input, init) => globalThis.fetch(input, init), now = Date.now, claims } = options;
  const limits = {
    bufferStreams: options.bufferStreams ?? false,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
  };
  const gateOptions: SigningOptions = { keys: [key], allowShortKey: true, now };
  const { scheme } = choose(gateOptions);
  const gate = buildJudge(gateOptions, scheme);
  warnOfKeys(gate.keys, scheme.name, options.onWarning ?? warnOnConsole);
  const responses = tied(options.responses, scheme);
  const clocks = (options.learnsClock ?? true) && provesTime(scheme) ? createServerClocks() : undefined;

  async function attempt({ url, parts, init }: OutgoingRequest) {
    const offsetMs = clocks?.offsetMs(url) ?? 0;
    const clock = (): number => now() + offsetMs;
    const sentMs = clock();
    const signed = await signDraft(gate, {
      ...parts,
      ...idOf(scheme, parts),
      ...(claims && { claims }),
      nonce: encodeBase64url(backend.randomBytes(16)),
      timestampMs: sentMs,
    });
    const received = await fetch(signed.url, { ...init, ...sendable(signed) });
    const response = responses ? await responses.provedResponse(signed, received) : received;
    return { response, url, offsetMs, headers: response.headers, sentMs, receivedMs: clock() };
  }

  return async (input, init) => {
    const outgoing = await readOutgoing(input, init ?? {}, { ...limits, without: scheme.headers.proof });
    const request = responses ? uncompressed(outgoing) : outgoing;
    await refuseProved(scheme, request.parts, now());
    const first = await attempt(request);
    const { response } = first;
    if (!REFUSED_STATUSES.includes(response.status) || !clocks?.learn(first)) return response;
    await response.body?.cancel().catch(() => {});
    return (await attempt(request)).response;
  };
}

/** A response must cover what proves its request. @throws SetupError where that is in no header */
function tied(responses: ResponseGate | undefined, { name, headers }: Scheme): ResponseGate | undefined {
  if (responses === undefined || headers.proof.length > 0) return responses?.tiedTo(headers.proof);
  throw new SetupError(
    'responses',
    `${name} puts the proof into no header, so that no response can be told from that to an equal request`,
    'Leave it out, or sign requests by a provider whose proof is in a header.',
  );
}

/** fetch decompresses, and the signature is of what was sent. A caller’s own wish stays. */
function uncompressed(outgoing: OutgoingRequest): OutgoingRequest {
  const { parts } = outgoing;
  if (parts.headers.get('accept-encoding') !== undefined) return outgoing;
  return { ...outgoing, parts: { ...parts, headers: parts.headers.with('accept-encoding', 'identity') } };
}

/** What a gate that signs is made of, beside its scheme. */
type SigningOptions = Required<Pick<GateOptions, 'keys' | 'allowShortKey' | 'now'>>;

const RULES: OptionRules<SignedFetchOptions> = {
  fetch: IS.function,
  now: IS.function,
  bufferStreams: IS.flag,
  maxBodyBytes: IS.count,
  claims: IS.record,
  learnsClock: IS.flag,
  responses: {
    expected: 'what createResponseGate makes',
    isValid: (value) => typeof memberOf(value, 'provedResponse') === 'function',
  },
  onWarning: IS.function,
};

function checkSigner(provider: unknown, key: unknown): void {
  if (typeof provider !== 'string' && !isPlain(provider)) {
    throw new SetupError(
      'provider',
      `it is ${describeGiven(provider)}`,
      'Give a provider’s id, { id, … } with its options, or { scheme: { … } }.',
    );
  }
  checkKeySpec(key, 'key', chosenProvider(provider, findProvider)?.keyVariable);
}

function choiceOf(provider: Signer): Pick<GateOptions, 'provider' | 'scheme'> {
  return typeof provider === 'string' || 'id' in provider ? { provider } : { scheme: provider.scheme };
}

/** A signed timestamp, or a minted token’s expiry; a shared token is the same at any time. */
function provesTime(scheme: Scheme): boolean {
  const { proof, keys } = scheme;
  const isMinted = proof === 'token' && keys.forms.every(({ algorithm }) => algorithm !== 'shared-token');
  return isMinted || coverageOfScheme(scheme).covered.includes('timestamp');
}

/** The id that the caller has put where the scheme signs one: an event keeps its id when it is sent again. */
function idOf(scheme: Scheme, request: SignedRequest): { readonly id?: string } {
  const passage = new Passage({ ...request, body: new Uint8Array() }, 0, scheme.open());
  const id = scheme.replay?.id(passage);
  return id === undefined ? {} : { id };
}

/** A proof of the caller’s own, in the URL or the body, would be sent in place of ours or beside it. */
async function refuseProved(scheme: Scheme, request: SignedRequest, nowMs: number): Promise<void> {
  const passage = new Passage(request, nowMs, scheme.open());
  const objection = scheme.extractHead(passage) ?? (await scheme.extractBody?.(passage));
  if (objection && /^(?:missing-|malformed-body$)/.test(objection.reason)) return;
  throw new TypeError(
    'the request carries a signature already, in its URL or its body: take it out, it is made here',
  );
}

function sendable({ method, headers, body }: SignedRequest): RequestInit {
  const sent = new Headers();
  for (const [name, value] of headers) {
    try {
      sent.append(name, value);
    } catch {
      // The runtime’s own words quote the value, which may be the key: a shared token is.
      throw new TypeError(
        `the header ${name} cannot be sent: look for a line end or a NUL in the key or its id`,
      );
    }
  }
  // fetch refuses a body with GET, even an empty one.
  return { method, headers: sent, body: body.length === 0 ? null : (body as Uint8Array<ArrayBuffer>) };
}
