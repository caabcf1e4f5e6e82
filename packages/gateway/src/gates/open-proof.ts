/** What a gate proves its requests with: its core gate, with the keys that the configuration and the store have for it. */
import { type Gate, SetupError } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { createKeyRecords } from '../sealed/key-records.ts';
import type { Sealer } from '../sealed/seal.ts';
import type { RecordStore } from '../stores/record-store.ts';
import { type GateKeys, openGateKeys } from './gate-keys.ts';

export interface ProofParts {
  readonly store: { readonly records: RecordStore };
  readonly sealer: Sealer | undefined;
  /** Undefined for `provider: none`. @throws SetupError */
  create(gate: GateConfig): Gate | undefined;
}

/** @throws SetupError for a gate that the configuration alone makes unsound, and for a record that cannot be read */
export async function openProof(
  gate: GateConfig,
  { store, sealer, create }: ProofParts,
): Promise<{ readonly coreGate: Gate | undefined; readonly keys: GateKeys }> {
  const keys = await openGateKeys(gate, createKeyRecords(gate.name, store.records, sealer));
  const coreGate = createWith(gate, keys, create);
  return { coreGate, keys };
}

/** Keys that were added must not keep a sound configuration from starting: who could remove them then? */
function createWith(gate: GateConfig, keys: GateKeys, create: ProofParts['create']): Gate | undefined {
  try {
    return create({ ...gate, keys: keys.current });
  } catch (error) {
    if (!(error instanceof SetupError) || !keys.leaveOutAdded()) throw error;
    return create({ ...gate, keys: keys.current });
  }
}
