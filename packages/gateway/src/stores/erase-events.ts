/** Erases events, and proves that nothing of them is left in the store's files (ADR 47). */
import type { DatabaseSync } from 'node:sqlite';
import type { CommitQueue } from './commit-queue.ts';
import type { EventStore } from './event-store.ts';
import { findLeavings } from './leavings-search.ts';
import { digestOf, inPages, matchingEvents } from './matching-events.ts';
import { matchingRefusals } from './matching-refusals.ts';
import type { OwnFile } from './own-file.ts';
import type { RefusedStore } from './refused-store.ts';
import type { Checkpoints } from './sqlite-checkpoints.ts';
import type { SqliteErasure } from './sqlite-erasure.ts';
import type { EraseOptions, EraseReport } from './store-upkeep.ts';

export interface EraseParts {
  readonly db: DatabaseSync;
  readonly queue: CommitQueue;
  readonly checkpoints: Checkpoints;
  readonly erasure: SqliteErasure;
  readonly events: EventStore;
  readonly refused: RefusedStore;
  /** Undefined in memory: what is overwritten there is nowhere else. */
  readonly file: OwnFile | undefined;
  /** Does something while the file stays as it is. */
  readonly holding: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** Looked for in one reading of the file: some 20 MB of memory. */
const MAX_SLICES = 100_000;
/** What a step writes besides a body that is overwritten. */
const STEP_BYTES = 16 * 1024;

export async function eraseEvents(
  parts: EraseParts,
  options: EraseOptions,
  signal: AbortSignal,
): Promise<EraseReport> {
  const { events, erasure } = parts;
  const ids = await matchingEvents({ events, isLeft: (id) => erasure.isLeft(id) }, options, signal);
  const refusals = await matchingRefusals(parts.refused, { ...options, signal });
  const counts = { events: ids.length, refused: refusals.length };
  if (options.isDryRun === true || counts.events + counts.refused === 0) return { ...counts, cancelled: 0 };
  await inPages(ids, (page) => write(parts.queue, () => parts.erasure.begin(page)));
  await parts.refused.remove(refusals);
  let cancelled = 0;
  let copiedMs: number | undefined;
  let wasIndexed = false;
  const others = new Set(ids);
  for (let at = 0; at < ids.length; ) {
    const slices: Buffer[] = [];
    const from = at;
    for (; at < ids.length && slices.length < MAX_SLICES; at++) {
      const row = await eraseOne(parts, ids[at] ?? '', others);
      slices.push(...(row?.slices ?? []));
      cancelled += row?.cancelled ?? 0;
      wasIndexed ||= row?.wasIndexed === true;
      signal.throwIfAborted();
    }
    if (wasIndexed) await resetWords(parts);
    wasIndexed = false;
    const tookMs = await prove(parts, slices, signal);
    if (tookMs !== undefined) copiedMs = (copiedMs ?? 0) + tookMs;
    await inPages(ids.slice(from, at), (page) => write(parts.queue, () => parts.erasure.end(page)));
  }
  parts.checkpoints.empty();
  return { ...counts, cancelled, ...(copiedMs !== undefined && { copiedMs }) };
}

/** What a killed process had begun: its slices are lost with it, so the whole file is copied. */
export async function finishErasure(
  parts: Pick<EraseParts, 'db' | 'queue' | 'checkpoints' | 'erasure' | 'events'>,
): Promise<void> {
  const ids = parts.erasure.pending();
  if (ids.length === 0) return;
  const others = new Set(ids);
  for (const id of ids) await eraseOne(parts, id, others);
  await resetWords(parts);
  copyWhole(parts);
  await inPages(ids, (page) => write(parts.queue, () => parts.erasure.end(page)));
  parts.checkpoints.empty();
}

async function eraseOne(
  { events, queue, erasure }: Pick<EraseParts, 'events' | 'queue' | 'erasure'>,
  id: string,
  others: ReadonlySet<string>,
) {
  const event = await events.get(id);
  // Retention may have taken it meanwhile.
  if (event === undefined) return undefined;
  const digest = event.erased ?? digestOf(event);
  return queue.add(STEP_BYTES + digest.bodyBytes, (nowMs) => erasure.erase({ id, digest, others }, nowMs));
}

/** @returns how long the whole file was copied, where that was necessary */
async function prove(
  parts: EraseParts,
  slices: readonly Buffer[],
  signal: AbortSignal,
): Promise<number | undefined> {
  const { file, holding } = parts;
  if (file === undefined) return undefined;
  const pages = await holding(() => findLeavings(file, slices, signal));
  return pages.length === 0 ? undefined : copyWhole(parts);
}

/** SQLite copies all that is kept into pages without leavings. @returns how long nothing else was done */
function copyWhole({ db, checkpoints }: Pick<EraseParts, 'db' | 'checkpoints'>): number {
  const startMs = performance.now();
  db.exec('VACUUM');
  checkpoints.empty();
  return Math.ceil(performance.now() - startMs);
}

async function resetWords({ queue, erasure }: Pick<EraseParts, 'queue' | 'erasure'>): Promise<void> {
  while (await write(queue, () => erasure.resetWords()));
}

function write<Result>(queue: CommitQueue, change: () => Result): Promise<Result> {
  return queue.add(STEP_BYTES, change);
}
