/** Gates of what is proposed, to hold a request against. */
import { createGate } from '../create-gate.ts';
import type { Gate, GateOptions } from '../gate.ts';
import { ifBuildable } from '../if-buildable.ts';
import type { KeySpec } from '../keys.ts';
import type { SignedRequest, Verdict } from '../model.ts';
import type { RawOptions } from '../options.ts';
import { writtenScheme } from '../providers/registry.ts';
import type { SecretReading } from './secret-readings.ts';

/** Undefined where the scheme contradicts itself, or the secret is no key of it. */
export function gateOf(
  scheme: RawOptions,
  { spec }: Pick<SecretReading, 'spec'>,
  nowMs: number,
): Gate | undefined {
  return builtGate(scheme, [spec], nowMs);
}

/** A gate that takes short keys, its clock at `nowMs`. Undefined where the options contradict themselves, or a key is none of them. */
export function trialGate(
  options: () => Pick<GateOptions, 'provider' | 'scheme' | 'keys'>,
  nowMs: number,
): Gate | undefined {
  return ifBuildable(() =>
    createGate({ ...options(), allowShortKey: true, now: () => nowMs } as GateOptions),
  );
}

function builtGate(scheme: RawOptions, keys: readonly KeySpec[], nowMs: number): Gate | undefined {
  return trialGate(() => ({ scheme: writtenScheme(scheme), keys }), nowMs);
}

/** Undefined where no gate can be built so. */
export async function judged(
  scheme: RawOptions,
  reading: Pick<SecretReading, 'spec'>,
  request: SignedRequest,
  nowMs: number,
): Promise<Verdict | undefined> {
  return gateOf(scheme, reading, nowMs)?.verify(request);
}

/** A scheme that takes the request, and the key as the request names it. */
export interface Trial {
  readonly scheme: RawOptions;
  readonly reading: SecretReading;
  /** The key’s id, where the request names one and the scheme goes by it. */
  readonly keyId: string | undefined;
}

/** The first of the readings by which the scheme takes the request; its key has the id that the request names, if any. */
export async function firstTaken(
  scheme: RawOptions,
  readings: readonly SecretReading[],
  request: SignedRequest,
  nowMs: number,
): Promise<Trial | undefined> {
  for (const reading of readings) {
    const { spec } = reading;
    // A configuration gives each key an id: any but that which the request names is another key.
    const verdict = await builtGate(scheme, [{ ...spec, id: 'main' }], nowMs)?.verify(request);
    if (verdict === undefined) continue;
    if (verdict.ok) return { scheme, reading, keyId: undefined };
    const keyId = verdict.reason === 'unknown-key' ? verdict.evidence.namedKeyId : undefined;
    if (keyId === undefined) continue;
    const named = await builtGate(scheme, [{ ...spec, id: keyId }], nowMs)?.verify(request);
    if (named?.ok) return { scheme, reading, keyId };
  }
  return undefined;
}
