/** Proves that nothing of erased rows stands in a store's file any more: looks for slices of them in every page, beside what is kept. */
import { nextTurn } from '../loop-slices.ts';
import type { OwnFile } from './own-file.ts';
import { isLastPart, leavingsOf } from './page-leavings.ts';
import { createSliceSearch, SLICE_BYTES } from './slice-search.ts';

/** Looked through in one go: a millisecond, whatever it holds. */
const PIECE_BYTES = 128 * 1024;

/**
 * @param file does not change meanwhile
 * @returns the numbers of pages that have a slice where nothing is kept: in free room, in a free page, behind the end of a record. One that
 * stands in a row is what another event says as well
 */
export async function findLeavings(
  file: OwnFile,
  slices: readonly Buffer[],
  signal: AbortSignal,
): Promise<readonly number[]> {
  if (slices.length === 0) return [];
  const search = createSliceSearch(slices);
  const head = await file.readAt(0, HEAD_BYTES);
  const pageBytes = pageBytesOf(head);
  const pages: number[] = [];
  let freePages: ReadonlySet<number> | undefined;
  for (let from = 0; ; from += PIECE_BYTES) {
    signal.throwIfAborted();
    const piece = await file.readAt(from, PIECE_BYTES);
    const suspects = new Set<number>();
    search.find(piece, (at) => {
      const page = Math.floor(at / pageBytes);
      const room = leavingsOf(
        piece.subarray(page * pageBytes, (page + 1) * pageBytes),
        from / pageBytes + page + 1,
      );
      const place = at % pageBytes;
      if (
        room === undefined ||
        room.some(({ from: start, until }) => place + SLICE_BYTES > start && place < until)
      )
        suspects.add(page);
    });
    for (const page of suspects) {
      const number = from / pageBytes + page + 1;
      const bytes = piece.subarray(page * pageBytes, (page + 1) * pageBytes);
      freePages ??= await freePagesOf(file, head, pageBytes);
      if (leavingsOf(bytes, number) !== undefined || freePages.has(number) || isLastPart(bytes))
        pages.push(number);
    }
    if (piece.length < PIECE_BYTES) return pages;
    await nextTurn();
  }
}

/** https://www.sqlite.org/fileformat2.html#the_database_header */
const HEAD_BYTES = 100;
const PAGE_SIZE_AT = 16;
const FREE_TRUNK_AT = 32;

function pageBytesOf(head: Buffer): number {
  const written = head.readUInt16BE(PAGE_SIZE_AT);
  return written === 1 ? 65_536 : written;
}

/** @see https://www.sqlite.org/fileformat2.html#the_freelist */
async function freePagesOf(file: OwnFile, head: Buffer, pageBytes: number): Promise<ReadonlySet<number>> {
  const pages = new Set<number>();
  for (let trunk = head.readUInt32BE(FREE_TRUNK_AT); trunk !== 0 && !pages.has(trunk); ) {
    pages.add(trunk);
    const page = await file.readAt((trunk - 1) * pageBytes, pageBytes);
    const leaves = Math.min(page.readUInt32BE(4), pageBytes / 4 - 2);
    for (let leaf = 0; leaf < leaves; leaf++) pages.add(page.readUInt32BE(8 + 4 * leaf));
    trunk = page.readUInt32BE(0);
  }
  return pages;
}
