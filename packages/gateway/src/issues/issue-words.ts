/** What operators say of issues, for the other gateways on the store: a record an issue. */
import { isObject } from '@countersign/core/internal/is-object';
import { DAY } from '../config/units.ts';
import { markChange } from '../stores/change-mark.ts';
import type { RecordStore } from '../stores/record-store.ts';
import type { OperatorChange } from './issue-model.ts';

export interface IssueWord extends OperatorChange {
  /** The issue’s, which is the same at all gateways. */
  readonly id: string;
}

export interface IssueWords {
  /** The last one of an issue counts. @throws StoreError */
  say(word: IssueWord): Promise<void>;
  /** What others have said since it was asked last, at first all. @throws StoreError */
  news(): Promise<readonly IssueWord[]>;
}

const SPACE = 'issue-words';
/** As long as an issue that is closed is remembered, and a day. */
const KEPT_MS: number = 31 * DAY;
const CHANGES: readonly OperatorChange['change'][] = ['acknowledge', 'reopen', 'close'];

export function createIssueWords(records: RecordStore): IssueWords {
  /** By issue, of the record that was read or written last. */
  const versions = new Map<string, number>();
  return {
    async say(word) {
      const { id, nowMs } = word;
      const bytes = Buffer.from(JSON.stringify({ v: 1, ...word }));
      const untilMs = nowMs + KEPT_MS;
      let version: number | undefined;
      while (version === undefined) {
        const before = (await records.get(SPACE, id))?.version ?? 0;
        version = await records.put({ space: SPACE, key: id, version: before, bytes, untilMs });
      }
      versions.set(id, version);
      // The others look by themselves as well, less often.
      await markChange(records).catch(() => undefined);
    },
    async news() {
      const words: IssueWord[] = [];
      const present = new Set<string>();
      for await (const { key, version, bytes } of records.list(SPACE)) {
        present.add(key);
        if (versions.get(key) === version) continue;
        versions.set(key, version);
        const word = wordIn(key, bytes);
        if (word !== undefined) words.push(word);
      }
      for (const id of versions.keys()) if (!present.has(id)) versions.delete(id);
      return words;
    },
  };
}

/** Undefined for what none of us has written: the issue stays as it is. */
function wordIn(id: string, bytes: Uint8Array): IssueWord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { by, note, nowMs } = value;
  const change = CHANGES.find((word) => isObject(value) && word === value['change']);
  if (change === undefined || typeof by !== 'string' || typeof nowMs !== 'number') return undefined;
  return { id, change, by, nowMs, ...(typeof note === 'string' && { note }) };
}
