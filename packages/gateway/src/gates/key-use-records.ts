/** How a gate's keys were used, as the store has it: a record a gate, to which all gateways add what they have counted. */
import { createHash } from 'node:crypto';
import { isObject } from '@countersign/core/internal/is-object';
import { DAY } from '../config/units.ts';
import type { RecordStore, StoredRecord } from '../stores/record-store.ts';
import { type KeyTally, lastUseOf, tallyIn, tallyValue } from './key-tally.ts';

/** By key. */
export type Tallies = ReadonlyMap<string, KeyTally>;

export interface StoredUses {
  /** 0: there is no record. */
  readonly version: number;
  readonly tallies: Tallies;
}

export const KEY_USES_SPACE = 'key-uses';
/** A gate whose keys nobody uses any more leaves the store. */
const KEPT_MS: number = 400 * DAY;
/** Of 64 KB that a record may have. */
const MAX_BYTES = 60_000;
export const NO_USES: StoredUses = { version: 0, tallies: new Map() };

export function keyUsesKey(gate: string): string {
  return createHash('sha256').update(gate).digest('hex');
}

/** @throws StoreError */
export async function readUses(records: Pick<RecordStore, 'get'>, gate: string): Promise<StoredUses> {
  const record = await records.get(KEY_USES_SPACE, keyUsesKey(gate));
  return record === undefined ? NO_USES : usesIn(record);
}

/**
 * Writes them where nobody has since they were read.
 * @param listed ids of keys that the gate has: the others make room first
 * @returns the new version; undefined where somebody has. @throws StoreError
 */
export async function writeUses(
  records: Pick<RecordStore, 'put'>,
  { gate, version, tallies }: StoredUses & { readonly gate: string },
  { listed, nowMs }: { readonly listed: ReadonlySet<string>; readonly nowMs: number },
): Promise<number | undefined> {
  return records.put({
    space: KEY_USES_SPACE,
    key: keyUsesKey(gate),
    version,
    bytes: bytesOf(tallies, listed),
    untilMs: Math.ceil(nowMs + KEPT_MS),
  });
}

/** What none of us has written counts as nothing: no key looks unused by it, for all of them are new then. */
export function usesIn({ version, bytes }: StoredRecord): StoredUses {
  const value = parsed(Buffer.from(bytes).toString('utf8'));
  const keys = isObject(value) && value['v'] === 1 && Array.isArray(value['keys']) ? value['keys'] : [];
  const tallies = keys.flatMap((pair: unknown) => {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') return [];
    const tally = tallyIn(pair[1]);
    return tally === undefined ? [] : [[pair[0], tally] as const];
  });
  return { version, tallies: new Map(tallies) };
}

/** As many as a record holds: those of the gate, then those that were used last. */
function bytesOf(tallies: Tallies, listed: ReadonlySet<string>): Uint8Array {
  const rank = ([keyId, tally]: readonly [string, KeyTally]): number =>
    listed.has(keyId) ? Number.POSITIVE_INFINITY : (lastUseOf(tally) ?? tally.sinceMs);
  const texts: string[] = [];
  let bytes = 0;
  for (const [keyId, tally] of [...tallies].sort((a, b) =>
    rank(b) > rank(a) ? 1 : rank(b) < rank(a) ? -1 : 0,
  )) {
    const text = JSON.stringify([keyId, tallyValue(tally)]);
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > MAX_BYTES) break;
    texts.push(text);
  }
  return Buffer.from(`{"v":1,"keys":[${texts.join(',')}]}`);
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
