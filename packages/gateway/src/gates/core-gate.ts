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

export interface CoreGateOptions {
  readonly replay: ReplayGuard;
  readonly now: () => number;
  /** Fetches key sets. Default: one of its own, which calls no cloud's metadata service. */
  readonly fetch?: typeof globalThis.fetch;
  /** Is told that keys could not be fetched. Default: nobody. */
  readonly report?: (problem: string) => void;
  /** The source of its tenants’ keys, opened. Default: it is opened with the first look-up. */
  readonly keysOf?: TenantOptions['keysOf'];
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
    report,
    keysOf,
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
      fetch,
      ...(report && { report }),
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
  return gate;
}

/** Whether its keys are elsewhere: at an address, or looked up by tenant. They are changed there. */
export function hasFetchedKeys({ scheme, keys }: Gate): boolean {
  return scheme.keys.fromAddress || keys.isByTenant === true;
}

/** Why no request can be accepted now: no key is valid. Undefined where one is, or where keys are fetched. */
export function noValidKey(gate: Gate, nowMs: number): string | undefined {
  if (gate.keys.isByTenant === true) return undefined;
  const faults = gate.keys.list().map((key) => ({ id: key.id, why: unusableBecause(key, nowMs) }));
  if (faults.some(({ why }) => why === undefined)) return undefined;
  return `no key is valid now, and every request is refused: ${faults.map(({ id, why }) => `${id} ${why}`).join(', ')}`;
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

function keySpecOf({ secret, ...rest }: KeyConfig): KeySpec {
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
