/** Puts a gate together: scheme, keys, clock, replay guard. Names no provider and no type of scheme. */

import { andThen } from './and-then.ts';
import { type BuildOptions, buildJudge, judgeRead, ringOf } from './build-judge.ts';
import { HOUR, MINUTE } from './freshness.ts';
import { type Gate, GateParts, type OtherParts, type Received } from './gate.ts';
import { describeGiven } from './given.ts';
import { createClaimMaker } from './identity.ts';
import { checkKeySpecs } from './key-specs.ts';
import type { KeyRing, KeySpec } from './keys.ts';
import { createLeases } from './leases.ts';
import { MemoryReplayGuard } from './memory-replay-guard.ts';
import type { MaybePromise, SignedRequest } from './model.ts';
import { pass, refuseHead, trace } from './pipeline.ts';
import type { PipelineGate } from './pipeline-gate.ts';
import type { ChosenScheme } from './provider-scheme.ts';
import { headFrom, readRequest } from './request-from.ts';
import { SetupError } from './setup-error.ts';
import { signDraft } from './sign-draft.ts';
import { coverageOfGate } from './weak-options.ts';

/** Builds a gate of options that were checked. @throws SetupError for no keys, an empty one, or one that does not decode. */
export function buildGate(
  options: BuildOptions,
  { scheme, repeats = 'refuse', retriesForMs = 0 }: ChosenScheme,
): Gate {
  const id = options.id ?? scheme.name;
  let replay = options.replay;
  const { keys, action, maxBodyBytes, now } = buildJudge(options, scheme);
  const gate: PipelineGate = {
    scheme,
    keys,
    action,
    maxBodyBytes,
    now,
    leases: createLeases({
      // Made on first use: a gate that only verifies or signs needs none, and one takes 50 KB.
      replay: () => (replay ??= new MemoryReplayGuard()),
      leaseMs: options.leaseMs ?? MINUTE,
      now,
      report: options.report ?? (() => {}),
    }),
    repeats: options.repeats ?? repeats,
    takeKey: options.takeKey,
    claims: createClaimMaker(scheme, id, options.rememberMs ?? Math.max(24 * HOUR, retriesForMs), action),
  };
  const coverage = coverageOfGate(options, scheme);
  const warnings = action ? [...coverage.warnings, ...action.warnings] : coverage.warnings;
  return gateOf(gate, { id, coverage: { ...coverage, warnings }, options });
}

/** What a gate has that no request needs. */
interface GateFacts extends Pick<Gate, 'id' | 'coverage'> {
  readonly options: BuildOptions;
}

/** Its keys can be replaced; a request asks for them once. */
type ChangingGate = Omit<PipelineGate, 'keys'> & { keys: KeyRing };

function gateOf(gate: ChangingGate, facts: GateFacts): Gate {
  const { scheme } = gate;
  return {
    id: facts.id,
    provider: scheme.name,
    get keys() {
      return gate.keys;
    },
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
    receive(source, act, onStep) {
      if (typeof act !== 'function') {
        throw new SetupError(
          'act',
          `it is ${describeGiven(act)}`,
          'Give a function: gate.receive(request, () => …).',
        );
      }
      const request = readRequest(source, gate.maxBodyBytes);
      if (onStep !== undefined) return andThen(request, (read) => pass(gate, read, act, onStep));
      return andThen(request, passRead, gate, act);
    },
    sign: (draft) => signDraft(gate, draft),
    parts: new GateParts(
      (other) => gateOf(otherGate(gate, facts.options, other), facts),
      (keys) => {
        const ring = otherRing(gate, facts.options, keys);
        return {
          list: ring.list(),
          take() {
            gate.keys = ring;
          },
        };
      },
    ),
  };
}

/** @throws SetupError as a new gate of these keys would be refused */
function otherRing(
  { scheme, action }: Pick<PipelineGate, 'scheme' | 'action'>,
  options: BuildOptions,
  keys: readonly KeySpec[],
): KeyRing {
  if (scheme.keys.fromAddress || typeof options.keys === 'function' || options.tenants) {
    throw new SetupError(
      'keys',
      'the gate’s keys are fetched, and cannot be replaced',
      'Change them where they are fetched from.',
    );
  }
  checkKeySpecs(keys);
  const ring = ringOf(scheme, { ...options, action }, keys);
  return action === undefined ? ring : action.ring(ring);
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
