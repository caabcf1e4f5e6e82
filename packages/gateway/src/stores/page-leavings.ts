/** Which bytes of a page of SQLite's are nobody's: what stood there once, and is not overwritten. */

/** From, and until before. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/**
 * The stretches of a page that hold no content. A page of a b-tree says so itself. Undefined for any other, which is a free page or a
 * part of a long record.
 * @param page whole
 * @param number from 1
 * @see https://www.sqlite.org/fileformat2.html#b_tree_pages
 */
export function leavingsOf(page: Buffer, number: number): readonly Stretch[] | undefined {
  const head = number === 1 ? 100 : 0;
  const kind = page[head];
  const headBytes = HEAD_BYTES.get(kind ?? 0);
  if (headBytes === undefined) return undefined;
  const cells = page.readUInt16BE(head + 3);
  // 0 stands for 65,536.
  const contentAt = page.readUInt16BE(head + 5) || 65_536;
  const gap = { from: head + headBytes + 2 * cells, until: contentAt };
  return [gap, ...freeBlocks(page, page.readUInt16BE(head + 1))];
}

/** By its first byte: inner and leaf pages of indexes and tables. A part of a record begins with the number of the next, far below 2^25. */
const HEAD_BYTES: ReadonlyMap<number, number> = new Map([
  [2, 12],
  [5, 12],
  [10, 8],
  [13, 8],
]);

function freeBlocks(page: Buffer, first: number): readonly Stretch[] {
  const blocks: Stretch[] = [];
  // In ascending order; a damaged page ends it.
  for (let at = first, last = 0; at > last && at + 4 <= page.length; ) {
    const next = page.readUInt16BE(at);
    blocks.push({ from: at, until: at + page.readUInt16BE(at + 2) });
    last = at;
    at = next;
  }
  return blocks;
}

/** Whether a page that is part of a long record is its last: what follows the record there is not told. */
export function isLastPart(page: Buffer): boolean {
  return page.readUInt32BE(0) === 0;
}
