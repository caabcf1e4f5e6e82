/**
 * Whether no answer stands on the wire before its event is on the disk: each 200 is held against the write of the log's frames that bring its
 * event, the frame that commits them, and the fsync behind it. A page cache survives SIGKILL, so that no kill proves this.
 * @see https://www.sqlite.org/walformat.html
 */
import type { Faults } from '../engine/fault.ts';
import type { SystemCall } from './read-trace.ts';

/** What the judge reads. */
export const TRACED = [
  'openat',
  'close',
  'accept4',
  'read',
  'recvfrom',
  'write',
  'writev',
  'sendto',
  'sendmsg',
  'pwrite64',
  'pwritev',
  'fsync',
  'fdatasync',
].join(',');

/** Frames of the log are this long before their page. */
const FRAME_HEAD_BYTES = 24;

export interface TraceCounts {
  /** Answers of 200 that were held against the disk. */
  answers: number;
  /** Of these, repeats of what an earlier process kept. */
  repeatsOfBefore: number;
  commits: number;
  syncs: number;
}

export interface TraceOptions {
  /** Requests that an earlier process kept: the log that it left must be synced before a repeat is acknowledged. */
  readonly before: ReadonlySet<number>;
  readonly faults: Faults;
}

/** @returns what was held, and which requests it brought to the disk */
export async function judgeTrace(
  calls: AsyncIterable<SystemCall>,
  { before, faults }: TraceOptions,
): Promise<{ readonly counts: TraceCounts; readonly kept: ReadonlySet<number> }> {
  const judge = new TraceJudge(before, faults);
  for await (const call of calls) judge.take(call);
  return { counts: judge.counts, kept: judge.kept };
}

/** Frames up to the one that commits them. */
interface Batch {
  committedAt: number;
  syncedAt: number;
}

const NEVER = Number.POSITIVE_INFINITY;

class TraceJudge {
  readonly counts: TraceCounts = { answers: 0, repeatsOfBefore: 0, commits: 0, syncs: 0 };
  readonly #before: ReadonlySet<number>;
  readonly #faults: Faults;
  readonly #logs = new Set<number>();
  /** Which request was read last, by the client's descriptor. */
  readonly #asked = new Map<number, number | undefined>();
  readonly #batches = new Map<number, Batch>();
  #open: Batch = newBatch();
  #waiting: Batch[] = [];
  #isCommit = false;
  #firstSyncAt = NEVER;

  constructor(before: ReadonlySet<number>, faults: Faults) {
    this.#before = before;
    this.#faults = faults;
  }

  get kept(): ReadonlySet<number> {
    return new Set(this.#batches.keys());
  }

  take(call: SystemCall): void {
    const { name, args, result } = call;
    if (name === 'openat') {
      if (args.includes('-wal"') && result !== undefined && result >= 0) this.#logs.add(result);
      return;
    }
    if (name === 'accept4') {
      if (result !== undefined && result >= 0) this.#asked.set(result, undefined);
      return;
    }
    const fd = Number.parseInt(args, 10);
    if (name === 'close') this.#forget(fd);
    else if (this.#logs.has(fd)) this.#takeLogs(call);
    else if (this.#asked.has(fd)) this.#takeClients(fd, call);
  }

  #forget(fd: number): void {
    this.#logs.delete(fd);
    this.#asked.delete(fd);
  }

  #takeLogs({ name, args, beganAt, endedAt, result }: SystemCall): void {
    if (name === 'fsync' || name === 'fdatasync') {
      if (result !== 0) return;
      this.counts.syncs++;
      this.#firstSyncAt = Math.min(this.#firstSyncAt, endedAt);
      this.#waiting = this.#waiting.filter((batch) => {
        if (batch.committedAt >= beganAt) return true;
        batch.syncedAt = endedAt;
        return false;
      });
    } else if (name.startsWith('pwrite') || name.startsWith('write')) {
      for (const [, n] of args.matchAll(/\?n=(\d+)&end/g)) {
        if (!this.#batches.has(Number(n))) this.#batches.set(Number(n), this.#open);
      }
      if (result === FRAME_HEAD_BYTES) {
        this.#isCommit = isCommitFrame(args);
        return;
      }
      if (!this.#isCommit) return;
      this.#isCommit = false;
      this.counts.commits++;
      this.#open.committedAt = endedAt;
      this.#waiting.push(this.#open);
      this.#open = newBatch();
    }
  }

  #takeClients(fd: number, { name, args, beganAt }: SystemCall): void {
    if (name === 'read' || name === 'recvfrom') {
      const n = /"POST [^ ]*\?n=(\d+)&end HTTP/.exec(args)?.[1];
      if (n !== undefined) this.#asked.set(fd, Number(n));
      return;
    }
    const n = this.#asked.get(fd);
    if (n === undefined || !args.includes('HTTP/1.1 200')) return;
    this.#asked.set(fd, undefined);
    this.#judge(n, beganAt);
  }

  #judge(n: number, answeredAt: number): void {
    this.counts.answers++;
    const batch = this.#batches.get(n);
    if (batch !== undefined && batch.syncedAt < answeredAt) return;
    if (this.#before.has(n)) {
      this.counts.repeatsOfBefore++;
      if (this.#firstSyncAt >= answeredAt) {
        this.#faults.add(
          'answered-early',
          `request ${n}, which an earlier process kept, was acknowledged in line ${answeredAt} of the trace before the log was synced`,
        );
      }
      return;
    }
    this.#faults.add(
      'answered-early',
      `request ${n} was answered in line ${answeredAt} of the trace: ${earlyWhy(batch)}`,
    );
  }
}

function earlyWhy(batch: Batch | undefined): string {
  if (batch === undefined) return 'nothing of it had been written';
  if (batch.committedAt === NEVER) return 'what was written of it had not been committed';
  return batch.syncedAt === NEVER
    ? `it was committed in line ${batch.committedAt}, and not synced`
    : `it was synced in line ${batch.syncedAt}`;
}

function newBatch(): Batch {
  return { committedAt: NEVER, syncedAt: NEVER };
}

/** Its bytes 4 to 7 are the size of the database after it, or 0 in a frame that commits nothing. */
function isCommitFrame(args: string): boolean {
  const text = /"((?:[^"\\]|\\.)*)"/.exec(args)?.[1] ?? '';
  return bytesOf(text)
    .slice(4, 8)
    .some((byte) => byte !== 0);
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12, '"': 34, '\\': 92 };

/** Bytes of a string as strace prints it. */
export function bytesOf(text: string): readonly number[] {
  return [...text.matchAll(/\\([0-7]{1,3})|\\(.)|[^\\]/g)].map(([all, octal, letter]) => {
    if (octal !== undefined) return Number.parseInt(octal, 8);
    return letter === undefined ? all.charCodeAt(0) : (ESCAPES[letter] ?? letter.charCodeAt(0));
  });
}
