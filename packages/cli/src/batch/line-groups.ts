/** Lines of a stream, so many at a time as are worked on together: bounded in number and in bytes. */
import { createLineSplitter } from './line-splitter.ts';

export interface Line {
  /** From 1; blank lines count. */
  readonly number: number;
  /** Undefined where it is too long. */
  readonly bytes: Buffer | undefined;
}

export interface LineBounds {
  readonly maxLineBytes: number;
  /** Of a group. */
  readonly lines: number;
  /** Of a group; one line is given however long it is. */
  readonly bytes: number;
}

/** Blank lines are none. */
export async function* lineGroups(
  input: AsyncIterable<unknown>,
  bounds: LineBounds,
): AsyncGenerator<readonly Line[]> {
  let group: Line[] = [];
  let groupBytes = 0;
  for await (const line of filledLines(input, bounds.maxLineBytes)) {
    const size = line.bytes?.byteLength ?? 0;
    if (group.length === bounds.lines || (group.length > 0 && groupBytes + size > bounds.bytes)) {
      yield group;
      group = [];
      groupBytes = 0;
    }
    group.push(line);
    groupBytes += size;
  }
  if (group.length > 0) yield group;
}

async function* filledLines(input: AsyncIterable<unknown>, maxLineBytes: number): AsyncGenerator<Line> {
  const splitter = createLineSplitter(maxLineBytes);
  let number = 0;
  const numbered = (lines: readonly (Buffer | undefined)[]): readonly Line[] =>
    lines.map((bytes) => ({ number: ++number, bytes })).filter((line) => !isBlank(line));
  for await (const chunk of input) yield* numbered(splitter.push(Buffer.from(chunk as Uint8Array)));
  yield* numbered(splitter.end());
}

function isBlank({ bytes }: Line): boolean {
  return bytes !== undefined && bytes.toString('latin1').trim() === '';
}
