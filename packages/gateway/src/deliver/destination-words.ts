/**
 * Whether a destination is sent to, as all gateways on the store go by it: a record a destination, which is changed from what was there. How it fares
 * is each gateway’s own, and stands beside it in the store (`DeliveryStore.setCondition`).
 */
import { createHash } from 'node:crypto';
import { isObject } from '@countersign/core/internal/is-object';
import { DESTINATION_STATES } from '../metrics/delivery-figures.ts';
import { markChange } from '../stores/change-mark.ts';
import type { DeliveryStore, DestinationCondition } from '../stores/delivery-store.ts';
import type { RecordStore, StoredRecord } from '../stores/record-store.ts';
import type { Store } from '../stores/store.ts';

/** What an operator said of it, or why nothing more is sent. */
export type DestinationWord = Pick<
  DestinationCondition,
  'state' | 'isMuted' | 'reason' | 'sinceMs' | 'drainPerSecond'
>;

export interface NumberedWord {
  readonly name: string;
  /** One more with each change. */
  readonly number: number;
  readonly word: DestinationWord;
}

export interface DestinationWords {
  /** By destination; those of which nothing was said are not among them. @throws StoreError */
  all(): Promise<ReadonlyMap<string, NumberedWord>>;
  /**
   * @param make from what is there, undefined where nothing is; gives undefined where that is to stay. May be called again
   * @returns what is there now. @throws StoreError; Error where others change it all the time
   */
  change(
    name: string,
    make: (before: DestinationWord | undefined) => DestinationWord | undefined,
  ): Promise<NumberedWord | undefined>;
}

const SPACE = 'destination-words';
const MAX_TRIES = 8;

export function createDestinationWords(records: RecordStore): DestinationWords {
  return {
    async all() {
      const words = new Map<string, NumberedWord>();
      for await (const record of records.list(SPACE)) {
        const word = numberedWordIn(record);
        words.set(word.name, word);
      }
      return words;
    },
    async change(name, make) {
      const key = createHash('sha256').update(name).digest('hex');
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const record = await records.get(SPACE, key);
        const before = record && numberedWordIn(record);
        const word = make(before?.word);
        if (word === undefined) return before;
        const next = { name, number: (before?.number ?? 0) + 1, word };
        const bytes = Buffer.from(JSON.stringify({ v: 1, ...next }));
        const version = await records.put({ space: SPACE, key, version: record?.version ?? 0, bytes });
        if (version === undefined) continue;
        // The others look by themselves as well, less often.
        await markChange(records).catch(() => undefined);
        return next;
      }
      throw new Error(`other gateways change whether ${name} is sent to all the time`);
    },
  };
}

/** What an operator asks for and changes of destinations. */
export function conditionParts({ deliveries, records }: Pick<Store, 'deliveries' | 'records'>): {
  readonly conditions: DeliveryStore['conditions'];
  readonly words: DestinationWords;
} {
  const words = createDestinationWords(records);
  return { conditions: () => readConditions(deliveries, words), words };
}

/** What is known of each: how it fares, and what was said of it. @throws StoreError */
export async function readConditions(
  deliveries: Pick<DeliveryStore, 'conditions'>,
  words: Pick<DestinationWords, 'all'>,
): Promise<ReadonlyMap<string, DestinationCondition>> {
  const [stored, said] = await Promise.all([deliveries.conditions(), words.all()]);
  const conditions = new Map(stored);
  for (const [name, { word }] of said) conditions.set(name, withWord(stored.get(name), word));
  return conditions;
}

export function withWord(
  condition: Partial<DestinationCondition> | undefined,
  word: DestinationWord,
): DestinationCondition {
  const { failingSinceMs, failingForMs, failingPercent, toldFailingSinceMs } = condition ?? {};
  return {
    ...word,
    ...(failingSinceMs !== undefined && { failingSinceMs }),
    ...(failingForMs !== undefined && { failingForMs }),
    ...(failingPercent !== undefined && { failingPercent }),
    ...(toldFailingSinceMs !== undefined && { toldFailingSinceMs }),
  };
}

export function wordOf({
  state,
  isMuted,
  reason,
  sinceMs,
  drainPerSecond,
}: DestinationCondition): DestinationWord {
  return {
    state,
    isMuted,
    sinceMs,
    ...(reason !== undefined && { reason }),
    ...(drainPerSecond !== undefined && { drainPerSecond }),
  };
}

/** What is said beside what was: who mutes it changes neither why it rests nor how fast it catches up. */
export function nextWord(
  before: DestinationWord,
  said: Partial<Omit<DestinationWord, 'sinceMs'>>,
  nowMs: number,
): DestinationWord {
  if (said.state === undefined) return { ...before, ...said };
  return { isMuted: before.isMuted, ...said, state: said.state, sinceMs: Math.floor(nowMs) };
}

/** It was not to be sent to, for all that is known, and nothing is lost. */
const DAMAGED: DestinationWord = {
  state: 'paused',
  isMuted: false,
  reason: 'condition-damaged',
  sinceMs: 0,
};

function numberedWordIn({ key, bytes }: StoredRecord): NumberedWord {
  const value = parsed(bytes);
  const name = isObject(value) && typeof value['name'] === 'string' ? value['name'] : key;
  const number = isObject(value) && Number.isSafeInteger(value['number']) ? Number(value['number']) : 0;
  return { name, number, word: (isObject(value) && wordIn(value['word'])) || DAMAGED };
}

function wordIn(value: unknown): DestinationWord | undefined {
  if (!isObject(value)) return undefined;
  const { isMuted, reason, sinceMs, drainPerSecond } = value;
  const state = DESTINATION_STATES.find((name) => name === value['state']);
  const isWhole =
    state !== undefined &&
    typeof isMuted === 'boolean' &&
    typeof sinceMs === 'number' &&
    (reason === undefined || typeof reason === 'string') &&
    (drainPerSecond === undefined || typeof drainPerSecond === 'number');
  return isWhole
    ? {
        state,
        isMuted,
        sinceMs,
        ...(reason !== undefined && { reason }),
        ...(drainPerSecond !== undefined && { drainPerSecond }),
      }
    : undefined;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
