/** The secrets that a configuration names, as they were read: each under where it comes from. */
import { MINUTE, SECOND } from '../units.ts';
import { isRead, type ReadSecret, type SecretReading, type UnreadSecret } from './secret-reading.ts';

/** One that a configuration names. */
export interface SecretReference {
  /** As it is written, without its braces: `secret:NAME`. */
  readonly written: string;
  /** What stands before the colon: where it is looked for. */
  readonly kind: string;
  /** What stands behind it. */
  readonly name: string;
  /** Where it comes from, for people: `the command stripe`. */
  readonly origin: string;
  /** The same for the same place: another command of the same name is another. */
  readonly identity: string;
}

/** What became of each. */
export type SecretReadings = ReadonlyMap<SecretReference, SecretReading>;

/** Reads some of them. Does not reject. */
export type ReadSecrets = (references: readonly SecretReference[], nowMs: number) => Promise<SecretReadings>;

/** One that could not be read again. */
export interface UnreadReference extends UnreadSecret {
  readonly reference: SecretReference;
}

/** What became of those that were read again. */
export interface SecretRefresh {
  /** With the old ones where new ones could not be read. */
  readonly secrets: LoadedSecrets;
  readonly isChanged: boolean;
  readonly unread: readonly UnreadReference[];
}

interface Entry {
  readonly reference: SecretReference;
  readonly reading: SecretReading;
}

/** After a failure, and for those that ask for less. */
const LEAST_WAIT_MS = SECOND;
const RETRY_MS: number = MINUTE;

/** What was read, which is never printed: secrets are in it. */
export class LoadedSecrets {
  /** The folder that is watched; undefined where none of them comes from it. */
  readonly folder: string | undefined;
  readonly #entries: readonly Entry[];
  readonly #read: ReadSecrets;

  constructor(entries: readonly Entry[], read: ReadSecrets, folder: string | undefined) {
    this.#entries = entries;
    this.#read = read;
    this.folder = folder;
  }

  /** As it is written, and where it comes from, what was read. */
  find(written: string): Entry | undefined {
    return this.#entries.find(({ reference }) => reference.written === written);
  }

  /** What was read from the same place. */
  readingOf({ identity }: SecretReference): ReadSecret | undefined {
    const reading = this.#entries.find(({ reference }) => reference.identity === identity)?.reading;
    return reading !== undefined && isRead(reading) ? reading : undefined;
  }

  /** When the first of them is to be read again: milliseconds since the epoch. */
  get refreshAtMs(): number | undefined {
    const times = this.#entries.flatMap(({ reading }) =>
      'refreshAtMs' in reading ? reading.refreshAtMs : [],
    );
    const moments = times.filter((time) => time !== undefined);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** Reads those of the folder, and those whose time has come. Does not reject. */
  async readAgain(nowMs: number): Promise<SecretRefresh> {
    const due = this.#entries.filter(({ reference, reading }) => isDue(reference, reading, nowMs));
    const readings = await this.#read(
      due.map(({ reference }) => reference),
      nowMs,
    );
    const unread: UnreadReference[] = [];
    let isChanged = false;
    const entries = this.#entries.map((entry): Entry => {
      const next = readings.get(entry.reference);
      if (next === undefined) return entry;
      const { reference, reading } = entry;
      if (!isRead(next)) {
        unread.push({ reference, ...next });
        if (!isRead(reading) || reading.refreshAtMs === undefined) return entry;
        return { reference, reading: { ...reading, refreshAtMs: nowMs + RETRY_MS } };
      }
      isChanged ||= !isRead(reading) || reading.value !== next.value;
      const { refreshAtMs } = next;
      if (refreshAtMs === undefined) return { reference, reading: next };
      return {
        reference,
        reading: { ...next, refreshAtMs: Math.max(refreshAtMs, nowMs + LEAST_WAIT_MS) },
      };
    });
    return { secrets: new LoadedSecrets(entries, this.#read, this.folder), isChanged, unread };
  }
}

/** The prefix of what stands in the folder. */
export const FOLDER_KIND = 'secret';

function isDue({ kind }: SecretReference, reading: SecretReading, nowMs: number): boolean {
  if (kind === FOLDER_KIND) return true;
  return isRead(reading) && reading.refreshAtMs !== undefined && reading.refreshAtMs <= nowMs;
}
