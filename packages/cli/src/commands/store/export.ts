/** `countersign store export`. */
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { counted } from '@countersign/core/internal/amounts';
import type { Call } from '../../command.ts';
import { GATE_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import type { OutStream } from '../../io.ts';
import { createProgress } from '../../progress.ts';
import { STORE_OPTIONS, withStore } from '../../store-source.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { visibleJson, visibleText } from '../../visible-text.ts';
import { writeAll } from '../../write-all.ts';

export const exportStore: SubCommand = {
  name: 'export',
  usage: '[--out FILE] [--gate NAME] [--store ADDRESS | --config FILE]',
  details:
    'export writes all events as JSON Lines, oldest first: id, gate, receivedAtMs, method, url, headers as pairs, bodyBase64, provider, keyId, deliveries. Secrets among the headers are left out, or encrypted as in the store. It names an event that is damaged in the store, and exports the others. Exit code 1: an event could not be exported.',
  options: {
    out: { value: 'FILE', description: 'default: standard output' },
    ...GATE_OPTION,
    ...STORE_OPTIONS,
  },
  takes: [],
  examples: [
    { note: 'all events, compressed', command: 'countersign store export | gzip > events.jsonl.gz' },
  ],
  async run(call) {
    const { args, io, output } = call;
    const out = args.text('out');
    const { exported, damaged } =
      out === undefined || out === '-'
        ? await writeEvents(call, io.stdout)
        : await writeEventsToFile(call, resolve(io.cwd, out));
    output.say(output.errorStyle.dim(`${counted(exported, 'event')} exported.`));
    if (damaged === 0) return EXIT.ok;
    output.say(`${counted(damaged, 'event')} could not be exported.`);
    return EXIT.refused;
  },
};

/** Numbers of events. */
interface Counts {
  readonly exported: number;
  readonly damaged: number;
}

async function writeEventsToFile(call: Call, path: string): Promise<Counts> {
  // Bodies of senders: only their owner may read them. `wx`: nobody's file is written over.
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  const written = finished(file);
  // Told of where it is awaited.
  written.catch(() => {});
  const counts = await Promise.race([
    writeEvents(call, file),
    written.then(() => ({ exported: 0, damaged: 0 })),
  ]);
  file.end();
  await written;
  return counts;
}

async function writeEvents(call: Call, stream: OutStream): Promise<Counts> {
  const progress = createProgress(call.io);
  const gate = call.args.text('gate');
  let exported = 0;
  let damaged = 0;
  try {
    await withStore(call, async ({ call: ask }) => {
      for (let place = 0, hasMore = true; hasMore; ) {
        const page = await ask('exportEvents', { place, gate });
        // One page is in memory at a time, whatever the reader does.
        const lines = page.events.map((event) => `${visibleJson(JSON.stringify(event))}\n`).join('');
        if (lines !== '') await writeAll(stream, lines);
        exported += page.events.length;
        for (const id of page.damaged) {
          damaged++;
          progress.clear();
          call.output.warn(`The event ${visibleText(id)} is not exported: it is damaged in the store.`);
        }
        progress.show(`${counted(exported, 'event')} exported`);
        ({ hasMore, cursor: place } = page);
      }
    });
  } finally {
    progress.clear();
  }
  return { exported, damaged };
}
