/** Puts a gate together: scheme, keys, clock, replay guard. Names no provider and no type of scheme. */

import type { BoundActions } from './action-choice.ts';
import { andThen } from './and-then.ts';
import { IS } from './check-options.ts';
import { KeyFault } from './crypto/backend.ts';
import { DRAFT_MEMBERS, type Draft, draftExtras } from './draft.ts';
import { HOUR, isTime, MAX_DURATION_MS, MINUTE } from './freshness.ts';
import { createFunctionRing } from './function-ring.ts';
import { type Gate, type GateOptions, GateParts, type OtherParts, type Received } from './gate.ts';
import { describeGiven } from './given.ts';
import { createClaimMaker } from './identity.ts';
import { indexOfBound } from './key-specs.ts';
import { type KeyRing, type KeySpec, keyRing } from './keys.ts';
import { createLeases } from './leases.ts';
import { MemoryReplayGuard } from './memory-replay-guard.ts';
import type { MaybePromise, SignedRequest, Verdict } from './model.ts';
import { atOnce, type Sliced, withPauses } from './pause.ts';
import { judge, pass, refuseHead, trace } from './pipeline.ts';
import type { PipelineGate } from './pipeline-gate.ts';
import { checkProofHeaders } from './proof-headers.ts';
import type { ChosenScheme } from './provider-scheme.ts';
import { DEFAULT_MAX_BODY_BYTES, headFrom, readRequest } from './request-from.ts';
import type { Scheme } from './scheme.ts';
import { SetupError } from './setup-error.ts';
import { counted } from './text/amounts.ts';
import { shownText } from './text/shown-text.ts';
import { coverageOfGate } from './weak-options.ts';

/** 64 bits: a shorter key is within reach of a search; RFC 2104 §3 asks for far more. */
const SHORTEST_KEY_BYTES = 8;

/** What a gate is built from beside its scheme. */
export type BuildOptions = Omit<GateOptions, 'scheme' | 'provider'> & {
  readonly scheme?: unknown;
  readonly provider?: unknown;
};

/** Builds a gate of options that were checked. @throws SetupError for no keys, an empty one, or one that does not decode. */
export function buildGate(options: BuildOptions, { scheme, repeats = 'refuse' }: ChosenScheme): Gate {
  checkProofHeaders(scheme, options.scheme ? 'scheme' : 'provider');
  const id = options.id ?? scheme.name;
  const now = options.now ? checkedClock(options.now) : Date.now;
  let replay = options.replay;
  const action = options.action?.bind(scheme);
  const ring = keysOf(scheme, { ...options, action }, id, now);
  const gate: PipelineGate = {
    scheme,
    keys: action === undefined ? ring : action.ring(ring),
    action,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    now,
    leases: createLeases({
      // Made on first use: a gate that only verifies or signs needs none, and one takes 50 KB.
      replay: () => (replay ??= new MemoryReplayGuard()),
      leaseMs: durationOf(options, 'leaseMs') ?? MINUTE,
      now,
      report: options.report ?? (() => {}),
    }),
    repeats: options.repeats ?? repeats,
    claims: createClaimMaker(scheme, id, durationOf(options, 'rememberMs') ?? 24 * HOUR, action),
  };
  const coverage = coverageOfGate(options, scheme);
  const warnings = action ? [...coverage.warnings, ...action.warnings] : coverage.warnings;
  return gateOf(gate, { id, coverage: { ...coverage, warnings }, options });
}

/** What a gate has that no request needs. */
interface GateFacts extends Pick<Gate, 'id' | 'coverage'> {
  readonly options: BuildOptions;
}

function gateOf(gate: PipelineGate, facts: GateFacts): Gate {
  const { scheme } = gate;
  return {
    id: facts.id,
    provider: scheme.name,
    keys: gate.keys,
    action: gate.action,
    coverage: facts.coverage,
    proofHeaders: scheme.headers.proof,
    scheme,
    maxBodyBytes: gate.maxBodyBytes,
    refuseHead: (head) => refuseHead(gate, headFrom(head)),
    verify(source) {
      return andThen(readRequest(source, gate.maxBodyBytes), judgeRead, gate);
    },
    trace: (source) => andThen(readRequest(source, gate.maxBodyBytes), trace.bind(undefined, gate)),
    receive(source, act) {
      if (typeof act !== 'function') {
        throw new SetupError(
          'act',
          `it is ${describeGiven(act)}`,
          'Give a function: gate.receive(request, () => …).',
        );
      }
      return andThen(readRequest(source, gate.maxBodyBytes), passRead, gate, act);
    },
    sign: (draft) => signDraft(gate, draft),
    parts: new GateParts((other) => gateOf(otherGate(gate, facts.options, other), facts)),
  };
}

function judgeRead(request: SignedRequest, gate: PipelineGate): MaybePromise<Verdict> {
  return judge(gate, request);
}

function passRead<T>(
  request: SignedRequest,
  gate: PipelineGate,
  act: Parameters<typeof pass<T>>[2],
): MaybePromise<Received<T>> {
  return pass(gate, request, act);
}

function otherGate(
  gate: PipelineGate,
  options: BuildOptions,
  { scheme = gate.scheme, keys, ring = gate.keys, nowMs }: OtherParts,
): PipelineGate {
  return {
    ...gate,
    scheme,
    keys: keys === undefined ? ring : ringOf(scheme, { ...options, action: undefined }, keys),
    action: keys === undefined ? gate.action : undefined,
    now: nowMs === undefined ? gate.now : () => nowMs,
  };
}

function signDraft(
  { scheme, keys, action, now, maxBodyBytes }: PipelineGate,
  draft: Draft | Request,
): MaybePromise<SignedRequest> {
  return andThen(readRequest(draft, maxBodyBytes, DRAFT_MEMBERS), (request) => {
    const { timestampMs = signingTime(now), ...extras } = draftExtras(draft);
    return orSetupError(() => {
      const key = action === undefined ? keys.signing(now()) : action.signing(keys, request, now());
      return scheme.sign({ ...extras, ...request, timestampMs, key });
    });
  });
}

/** A key that verifies and cannot sign is the operator’s to mend. */
function orSetupError<T>(sign: () => MaybePromise<T>): MaybePromise<T> {
  const failed = (error: unknown): never => {
    if (!(error instanceof KeyFault)) throw error;
    throw new SetupError('keys', error.message, 'Give the private half: a public one verifies only.');
  };
  try {
    const signed = sign();
    return signed instanceof Promise ? signed.catch(failed) : signed;
  } catch (error) {
    return failed(error);
  }
}

function signingTime(now: () => number): number {
  const ms = now();
  if (isTime(ms)) return ms;
  throw new SetupError('now', `it returned ${ms}`, `Return ${IS.time.expected}.`);
}

/** A clock that the caller gave, looked at each time: a `Date` in place of a number would add up to a text. */
function checkedClock(now: () => number): () => number {
  return () => {
    const ms: unknown = now();
    if (typeof ms === 'number') return ms;
    throw new SetupError('now', `it returned ${describeGiven(ms)}`, 'Return milliseconds since the epoch.');
  };
}

/** No time at all would let every repeat in; ten years are more than a guard can hold. */
function durationOf(options: BuildOptions, name: 'leaseMs' | 'rememberMs'): number | undefined {
  const ms = options[name];
  if (ms === undefined || (ms >= 1 && ms <= MAX_DURATION_MS)) return ms;
  throw new SetupError(
    name,
    `${ms} is not a length of time that claims can be held`,
    `Give milliseconds from 1 to ${MAX_DURATION_MS}, which are ten years.`,
  );
}

/** What a ring is built with. */
interface RingOptions extends Pick<BuildOptions, 'fetch' | 'report' | 'allowShortKey'> {
  readonly action: BoundActions | undefined;
}

function keysOf(
  scheme: Scheme,
  options: Omit<BuildOptions, 'action'> & RingOptions,
  id: string,
  now: () => number,
): KeyRing {
  const { keys = [], keyLookup } = options;
  if (typeof keys !== 'function') return ringOf(scheme, options, keys);
  if (scheme.keys.fromAddress) {
    throw new SetupError(
      'keys',
      'a function finds them, and the scheme’s keys come from an address (jwks)',
      'Give one of them.',
    );
  }
  return createFunctionRing(
    {
      find: keys,
      gate: id,
      provider: scheme.name,
      // While requests are answered: some keys take milliseconds.
      ringOf: (specs, name) => withPauses(ringInSlices(scheme, options, specs, name)),
      now,
    },
    keyLookup,
  );
}

function ringOf(scheme: Scheme, options: RingOptions, specs: readonly (string | KeySpec)[]): KeyRing {
  return atOnce(ringInSlices(scheme, options, specs, undefined));
}

/** @param name what a request names all of these keys by, where a function found them */
function* ringInSlices(
  { keys: { create, forms } }: Scheme,
  { action, fetch, report, allowShortKey }: RingOptions,
  specs: readonly (string | KeySpec)[],
  name: string | undefined,
): Sliced<KeyRing> {
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
