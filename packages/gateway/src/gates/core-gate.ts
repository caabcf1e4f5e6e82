/** Makes the core gate that a gate of the configuration proves requests with: provider or scheme, keys, replay guard. */
import {
  createGate,
  type Gate,
  type GateOptions,
  type KeyInfo,
  type KeySpec,
  keyWarningText,
  type ReplayGuard,
  SetupError,
  type TenantOptions,
  unusableBecause,
  writtenProvider,
  writtenScheme,
} from '@countersign/core';
import { counted } from '@countersign/core/internal/amounts';
import { type PreparedKeys, prepareKeys } from '@countersign/core/internal/gate-parts';
import type { GateConfig, KeyConfig } from '../config/config.ts';
import { createOutgoingFetch } from '../outgoing/outgoing-fetch.ts';
import { tenantOptions } from '../tenants/tenant-options.ts';
import { actionSource } from './action-source.ts';
import { fetchOfKeys } from './fetch-of-keys.ts';
import { handsKeys } from './hands-keys.ts';
import { refusingChallenges, type SharedChallenges } from './shared-challenges.ts';

export interface CoreGateOptions {
  readonly replay: ReplayGuard;
  readonly now: () => number;
  /** Fetches key sets. Default: one of its own, which calls no cloud's metadata service. */
  readonly fetch?: typeof globalThis.fetch;
  /** Fetches keys from addresses that the configuration does not name. Default: one of its own, which calls addresses on the public internet only. */
  readonly fetchPublic?: typeof globalThis.fetch;
  /** Is told that keys could not be fetched. Default: nobody. */
  readonly report?: (problem: string) => void;
  /** The source of its tenants’ keys, opened. Default: it is opened with the first look-up. */
  readonly keysOf?: TenantOptions['keysOf'];
  /** Asked of keys that the gate’s platform hands over. Default: none is taken. */
  readonly takeKey?: GateOptions['takeKey'];
  /** Of all proofs of the gate. Default: it has one. */
  readonly challenges?: SharedChallenges;
  /** Where its proof and keys stand in the gate, e.g. `accept[0]`. Default: in the gate itself. */
  readonly option?: string;
}

/** A shorter key is within reach of a search; RFC 2104 §3 asks for far more. */
const SHORTEST_KEY_BYTES = 8;

/**
 * Undefined for `provider: none`.
 * @throws SetupError for what core refuses, and for a key under 8 bytes where the gate does not allow it.
 */
export function createCoreGate(
  config: GateConfig,
  {
    replay,
    now,
    fetch = createOutgoingFetch({ policy: 'configured' }),
    fetchPublic = createOutgoingFetch({ policy: 'public' }),
    report,
    keysOf,
    takeKey = handsKeys(config) ? takeNone : undefined,
    challenges,
    option,
  }: CoreGateOptions,
): Gate | undefined {
  const proof = proofOf(config);
  if (proof === undefined) return undefined;
  const action = actionSource(config);
  const { repeat } = config.replay;
  const at = option ?? config.ownProofAt;
  const place = at === undefined ? `gates.${config.name}` : `gates.${config.name}.${at}`;
  const gate = namingGate(place, () =>
    createGate({
      ...proof,
      id: config.name,
      ...(config.keysFrom === undefined
        ? { keys: config.keys.map(keySpecOf) }
        : tenantOptions(config, config.keysFrom, { fetch }, keysOf)),
      ...(action && { action }),
      // Refused below, with what else is odd about it.
      allowShortKey: true,
      replay,
      leaseMs: config.replay.leaseMs,
      rememberMs: config.replay.rememberMs,
      ...(repeat !== undefined && repeat !== 'first-answer' && repeat !== 'run' && { repeats: repeat }),
      maxBodyBytes: config.maxBodyBytes,
      now,
      fetch: fetchOfKeys(config, { fetch, fetchPublic }),
      ...(report && { report }),
      ...(takeKey && { takeKey }),
    }),
  );
  if (repeat === 'run' && gate.scheme.replay?.singleUse === true) {
    throw new SetupError(
      `gates.${config.name}.replay.repeat`,
      'is run, and a proof of this gate is good for one request',
      'Leave it out; or, where the gate asks for a nonce or for consume, take that out.',
    );
  }
  if (!config.allowShortKey) refuseShortKeys(place, gate.keys.list());
  return challenges === undefined ? gate : refusingChallenges(gate, config.keys, challenges);
}

/** Whether its keys are elsewhere: at an address, or looked up by tenant. They are changed there. */
export function hasFetchedKeys({ scheme, keys }: Gate): boolean {
  return scheme.keys.fromAddress || keys.isByTenant === true;
}

/** Why no request can be accepted now: no key is valid. Undefined where one is, or where keys are fetched. */
export function noValidKey(gate: Gate, nowMs: number): string | undefined {
  // Those of an address say nothing before they are fetched.
  if (hasFetchedKeys(gate)) return undefined;
  if (gate.keys.list().length === 0)
    return 'the gate has no key yet, and every request is refused: open it for the key that its platform hands over, or add one';
  const faults = gate.keys.list().map((key) => ({ id: key.id, why: unusableBecause(key, nowMs) }));
  if (faults.some(({ why }) => why === undefined)) return undefined;
  return `no key is valid now, and every request is refused: ${faults.map(({ id, why }) => `${id} ${why}`).join(', ')}`;
}

/** Such a gate may begin without a key; one that nobody has opened takes none. */
function takeNone(): boolean {
  return false;
}

type Proof = Required<Pick<GateOptions, 'provider'>> | Required<Pick<GateOptions, 'scheme'>>;

/** As it was written: core judges it. */
function proofOf({ proof }: GateConfig): Proof | undefined {
  if (proof.kind === 'none') return undefined;
  return proof.kind === 'scheme'
    ? { scheme: writtenScheme(proof.scheme) }
    : { provider: writtenProvider(proof.id, proof.options) };
}

/** Reads other keys for an open gate, by the rules of its set-up. @throws SetupError as `createCoreGate` does */
export function prepareGateKeys(
  gate: Gate,
  { name, allowShortKey }: Pick<GateConfig, 'name' | 'allowShortKey'>,
  keys: readonly KeyConfig[],
): PreparedKeys {
  const prepared = prepareKeys(gate, keys.map(keySpecOf));
  if (!allowShortKey) refuseShortKeys(`gates.${name}`, prepared.list);
  return prepared;
}

/** As core reads it. */
export function keySpecOf({ secret, ...rest }: KeyConfig): KeySpec {
  return { ...rest, secret: secret.reveal() };
}

function refuseShortKeys(place: string, keys: readonly KeyInfo[]): void {
  for (const { id, bytes, warnings } of keys) {
    if (bytes === undefined || bytes >= SHORTEST_KEY_BYTES) continue;
    const [more] = warnings.filter(({ code }) => code !== 'short');
    throw new SetupError(
      `${place}.keys`,
      `key "${id}" is ${counted(bytes, 'byte')} long; at least ${SHORTEST_KEY_BYTES} are required${more === undefined ? '' : `; ${keyWarningText(more)}`}`,
      'Use a longer key, or set allowShortKey on the gate.',
    );
  }
}

/** Core knows the option, not the gate it stands in. */
function namingGate<T>(place: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`${place}.${error.option}`, error.problem, error.remedy);
  }
}
