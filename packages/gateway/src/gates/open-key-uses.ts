/**
 * Keeps in the store how keys were used, by all gateways that share it: each adds what it has counted every ten seconds, and reads what the others
 * have. So whoever asks knows of every use but those of the last `USES_BEHIND_MS`.
 */
import { setImmediate } from 'node:timers/promises';
import type { MaybePromise } from '@countersign/core';
import { MINUTE } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import type { ProofCounts } from '../metrics/verdict-counts.ts';
import type { RecordStore, StoredRecord } from '../stores/record-store.ts';
import { addTallies } from './key-tally.ts';
import {
  KEY_USES_SPACE,
  keyUsesKey,
  NO_USES,
  readUses,
  type StoredUses,
  type Tallies,
  usesIn,
  writeUses,
} from './key-use-records.ts';
import { type KeyUse, KeyUses, type Moment } from './key-uses.ts';

/** Of one gate. */
export interface GateKeyUses {
  of(keyId: string, nowMs: number): KeyUse;
  /** How long ago what other gateways have counted was read, in milliseconds. Infinity: never. */
  readonly unreadMs: number;
  /** Reads it now, as long as the store answers within a second. Does not reject. */
  read(): Promise<void>;
  /** The key was removed: another may get its id. Does not reject. */
  forget(keyId: string): Promise<void>;
}

export interface KeyUseBook {
  /** Goes on with what is known of the gate’s keys. @param keyIds of those that are kept; read at each writing */
  open(gate: string, counts: ProofCounts, keyIds: () => readonly string[]): void;
  of(gate: string): GateKeyUses | undefined;
  /** Adds what was counted to what the store has, at once. Does not reject. */
  write(): Promise<void>;
  /** Writes what has changed, and ends. */
  close(): Promise<void>;
}

export interface KeyUseBookOptions {
  readonly records: RecordStore;
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

const WRITE_EVERY_MS = 10_000;
/** Other gateways’ uses may be missing for so long: they write every ten seconds, and a write takes a moment. */
export const USES_BEHIND_MS = 15_000;
/** For figures; who asks for a gate’s keys has them read at once. */
const READ_ALL_EVERY_MS: number = MINUTE;
const READ_MS = 1_000;
/** Where several gateways write one record, each try has one that comes through. */
const MAX_TRIES = 8;
const WRITTEN_AT_ONCE = 8;

export async function openKeyUseBook(options: KeyUseBookOptions): Promise<KeyUseBook> {
  const book = new Book(options);
  await book.readAtStart();
  return book;
}

class Book implements KeyUseBook {
  readonly #options: KeyUseBookOptions;
  readonly #gates = new Map<string, Watched>();
  /** By their records’ keys: as the store had them at the start, for the gates that are opened then. */
  #atStart: ReadonlyMap<string, StoredUses> | undefined;
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> | undefined;
  #readAllMs: number;
  #isTold = false;

  constructor(options: KeyUseBookOptions) {
    this.#options = options;
    this.#readAllMs = options.monotonicMs();
    this.#timer = setInterval(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  open(gate: string, counts: ProofCounts, keyIds: () => readonly string[]): void {
    const earlier = this.#gates.get(gate);
    if (earlier !== undefined) {
      earlier.attach(counts, keyIds);
      return;
    }
    const watched = new Watched(gate, { ...this.#options, counts, keyIds });
    this.#gates.set(gate, watched);
    if (this.#atStart !== undefined) watched.take(this.#atStart.get(keyUsesKey(gate)) ?? NO_USES);
  }

  of(gate: string): GateKeyUses | undefined {
    return this.#gates.get(gate);
  }

  async #writeAll(): Promise<void> {
    const gates = [...this.#gates.values()];
    for (let at = 0; at < gates.length; at += WRITTEN_AT_ONCE) {
      const written = gates.slice(at, at + WRITTEN_AT_ONCE).map((gate) => gate.write());
      const failed = (await Promise.allSettled(written)).find(({ status }) => status === 'rejected');
      // A store that fails one is not asked for all the others.
      if (failed?.status === 'rejected') throw failed.reason;
    }
  }

  /** Does not reject. */
  async readAtStart(): Promise<void> {
    const atStart = new Map<string, StoredUses>();
    await this.#readEach(
      (record) => void atStart.set(record.key, usesIn(record)),
      () => {
        this.#atStart = atStart;
      },
    );
  }

  /** Does not reject. */
  async #readAll(): Promise<void> {
    // Whatever is opened from now on is read when it is written.
    this.#atStart = undefined;
    const gates = new Map([...this.#gates.values()].map((gate) => [keyUsesKey(gate.name), gate]));
    const readNew = async ({ key, version }: StoredRecord): Promise<void> => {
      const gate = gates.get(key);
      if (gate === undefined || gate.version === version) return;
      await gate.read();
      await setImmediate();
    };
    await this.#readEach(readNew, () => {
      this.#readAllMs = this.#options.monotonicMs();
    });
  }

  async #readEach(read: (record: StoredRecord) => MaybePromise<void>, onEnd: () => void): Promise<void> {
    const { records, log } = this.#options;
    try {
      for await (const record of records.list(KEY_USES_SPACE)) await read(record);
      onEnd();
    } catch (error) {
      log.warn({ error }, 'how keys were used cannot be read from the store');
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.write();
  }

  write(): Promise<void> {
    this.#writing ??= this.#writeAndRead().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #writeAndRead(): Promise<void> {
    const { monotonicMs, log } = this.#options;
    try {
      await this.#writeAll();
      if (this.#isTold) log.info({}, 'how keys are used is stored again');
      this.#isTold = false;
    } catch (error) {
      if (!this.#isTold)
        log.warn(
          { error },
          'how keys are used is not stored at present: other gateways on the store, and a restart, do not know of it',
        );
      this.#isTold = true;
      return;
    }
    if (monotonicMs() - this.#readAllMs >= READ_ALL_EVERY_MS) await this.#readAll();
  }
}

interface WatchedOptions extends KeyUseBookOptions {
  readonly counts: ProofCounts;
  readonly keyIds: () => readonly string[];
}

/** One gate’s record: one reading or writing of it at a time. */
class Watched implements GateKeyUses {
  readonly name: string;
  readonly #options: WatchedOptions;
  readonly #uses: KeyUses;
  #keyIds: () => readonly string[];
  #version: number | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(name: string, options: WatchedOptions) {
    this.name = name;
    this.#options = options;
    this.#keyIds = options.keyIds;
    this.#uses = new KeyUses(options.counts, this.#moment());
  }

  /** Of the record, as it was read or written last. */
  get version(): number | undefined {
    return this.#version;
  }

  get unreadMs(): number {
    return this.#uses.unreadMs(this.#moment());
  }

  attach(counts: ProofCounts, keyIds: () => readonly string[]): void {
    this.#uses.attach(counts, this.#moment());
    this.#keyIds = keyIds;
  }

  of(keyId: string, nowMs: number): KeyUse {
    return this.#uses.of(keyId, { ...this.#moment(), nowMs });
  }

  async read(): Promise<void> {
    const waiting = new AbortController();
    const isRead = this.#inTurn(async () => {
      // Nobody waits for it any more.
      if (!waiting.signal.aborted) this.take(await readUses(this.#options.records, this.name));
    }).catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, READ_MS);
    });
    await Promise.race([isRead, late]);
    clearTimeout(timer);
    waiting.abort();
  }

  take({ version, tallies }: StoredUses): void {
    this.#version = version;
    this.#uses.read(tallies, this.#moment());
  }

  forget(keyId: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#uses.forget(keyId);
      await this.#add(keyId);
    }).catch((error: unknown) =>
      this.#options.log.warn(
        { error, gate: this.name, keyId },
        'how a key was used that is removed now stays in the store: a new one of its id begins with that',
      ),
    );
  }

  /** @throws StoreError */
  write(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#toSend() !== undefined) await this.#add();
    });
  }

  /** Adds what was counted here to what the store has. @param gone the key whose uses leave it @throws StoreError */
  async #add(gone?: string): Promise<void> {
    const { records, now } = this.#options;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const stored = await readUses(records, this.name);
      this.take(stored);
      const tallies = new Map(stored.tallies);
      const isGone = gone !== undefined && tallies.delete(gone);
      const sent = this.#toSend();
      if (sent === undefined && !isGone) return;
      for (const [keyId, tally] of sent ?? [])
        tallies.set(keyId, addTallies(tally, tallies.get(keyId), now()));
      const use = { gate: this.name, version: stored.version, tallies };
      const version = await writeUses(records, use, { listed: new Set(this.#keyIds()), nowMs: now() });
      if (version === undefined) continue;
      this.#version = version;
      this.#uses.written(tallies, this.#moment());
      return;
    }
    throw new Error('other gateways write how the keys of the gate are used all the time');
  }

  #toSend(): Tallies | undefined {
    return this.#uses.send(this.#keyIds(), this.#moment());
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const acted = this.#last.then(act, act);
    this.#last = acted.catch(() => undefined);
    return acted;
  }

  #moment(): Moment {
    const { now, monotonicMs } = this.#options;
    return { nowMs: now(), monotonicMs: monotonicMs() };
  }
}
