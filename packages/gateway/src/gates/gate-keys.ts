/** The keys of an open gate: what its ring holds, and how that is changed while requests come. */
import { type Gate, SetupError } from '@countersign/core';
import type { PreparedKeys } from '@countersign/core/internal/gate-parts';
import type { GateConfig, KeyConfig } from '../config/config.ts';
import type { AddedKey, KeyRecords } from '../sealed/key-records.ts';
import { prepareGateKeys } from './core-gate.ts';
import { KeyFault, type Keys } from './key-changes.ts';
import {
  type GateKeyList,
  type KeyEntry,
  type KeyNote,
  mergeKeys,
  statementOf,
  storedOf,
  withoutAdded,
} from './key-entries.ts';

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
  /** Of the store’s record that they go by; 0: there is none. */
  readonly version: number;
  /**
   * Goes by what the store has now: another gateway may have changed it, or the gate that had this one’s place.
   * @returns whether that is other than what they went by
   * @throws SetupError where the record cannot be read, or the gate does not take what it says; the keys stay as they were then
   */
  refresh(): Promise<boolean>;
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

  get version(): number {
    return this.#version;
  }

  leaveOutAdded(): boolean {
    const rest = withoutAdded(this, this.#records.vault);
    if (rest === undefined) return false;
    this.#take(rest);
    return true;
  }

  attach(gates: readonly Gate[]): void {
    this.#gates = gates;
  }

  refresh(): Promise<boolean> {
    const run = (): Promise<boolean> => this.#refresh();
    const refreshed = this.#last.then(run, run);
    this.#last = refreshed;
    return refreshed;
  }

  async #refresh(): Promise<boolean> {
    const { version, stored } = await this.#records.read();
    if (version === this.#version) return false;
    const { list, prepared } = this.#prepareAny(mergeKeys(this.#config.keys, stored, this.#records.vault));
    for (const each of prepared) each.take();
    this.#version = version;
    this.#take(list);
    return true;
  }

  /** Added keys that the gate does not take must not keep another from being revoked. @throws SetupError */
  #prepareAny(list: GateKeyList): { readonly list: GateKeyList; readonly prepared: readonly PreparedKeys[] } {
    try {
      return { list, prepared: this.#prepare(list.entries) };
    } catch (error) {
      const rest = error instanceof SetupError ? withoutAdded(list, this.#records.vault) : undefined;
      if (rest === undefined) throw error;
      return { list: rest, prepared: this.#prepare(rest.entries) };
    }
  }

  /** @throws SetupError */
  #prepare(entries: readonly KeyEntry[]): readonly PreparedKeys[] {
    const keys = entries.map(({ key }) => key);
    return this.#gates.map((gate) => prepareGateKeys(gate, this.#config, keys));
  }

  #take({ entries, unreadable, notes }: GateKeyList): void {
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
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      let next: Keys | KeyFault;
      let prepared: readonly PreparedKeys[];
      let version: number | undefined;
      try {
        // Another gateway may have changed them a moment ago, or while this was tried: by what the store has it is judged.
        await this.#refresh();
        next = make(this);
        if (next instanceof KeyFault) return next;
        prepared = this.#prepare(next.entries);
        version = await this.#records.write(this.#version, storedOf(next, this.#records.vault));
      } catch (error) {
        if (error instanceof SetupError)
          return new KeyFault('key-refused', `${error.problem}. ${error.remedy}`);
        if (error instanceof RangeError) return TOO_MUCH;
        throw error;
      }
      if (version !== undefined) {
        for (const each of prepared) each.take();
        this.#version = version;
        this.entries = next.entries;
        this.unreadable = next.unreadable;
        await this.#records.announce();
        return undefined;
      }
    }
    return OTHER_WRITERS;
  }
}

/** Of one change, where others change the same keys at the same time. */
const MAX_TRIES = 8;

const TOO_MUCH = new KeyFault(
  'key-refused',
  'the keys that were added to this gate take more than 64 KB: remove one, or put it into the configuration',
);

const OTHER_WRITERS = new KeyFault(
  'changed-meanwhile',
  'other gateways on the store change the keys of this gate at the same time: look at the keys, and try again',
);
