/** The live list for a browser: server-sent events, the last verdicts first for whoever joins. */
import type { ServerResponse } from 'node:http';
import { REFUSALS } from '@countersign/core';
import { type Played, verdictWord } from './player.ts';

/** How many verdicts a page that has just been opened is shown. */
const MAX_REMEMBERED = 50;
/** A browser that has stopped reading is let go. */
const MAX_UNSENT_BYTES = 256 * 1024;

export interface VerdictFeed {
  push(played: Played): void;
  /** Streams verdicts into an answer until its reader leaves. */
  stream(response: ServerResponse): void;
  close(): void;
}

export function createVerdictFeed(): VerdictFeed {
  const last: string[] = [];
  const readers = new Set<ServerResponse>();
  return {
    push(played) {
      const event = `data: ${JSON.stringify(rowOf(played))}\n\n`;
      last.push(event);
      if (last.length > MAX_REMEMBERED) last.shift();
      for (const reader of readers) {
        if (reader.writableLength > MAX_UNSENT_BYTES) reader.destroy();
        else reader.write(event);
      }
    },
    stream(response) {
      response.on('error', () => {});
      response.on('close', () => readers.delete(response));
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(last.join(''));
      readers.add(response);
    },
    close() {
      for (const reader of readers) reader.end();
      readers.clear();
    },
  };
}

/** What the page shows of a verdict: nothing of a key, a token or a signature. */
function rowOf({ timeMs, record, scenario }: Played): object {
  const { reason, remedy, status, message, step, gate, method, path } = record;
  return {
    time: new Date(timeMs).toTimeString().slice(0, 8),
    system: scenario?.provider ?? gate ?? '',
    title: scenario?.title ?? `your ${method} ${path}`,
    isGood: status < 400,
    verdict: `${status} ${verdictWord(record)}`,
    step: status < 400 ? '' : (step ?? ''),
    what: message ?? '',
    remedy: reason === undefined || status < 400 ? '' : (remedy ?? REFUSALS[reason].remedy),
  };
}
