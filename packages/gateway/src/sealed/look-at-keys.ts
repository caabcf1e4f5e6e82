/** What was changed of gates' keys while a gateway ran, for who looks into a store. Opens no secret. */
import { statSync } from 'node:fs';
import { type KeyState, SetupError } from '@countersign/core';
import type { StoreConfig } from '../config/config.ts';
import { openStoreLook } from '../stores/open-store-look.ts';
import type { StoreLook } from '../stores/store-look.ts';
import { createKeyRecords, type StoredKeys } from './key-records.ts';

/** A key that the admin API has added, or has changed from what the configuration says. */
export interface RunTimeKey {
  readonly id: string;
  readonly source: 'added' | 'changed';
  readonly state: KeyState;
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

export interface RunTimeKeys {
  /** By gate; gates without any are not among them. */
  readonly byGate: ReadonlyMap<string, readonly RunTimeKey[]>;
  /** Why they are not known; undefined where they are. */
  readonly unread: SetupError | undefined;
}

const NONE: RunTimeKeys = { byGate: new Map(), unread: undefined };

export async function lookAtRunTimeKeys(store: StoreConfig, gates: readonly string[]): Promise<RunTimeKeys> {
  let look: StoreLook | undefined;
  try {
    if (!(await isMade(store))) return NONE;
    look = await openStoreLook(store);
    const byGate = new Map<string, readonly RunTimeKey[]>();
    for (const gate of gates) {
      const keys = await keysOf(gate, look);
      if (keys.length > 0) byGate.set(gate, keys);
    }
    return { byGate, unread: undefined };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { ...NONE, unread: error };
  } finally {
    await look?.close();
  }
}

/** Whether there is a store: a gateway that has not started yet has none. */
async function isMade(store: StoreConfig): Promise<boolean> {
  if (store.kind === 'memory') return false;
  if (store.kind === 'sqlite') return (statSync(store.file, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const { headOfDatabase } = await import('../stores/postgres/open-database.ts');
  const head = await headOfDatabase(store.address);
  return head.kind !== 'empty';
}

async function keysOf(gate: string, { records }: StoreLook): Promise<readonly RunTimeKey[]> {
  const { stored } = await createKeyRecords(
    gate,
    { ...records, put: async () => undefined },
    undefined,
  ).read();
  return runTimeKeys(stored);
}

function runTimeKeys({ added, changed }: StoredKeys): readonly RunTimeKey[] {
  const keyOf = (
    source: RunTimeKey['source'],
    { id, state, fromMs, untilMs }: StoredKeys['added'][number] | StoredKeys['changed'][number],
  ) => ({
    id,
    source,
    state,
    fromMs,
    untilMs,
  });
  return [...changed.map((key) => keyOf('changed', key)), ...added.map((key) => keyOf('added', key))];
}
