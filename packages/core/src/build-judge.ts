/**
 * Puts together what judging needs: scheme, keys, clock. Apart from the rest of a gate, so that who verifies only has no
 * replay guard in a bundle.
 */
import type { BoundActions } from './action-choice.ts';
import { andThen } from './and-then.ts';
import { checkedClock, MAX_DURATION_MS } from './freshness.ts';
import { createFunctionRing } from './function-ring.ts';
import type { GateOptions } from './gate.ts';
import { indexOfBound } from './key-specs.ts';
import { type KeyRing, type KeySpec, keyRing } from './keys.ts';
import type { MaybePromise, SignedRequest, Verdict } from './model.ts';
import { atOnce, type Sliced, withPauses } from './pause.ts';
import { judge } from './pipeline.ts';
import type { JudgingGate } from './pipeline-gate.ts';
import { checkProofHeaders } from './proof-headers.ts';
import { DEFAULT_MAX_BODY_BYTES, type RequestSource, readRequest } from './request-from.ts';
import type { Scheme } from './scheme.ts';
import { SetupError } from './setup-error.ts';
import { counted } from './text/amounts.ts';
import { shownText } from './text/shown-text.ts';

/** 64 bits: a shorter key is within reach of a search; RFC 2104 §3 asks for far more. */
const SHORTEST_KEY_BYTES = 8;

/** What a gate is built from beside its scheme. */
export type BuildOptions = Omit<GateOptions, 'scheme' | 'provider'> & {
  readonly scheme?: unknown;
  readonly provider?: unknown;
};

/** @throws SetupError as `buildGate` does */
export function buildJudge(options: BuildOptions, scheme: Scheme): JudgingGate {
  checkProofHeaders(scheme, options.scheme ? 'scheme' : 'provider');
  checkDuration(options, 'leaseMs');
  checkDuration(options, 'rememberMs');
  const now = options.now ? checkedClock(options.now) : Date.now;
  const action = options.action?.bind(scheme);
  const ring = keysOf(scheme, { ...options, action }, options.id ?? scheme.name, now);
  return {
    scheme,
    keys: action === undefined ? ring : action.ring(ring),
    action,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    now,
  };
}

/** Judges one request, as `gate.verify` does. */
export function verifyWith(gate: JudgingGate, source: RequestSource): MaybePromise<Verdict> {
  return andThen(readRequest(source, gate.maxBodyBytes), judgeRead, gate);
}

/** For `andThen`, which takes no closure. */
export function judgeRead(request: SignedRequest, gate: JudgingGate): MaybePromise<Verdict> {
  return judge(gate, request);
}

/** No time at all would let every repeat in; ten years are more than a guard can hold. */
function checkDuration(options: BuildOptions, name: 'leaseMs' | 'rememberMs'): void {
  const ms = options[name];
  if (ms === undefined || (ms >= 1 && ms <= MAX_DURATION_MS)) return;
  throw new SetupError(
    name,
    `${ms} is not a length of time that claims can be held`,
    `Give milliseconds from 1 to ${MAX_DURATION_MS}, which are ten years.`,
  );
}

/** What a ring is built with. */
interface RingOptions extends Pick<BuildOptions, 'fetch' | 'report' | 'allowShortKey' | 'takeKey'> {
  readonly action: BoundActions | undefined;
}

function keysOf(
  scheme: Scheme,
  options: Omit<BuildOptions, 'action'> & RingOptions,
  id: string,
  now: () => number,
): KeyRing {
  const { keys = [], tenants, keyLookup } = options;
  const by = typeof keys === 'function' ? keys : tenants;
  // checkGateOptions lets none pass that is undefined.
  if (by === undefined) return ringOf(scheme, options, keys as readonly (string | KeySpec)[]);
  if (scheme.keys.fromAddress) {
    throw new SetupError(
      tenants === undefined ? 'keys' : 'tenants',
      'a function finds them, and the scheme’s keys come from an address (jwks)',
      'Give one of them.',
    );
  }
  return createFunctionRing(
    { by, gate: { gate: id, provider: scheme.name } },
    {
      // While requests are answered: some keys take milliseconds.
      ringOf: (specs, name) => withPauses(ringInSlices(scheme, options, specs, name)),
      now,
    },
    keyLookup,
  );
}

export function ringOf(scheme: Scheme, options: RingOptions, specs: readonly (string | KeySpec)[]): KeyRing {
  refuseUnsendableIds(specs, scheme.keys.idPlace);
  return atOnce(ringInSlices(scheme, options, specs, undefined));
}

/** @param name what a request names all of these keys by, where a function found them */
function* ringInSlices(
  { keys: { create, forms }, handshakes }: Scheme,
  { action, fetch, report, allowShortKey, takeKey }: RingOptions,
  specs: readonly (string | KeySpec)[],
  name: string | undefined,
): Sliced<KeyRing> {
  const delivery = takeKey && handshakes.find((rule) => rule.delivery)?.delivery;
  if (delivery && specs.length === 0) return delivery.ringBefore();
  if (action === undefined) refuseBound(specs);
  else action.checkSpecs(specs);
  const ring = yield* create
    ? create(specs, {
        name,
        fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
        report: report ?? (() => {}),
      })
    : keyRing(specs, forms, name);
  action?.checkRing(ring);
  if (allowShortKey !== true) refuseShortKeys(ring);
  return ring;
}

/** @throws SetupError for a key of one action where nothing says which one a request asks for: it would prove requests for all. */
function refuseBound(specs: readonly (string | KeySpec)[]): void {
  const at = indexOfBound(specs);
  if (at < 0) return;
  throw new SetupError(
    `keys[${at}].for`,
    'it is given, and nothing says which action a request asks for',
    'Give the gate action: actionFrom(…), or leave it out.',
  );
}

/** Clients write other characters there in several ways, or not at all. @throws SetupError for an id that holds one. */
function refuseUnsendableIds(specs: readonly (string | KeySpec)[], place: string | undefined): void {
  if (place === undefined) return;
  const at = specs.findIndex((spec) => typeof spec !== 'string' && !isPlainAscii(spec.id ?? 'key'));
  if (at < 0) return;
  throw new SetupError(
    `keys[${at}].id`,
    `it is not plain ASCII, and the request names its key in the ${place}`,
    'Give an id of printable ASCII characters that neither begins nor ends with a space.',
  );
}

function isPlainAscii(text: string): boolean {
  return /^[!-~](?:[ -~]*[!-~])?$/.test(text);
}

/** A search finds them: a gate takes them by name only. @throws SetupError for a secret under 8 bytes. */
function refuseShortKeys(ring: Pick<KeyRing, 'list'>): void {
  for (const { id, bytes } of ring.list()) {
    if (bytes === undefined || bytes >= SHORTEST_KEY_BYTES) continue;
    throw new SetupError(
      'keys',
      `key "${shownText(id)}" is ${counted(bytes, 'byte')} long; at least ${SHORTEST_KEY_BYTES} are required`,
      'Use a longer key, or set allowShortKey on the gate.',
    );
  }
}
