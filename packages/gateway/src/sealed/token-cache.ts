/** Where tokens outlive the process: one entry a name, sealed. */
import type { RecordStore } from '../stores/record-store.ts';
import type { Sealer } from './seal.ts';

/** A token, and the time in which it is good. */
export interface DatedToken {
  readonly token: string;
  /** Milliseconds since the epoch, as is `expiresAtMs`. */
  readonly issuedAtMs: number;
  /** From then on it is not used. */
  readonly expiresAtMs: number;
}

/** Keeps tokens from one start to the next, and shares them between instances. A failure costs a log-in, no more. */
export interface TokenCache {
  /** Undefined where there is none. @throws Error where there is one that cannot be read. */
  load(name: string): Promise<DatedToken | undefined>;
  save(name: string, token: DatedToken): Promise<void>;
}

/** Files that were written before there were records have their tokens moved here: see the migrations. */
export const TOKEN_SPACE = 'token';

/** What a token is sealed for. */
export function tokenContext(name: string): string {
  return name;
}

/** A cache in a store's records, sealed under the entry's name. */
export function createSealedCache(records: Pick<RecordStore, 'get' | 'put'>, sealer: Sealer): TokenCache {
  return {
    load: async (name) => {
      const record = await records.get(TOKEN_SPACE, name);
      if (record === undefined) return undefined;
      const text = sealer.open(record.bytes, tokenContext(name));
      const token = text === undefined ? undefined : readToken(text);
      if (token === undefined) {
        throw new Error(
          'The stored token does not open with this store key, or is of another version. A new one will take its place.',
        );
      }
      return token;
    },
    save: async (name, { token, issuedAtMs, expiresAtMs }) => {
      const bytes = sealer.seal(JSON.stringify({ token, issuedAtMs, expiresAtMs }), tokenContext(name));
      let written: number | undefined;
      // Whoever wrote meanwhile had an older token: the one that is saved last stays.
      while (written === undefined) {
        const version = (await records.get(TOKEN_SPACE, name))?.version ?? 0;
        written = await records.put({ space: TOKEN_SPACE, key: name, version, bytes });
      }
    },
  };
}

function readToken(text: string): DatedToken | undefined {
  try {
    const { token, issuedAtMs, expiresAtMs } = JSON.parse(text) as Partial<DatedToken>;
    return typeof token === 'string' && typeof issuedAtMs === 'number' && typeof expiresAtMs === 'number'
      ? { token, issuedAtMs, expiresAtMs }
      : undefined;
  } catch {
    // JSON.parse quotes the text in its error; the text is a secret.
    return undefined;
  }
}
