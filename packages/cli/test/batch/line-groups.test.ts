/** Lines are worked on in groups that are bounded in number and in bytes, whatever the lines and however they come. */
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Line, type LineBounds, lineGroups } from '../../src/batch/line-groups.ts';

async function groupsOf(
  chunks: readonly Buffer[],
  bounds: LineBounds,
): Promise<readonly (readonly Line[])[]> {
  const groups: (readonly Line[])[] = [];
  for await (const group of lineGroups(Readable.from(chunks), bounds)) groups.push(group);
  return groups;
}

function cut(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

it('each line is in one group, in order, and no group is larger than its bounds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(fc.constantFrom('', ' ', '\t'), fc.string({ unit: 'grapheme-ascii', maxLength: 40 })),
        {
          maxLength: 60,
        },
      ),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 64 }),
      async (lines, chunkBytes, number, bytes) => {
        const bounds = { maxLineBytes: 30, lines: number, bytes };
        const groups = await groupsOf(cut(Buffer.from(lines.join('\n')), chunkBytes), bounds);
        const expected = lines
          .map((text, i) => ({ number: i + 1, text: text.length > 30 ? undefined : text }))
          .filter(({ text }) => text === undefined || text.trim() !== '');
        const given = groups.flat().map((line) => ({ number: line.number, text: line.bytes?.toString() }));
        expect(given).toEqual(expected);
        for (const group of groups) {
          const size = group.reduce((sum, line) => sum + (line.bytes?.byteLength ?? 0), 0);
          expect(group.length).toBeLessThanOrEqual(number);
          expect(group.length === 1 || size <= bytes).toBe(true);
        }
      },
    ),
  );
});

it('a group is as large as its bounds let it be', async () => {
  const bounds = { maxLineBytes: 100, lines: 4, bytes: 10 };
  const sizes = async (lines: readonly string[]) =>
    (await groupsOf([Buffer.from(lines.join('\n'))], bounds)).map((group) => group.length);
  expect(await sizes(['a', 'b', 'c', 'd', 'e'])).toEqual([4, 1]);
  expect(await sizes(['aaaaa', 'bbbbb', 'c'])).toEqual([2, 1]);
  expect(await sizes(['a', 'b'.repeat(50), 'c'])).toEqual([1, 1, 1]);
});
