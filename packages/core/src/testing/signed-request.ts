/** For people's own tests: a genuine request of a provider, with the gate that takes it. */
import { checkOptions, IS, type OptionRules } from '../check-options.ts';
import { createGate } from '../create-gate.ts';
import type { Draft } from '../draft.ts';
import type { GateOptions, ProviderChoice } from '../gate.ts';
import { isGateOptions } from '../gate-options.ts';
import type { KeySpec } from '../keys.ts';
import type { SignedRequest } from '../model.ts';
import { SetupError } from '../setup-error.ts';
import { utf8 } from '../text/bytes.ts';
import { encodeBase64 } from '../text/encodings.ts';
import { KEY_FORMS } from './throw-away-keys.ts';

/** What is sent: a text or bytes as they are, a form as a form, anything else as JSON. */
export type Payload = string | Uint8Array | URLSearchParams | object;

/** What `signedRequest` signs beside the payload, and when. */
export interface SignedRequestOptions {
  /** When it is signed: milliseconds since the epoch, or a clock, which is the gate's too. Default: the gate's clock. */
  readonly now?: number | (() => number);
  /** Beside those of the proof: `{ 'x-github-event': 'push' }`. The payload's content type is set where none is given. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `POST`. */
  readonly method?: string;
  /** Absolute: some schemes sign host and path. Default `https://app.example/webhooks`. */
  readonly url?: string;
  /** The event's id, where the provider signs one. Default: a new one, where it needs one. */
  readonly id?: string;
  /** Where the provider signs one. Default: a new one, where it needs one. */
  readonly nonce?: string;
  /** The sender's address, where a token is bound to it. */
  readonly remoteAddress?: string;
  /** Of a token: what it claims beside what it must. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A request that was signed for a test. */
export interface SignedSample {
  /** As a gate takes it: `gate.receive(sample.request, …)`. */
  readonly request: SignedRequest;
  /** The same for a handler that takes a web `Request`; a new one each time. */
  toRequest(): Request;
  /** `createGate(sample.gateOptions)` accepts it: the provider, the key, and the clock where `now` was given. */
  readonly gateOptions: GateOptions;
  /** The key that signed it, for a handler that reads it from the environment; a private key in PEM where the provider's are of two halves, base64 where bytes were given. */
  readonly secret: string;
}

const RULES: OptionRules<SignedRequestOptions> = {
  now: {
    expected: 'milliseconds since the epoch, or a function that returns them',
    isValid: (value) => typeof value === 'function' || IS.time.isValid(value),
  },
  headers: IS.record,
  method: IS.text,
  url: IS.text,
  id: IS.text,
  nonce: IS.text,
  remoteAddress: IS.text,
  claims: IS.record,
};

/**
 * Signs a payload as the provider would, with a key made for this one sample; where gate options with keys are given, with those.
 * @param target a provider, alone or with its options, or the options of a gate
 * @example const { request, gateOptions } = await signedRequest('stripe', { type: 'invoice.paid' });
 * @throws SetupError where nobody here can sign so (the keys are fetched), and where the gate demands more of a request: claims of a token, a part that is signed.
 */
export async function signedRequest(
  target: ProviderChoice | GateOptions,
  payload: Payload,
  options: SignedRequestOptions = {},
): Promise<SignedSample> {
  checkOptions<SignedRequestOptions>(options, RULES);
  const base = gateOptionsOf(target);
  const { now } = options;
  const clock = typeof now === 'number' ? () => now : now;
  const timed = clock === undefined ? base : { ...base, now: clock };
  const own = Array.isArray(timed.keys) ? [...timed.keys] : undefined;
  if (own !== undefined) return sampleOf(timed, await sign(timed, payload, options), own[0]);
  let failure: unknown;
  for (const makeKey of KEY_FORMS) {
    const key = await makeKey();
    const gateOptions = { ...timed, keys: [key] };
    let request: SignedRequest;
    try {
      request = await sign(gateOptions, payload, options);
    } catch (error) {
      failure ??= error;
      continue;
    }
    return sampleOf(gateOptions, request, key);
  }
  throw hasFetchedKeys(timed)
    ? new SetupError(
        'keys',
        'they are fetched from an address, and nobody here has the half that signs',
        'In a test give options without jwks: keys are made for it.',
      )
    : failure;
}

/** Whether it is a gate without any key in its options. */
function hasFetchedKeys(gateOptions: GateOptions): boolean {
  try {
    createGate(gateOptions);
    return true;
  } catch {
    return false;
  }
}

function gateOptionsOf(target: ProviderChoice | GateOptions): GateOptions {
  return isGateOptions(target) ? target : { provider: target };
}

async function sign(
  gateOptions: GateOptions,
  payload: Payload,
  options: SignedRequestOptions,
): Promise<SignedRequest> {
  const request = await createGate(gateOptions).sign(draftOf(payload, options));
  const { remoteAddress } = options;
  // Whose connection it is nobody signs.
  return remoteAddress === undefined ? request : { ...request, remoteAddress };
}

/** @throws SetupError where the gate does not take what was signed for it */
async function sampleOf(
  gateOptions: GateOptions,
  request: SignedRequest,
  key: string | KeySpec | undefined,
): Promise<SignedSample> {
  const verdict = await createGate(gateOptions).verify(request);
  if (!verdict.ok) {
    const { reason, step, message, remedy } = verdict;
    throw new SetupError(
      'signedRequest',
      `the gate refuses what it signed: ${reason} at step ${step}: ${message}`,
      `Give what it demands as claims, id, nonce, headers, url or remoteAddress. ${remedy}`,
    );
  }
  return {
    request,
    gateOptions,
    secret: textOf(typeof key === 'string' ? key : key?.secret),
    toRequest: () => webRequest(request),
  };
}

function draftOf(payload: Payload, options: SignedRequestOptions): Draft {
  const { headers = {}, method = 'POST', url = 'https://app.example/webhooks' } = options;
  const { id, nonce, claims } = options;
  const { body, type } = bodyOf(payload);
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return {
    method,
    url,
    headers: hasType || type === undefined ? headers : { ...headers, 'content-type': type },
    body,
    ...(id !== undefined && { id }),
    ...(nonce !== undefined && { nonce }),
    claims: { sub: 'test', ...claims },
  };
}

function textOf(secret: string | Uint8Array = ''): string {
  return typeof secret === 'string' ? secret : encodeBase64(secret);
}

function bodyOf(payload: Payload): { readonly body: Uint8Array; readonly type: string | undefined } {
  if (typeof payload === 'string') return { body: utf8(payload), type: undefined };
  if (payload instanceof Uint8Array) return { body: payload, type: undefined };
  if (payload instanceof URLSearchParams) {
    return { body: utf8(payload.toString()), type: 'application/x-www-form-urlencoded' };
  }
  return { body: utf8(JSON.stringify(payload)), type: 'application/json' };
}

function webRequest({ method, url, headers, body }: SignedRequest): Request {
  const bytes = method === 'GET' || method === 'HEAD' ? null : new Uint8Array(body);
  return new Request(url, {
    method,
    headers: [...headers].map(([name, value]) => [name, value]),
    body: bytes,
  });
}
