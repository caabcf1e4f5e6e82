/** Keeps in the store how keys were used: each minute what has changed, and all at the end. */

import { createHash } from 'node:crypto';
import { isObject } from '@countersign/core/internal/is-object';
import { DAY, MINUTE } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import type { ProofCounts } from '../metrics/verdict-counts.ts';
import type { RecordStore } from '../stores/record-store.ts';
import { KeyUses } from './key-uses.ts';

export interface KeyUseBook {
  /** Goes on with what is known of the gate’s keys. @param keyIds of those that are kept; read at each writing */
  open(gate: string, counts: ProofCounts, keyIds: () => readonly string[]): KeyUses;
  of(gate: string): KeyUses | undefined;
  /** Writes what has changed, and ends. */
  close(): Promise<void>;
}

export interface KeyUseBookOptions {
  readonly records: RecordStore;
  readonly now: () => number;
  readonly log: Pick<Log, 'warn'>;
}

const SPACE = 'gate-key-uses';
const WRITE_EVERY_MS: number = MINUTE;
/** A key that nobody watches any more leaves the store. */
const KEPT_MS: number = 400 * DAY;

interface Watched {
  readonly uses: KeyUses;
  keyIds: () => readonly string[];
}

export async function openKeyUseBook({ records, now, log }: KeyUseBookOptions): Promise<KeyUseBook> {
  const stored = await usesIn(records).catch((error: unknown) => {
    log.warn({ error }, 'how keys were used before the start is not known: the store cannot be read');
    return new Map<string, Map<string, unknown>>();
  });
  const watched = new Map<string, Watched>();
  const write = async (): Promise<void> => {
    const nowMs = now();
    const writes = [...watched].flatMap(([gate, { uses, keyIds }]) =>
      uses.written(new Set(keyIds()), nowMs).map(async ([keyId, use]) => {
        const key = createHash('sha256')
          .update(JSON.stringify([gate, keyId]))
          .digest('hex');
        const version = (await records.get(SPACE, key))?.version ?? 0;
        const bytes = Buffer.from(JSON.stringify({ gate, key: keyId, use }));
        await records.put({ space: SPACE, key, version, bytes, untilMs: Math.ceil(nowMs + KEPT_MS) });
      }),
    );
    const failed = (await Promise.allSettled(writes)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected')
      log.warn({ error: failed.reason }, 'how keys were used was not stored: a restart will not know it');
  };
  let writing = Promise.resolve();
  const timer = setInterval(() => {
    writing = writing.then(write);
  }, WRITE_EVERY_MS);
  timer.unref();
  return {
    open(gate, counts, keyIds) {
      const earlier = watched.get(gate);
      if (earlier !== undefined) {
        earlier.uses.attach(counts, now());
        earlier.keyIds = keyIds;
        return earlier.uses;
      }
      const uses = new KeyUses(counts, now(), stored.get(gate));
      watched.set(gate, { uses, keyIds });
      return uses;
    },
    of: (gate) => watched.get(gate)?.uses,
    async close() {
      clearInterval(timer);
      await writing.then(write);
    },
  };
}

/** By gate and key. */
async function usesIn(records: RecordStore): Promise<ReadonlyMap<string, ReadonlyMap<string, unknown>>> {
  const stored = new Map<string, Map<string, unknown>>();
  for await (const { bytes } of records.list(SPACE)) {
    const value = parsed(Buffer.from(bytes).toString('utf8'));
    if (!isObject(value) || typeof value['gate'] !== 'string' || typeof value['key'] !== 'string') continue;
    const ofGate = stored.get(value['gate']) ?? new Map<string, unknown>();
    stored.set(value['gate'], ofGate.set(value['key'], value['use']));
  }
  return stored;
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
