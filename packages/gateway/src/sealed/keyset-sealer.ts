/** Seals under the current data key, and opens what was sealed under any: what is sealed names its key. */
import { createSealer, isSealed, type Sealer } from './seal.ts';

export interface DataKey {
  /** 16 hex characters. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

export interface DataKeys {
  readonly current: DataKey;
  /** Those before, under which something may still be sealed. */
  readonly previous: readonly DataKey[];
  /** The storeKeys under which versions without data keys have sealed: what they sealed names no key. */
  readonly withoutId: readonly Uint8Array[];
}

export interface KeysetSealer extends Sealer {
  /** Whether it is sealed under a key that is here and is not the current one: without that key it is lost. */
  isUnderPrevious(sealed: Uint8Array): boolean;
  /** What all begins with that is sealed under one of those keys and names it: 9 bytes each. */
  readonly previousHeads: readonly Uint8Array[];
}

/** The first byte of what names its key. Behind it stand the key's id, and what `createSealer` makes. */
const VERSION = 2;
const ID_BYTES = 8;
const HEAD_BYTES = 1 + ID_BYTES;

export function createKeysetSealer({ current, previous, withoutId }: DataKeys): KeysetSealer {
  const sealer = createSealer(current.key);
  const sealers = new Map(previous.map(({ id, key }) => [id, createSealer(key)]));
  sealers.set(current.id, sealer);
  const sealersWithoutId = withoutId.map((key) => createSealer(key));
  const head = headOf(current.id);
  const openBytes = (sealed: Uint8Array, context: string): Uint8Array | undefined => {
    if (sealed[0] !== VERSION) return firstOf(sealersWithoutId, (old) => old.openBytes(sealed, context));
    return sealers.get(keyIdOf(sealed))?.openBytes(sealed.subarray(HEAD_BYTES), context);
  };
  return {
    previousHeads: previous.map(({ id }) => headOf(id)),
    seal: (content, context) => Buffer.concat([head, sealer.seal(content, context)]),
    openBytes,
    open: (sealed, context) => {
      const bytes = openBytes(sealed, context);
      return bytes && Buffer.from(bytes).toString('utf8');
    },
    isUnderPrevious(sealed) {
      if (sealed[0] !== VERSION) return sealersWithoutId.length > 0 && isSealed(sealed);
      const id = keyIdOf(sealed);
      return id !== current.id && sealers.has(id);
    },
  };
}

function headOf(keyId: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(VERSION), Buffer.from(keyId, 'hex')]);
}

function keyIdOf(sealed: Uint8Array): string {
  return Buffer.from(sealed.subarray(1, HEAD_BYTES)).toString('hex');
}

function firstOf<Item, Result>(
  items: readonly Item[],
  find: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const result = find(item);
    if (result !== undefined) return result;
  }
  return undefined;
}
