/** The keys of an open gate: what its ring holds, and how that is changed while requests come. */
import { type Gate, SetupError } from '@countersign/core';
import type { GateConfig, KeyConfig } from '../config/config.ts';
import type { AddedKey, KeyRecords } from '../sealed/key-records.ts';
import { prepareGateKeys } from './core-gate.ts';
import { KeyFault, type Keys } from './key-changes.ts';
import { type KeyEntry, type KeyNote, mergeKeys, statementOf, storedOf } from './key-entries.ts';

/** How keys are changed. */
export interface GateKeys {
  /** In the order in which they are tried. */
  readonly entries: readonly KeyEntry[];
  /** Added under another storeKey: they prove nothing. */
  readonly unreadable: readonly AddedKey[];
  /** What of the store did not count when the gate was opened. */
  readonly notes: readonly KeyNote[];
  /** What the ring is made of. */
  readonly current: readonly KeyConfig[];
  /** Whether a secret can be stored. */
  readonly canAdd: boolean;
  /** Another one after each change. Says nothing of secrets. */
  readonly state: readonly unknown[];
  /** Of all of them. */
  readonly ids: readonly string[];
  /** The gate does not take those that were added: they prove nothing, and can be removed. False where there is none. Before any change. */
  leaveOutAdded(): boolean;
  /** The gates that go by them. Once, before any change. */
  attach(gates: readonly Gate[]): void;
  /** The gate takes the place of another that may have been changed since this one was opened: goes by what the store has now. */
  refresh(): Promise<void>;
  /**
   * One change at a time: in the store first, then for requests. Rejects where the store takes nothing; nothing is changed then.
   * @param make is called when its turn has come, and has the last word
   */
  change(make: (keys: Keys) => Keys | KeyFault): Promise<KeyFault | undefined>;
}

/** @throws SetupError where the store’s record of them cannot be read */
export async function openGateKeys(
  config: Pick<GateConfig, 'name' | 'keys' | 'allowShortKey'>,
  records: KeyRecords,
): Promise<GateKeys> {
  const { version, stored } = await records.read();
  return new OpenKeys(config, records, version, mergeKeys(config.keys, stored, records.vault));
}

class OpenKeys implements GateKeys {
  entries: readonly KeyEntry[];
  unreadable: readonly AddedKey[];
  notes: readonly KeyNote[];
  readonly #config: Pick<GateConfig, 'name' | 'keys' | 'allowShortKey'>;
  readonly #records: KeyRecords;
  #version: number;
  #gates: readonly Gate[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    config: Pick<GateConfig, 'name' | 'keys' | 'allowShortKey'>,
    records: KeyRecords,
    version: number,
    { entries, unreadable, notes }: ReturnType<typeof mergeKeys>,
  ) {
    this.entries = entries;
    this.unreadable = unreadable;
    this.notes = notes;
    this.#config = config;
    this.#records = records;
    this.#version = version;
  }

  get current(): readonly KeyConfig[] {
    return this.entries.map(({ key }) => key);
  }

  get canAdd(): boolean {
    return this.#records.vault !== undefined;
  }

  get state(): readonly unknown[] {
    return [
      this.#version,
      this.entries.map(({ key, configured }) => [key.id, statementOf(key), configured]),
      this.unreadable.map(({ id }) => id),
    ];
  }

  get ids(): readonly string[] {
    return [...this.entries.map(({ key }) => key), ...this.unreadable].map(({ id }) => id);
  }

  leaveOutAdded(): boolean {
    const added = this.entries.filter(({ configured }) => configured === undefined);
    if (added.length === 0) return false;
    this.entries = this.entries.filter((entry) => !added.includes(entry));
    this.unreadable = [
      ...this.unreadable,
      ...storedOf({ entries: added, unreadable: [] }, this.#records.vault).added,
    ];
    this.notes = [
      ...this.notes,
      ...added.map(({ key }): KeyNote => ({ code: 'key-refused', keyId: key.id })),
    ];
    return true;
  }

  attach(gates: readonly Gate[]): void {
    this.#gates = gates;
  }

  async refresh(): Promise<void> {
    const refreshed = this.#last.then(
      () => this.#refresh(),
      () => this.#refresh(),
    );
    this.#last = refreshed;
    await refreshed;
  }

  async #refresh(): Promise<void> {
    const { version, stored } = await this.#records.read();
    if (version === this.#version) return;
    const { entries, unreadable, notes } = mergeKeys(this.#config.keys, stored, this.#records.vault);
    const keys = entries.map(({ key }) => key);
    const prepared = this.#gates.map((gate) => prepareGateKeys(gate, this.#config, keys));
    for (const each of prepared) each.take();
    this.#version = version;
    this.entries = entries;
    this.unreadable = unreadable;
    this.notes = notes;
  }

  change(make: (keys: Keys) => Keys | KeyFault): Promise<KeyFault | undefined> {
    const run = (): Promise<KeyFault | undefined> => this.#change(make);
    const changed = this.#last.then(run, run);
    this.#last = changed;
    return changed;
  }

  async #change(make: (keys: Keys) => Keys | KeyFault): Promise<KeyFault | undefined> {
    const next = make(this);
    if (next instanceof KeyFault) return next;
    const keys = next.entries.map(({ key }) => key);
    let prepared: readonly ReturnType<typeof prepareGateKeys>[];
    let version: number | undefined;
    try {
      prepared = this.#gates.map((gate) => prepareGateKeys(gate, this.#config, keys));
      version = await this.#records.write(this.#version, storedOf(next, this.#records.vault));
    } catch (error) {
      if (error instanceof SetupError)
        return new KeyFault('key-refused', `${error.problem}. ${error.remedy}`);
      if (error instanceof RangeError) return TOO_MUCH;
      throw error;
    }
    if (version === undefined) return OTHER_WRITER;
    for (const each of prepared) each.take();
    this.#version = version;
    this.entries = next.entries;
    this.unreadable = next.unreadable;
    return undefined;
  }
}

const TOO_MUCH = new KeyFault(
  'key-refused',
  'the keys that were added to this gate take more than 64 KB: remove one, or put it into the configuration',
);

const OTHER_WRITER = new KeyFault(
  'changed-meanwhile',
  'another process has changed the keys of this gate in the store: start this gateway again',
);
