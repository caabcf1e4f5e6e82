/** What a gate proves its requests with: its core gate, with the keys that the configuration and the store have for it. */
import { type Gate, SetupError } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { createKeyRecords } from '../sealed/key-records.ts';
import type { Sealer } from '../sealed/seal.ts';
import type { RecordStore } from '../stores/record-store.ts';
import type { CoreGateOptions } from './core-gate.ts';
import { type GateKeys, openGateKeys } from './gate-keys.ts';
import { handsKeys } from './hands-keys.ts';
import { createKeyDelivery, type KeyDelivery, type KeyDeliveryOptions } from './key-delivery.ts';

export interface ProofParts extends Pick<KeyDeliveryOptions, 'now' | 'monotonicMs' | 'log'> {
  readonly store: { readonly records: RecordStore };
  readonly sealer: Sealer | undefined;
  /** Undefined for `provider: none`. @throws SetupError */
  create(gate: GateConfig, taking: Pick<CoreGateOptions, 'takeKey'>): Gate | undefined;
}

export interface OpenedProof {
  readonly coreGate: Gate | undefined;
  readonly keys: GateKeys;
  /** Undefined where its platform hands over no keys, or there is no storeKey to seal one with. */
  readonly keyDelivery: KeyDelivery | undefined;
}

/** @throws SetupError for a gate that the configuration alone makes unsound, and for a record that cannot be read */
export async function openProof(gate: GateConfig, { create, ...parts }: ProofParts): Promise<OpenedProof> {
  const { store, sealer } = parts;
  const keys = await openGateKeys(gate, createKeyRecords(gate.name, store.records, sealer));
  const keyDelivery =
    handsKeys(gate) && sealer
      ? createKeyDelivery({ ...parts, gate: gate.name, keys, records: store.records, sealer })
      : undefined;
  const taking = keyDelivery && { takeKey: (key: string) => keyDelivery.take(key) };
  const coreGate = createWith(gate, keys, (listed) => create(listed, taking ?? {}));
  return { coreGate, keys, keyDelivery };
}

/** Keys that were added must not keep a sound configuration from starting: who could remove them then? */
function createWith(
  gate: GateConfig,
  keys: GateKeys,
  create: (gate: GateConfig) => Gate | undefined,
): Gate | undefined {
  try {
    return create({ ...gate, keys: keys.current });
  } catch (error) {
    if (!(error instanceof SetupError) || !keys.leaveOutAdded()) throw error;
    return create({ ...gate, keys: keys.current });
  }
}
