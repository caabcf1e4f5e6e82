/** `countersign store import`. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { counted } from '@countersign/core/internal/amounts';
import type { ImportResult } from '@countersign/gateway';
import { type Line, lineGroups } from '../../batch/line-groups.ts';
import type { Call } from '../../command.ts';
import { JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { createProgress } from '../../progress.ts';
import { type Importer, withImporter } from '../../store-importer.ts';
import { STORE_OPTIONS } from '../../store-source.ts';
import type { SubCommand } from '../../sub-commands.ts';

/** A body as long as gates may take, as base64, and its head. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;
/** Events that wait for one commit. Lines of megabytes are held by the dozen, not by the hundred. */
const BOUNDS = { maxLineBytes: MAX_LINE_BYTES, lines: 200, bytes: 16 * 1024 * 1024 };
const MAX_TOLD = 20;

export const importStore: SubCommand = {
  name: 'import',
  usage: 'FILE [--store ADDRESS | --config FILE]',
  details:
    'import stores exported events: through the running gateway, or, if none runs, in the store’s file, which it creates if necessary; - is standard input. Events that are there already stay as they are, so you can run it again. Bodies are checked against their hashes; no claims or deliveries are created. Exit code 1: a line is not an exported event.',
  options: {
    ...STORE_OPTIONS,
    ...JSON_OPTION,
  },
  takes: ['FILE'],
  examples: [
    { note: 'into a new store', command: 'countersign store import events.jsonl --store sqlite:new.db' },
  ],
  async run(call, [path = '']) {
    const { args, io, output } = call;
    const counts: Counts = { imported: 0, there: 0, erased: 0, refused: 0 };
    const progress = createProgress(io);
    try {
      await withImporter(call, async (importer) => {
        const input = path === '-' ? io.stdin : createReadStream(resolve(io.cwd, path));
        for await (const lines of lineGroups(input, BOUNDS)) {
          const results = await importLines(importer, lines);
          for (const [i, result] of results.entries()) count(counts, result, lines[i]?.number ?? 0, call);
          progress.show(`${counted(counts.imported, 'event')} imported`);
        }
      });
    } finally {
      progress.clear();
    }
    const untold = counts.refused - MAX_TOLD;
    if (untold > 0) output.warn(`${counted(untold, 'more line')} not imported.`);
    if (args.flag('json')) output.json(counts);
    else output.print(countsText(counts));
    return counts.refused === 0 ? EXIT.ok : EXIT.refused;
  },
};

interface Counts {
  imported: number;
  there: number;
  erased: number;
  refused: number;
}

/** In their order. */
async function importLines(importer: Importer, lines: readonly Line[]): Promise<readonly ImportResult[]> {
  const results = await importer.importLines(
    lines.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes])),
  );
  const rest = [...results];
  return lines.map(({ bytes }) =>
    bytes === undefined ? { problem: 'it is too long' } : (rest.shift() as ImportResult),
  );
}

function count(counts: Counts, result: ImportResult, number: number, { output }: Call): void {
  if (typeof result === 'string') {
    counts[result]++;
    return;
  }
  counts.refused++;
  if (counts.refused <= MAX_TOLD) output.warn(`Line ${number} is not imported: ${result.problem}.`);
}

function countsText({ imported, there, erased, refused }: Counts): string {
  return `${[
    `${counted(imported, 'event')} imported`,
    ...(there > 0 ? [`${there} already there`] : []),
    ...(erased > 0 ? [`${erased} left out, because only a hash of them is left`] : []),
    ...(refused > 0 ? [`${counted(refused, 'line')} not imported`] : []),
  ].join(', ')}.`;
}
