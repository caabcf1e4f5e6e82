/** Events as they were exported, kept in another store: byte for byte, under their own ids. */
import type { ImportedView, InputOf, StoreApi } from '@countersign/api';
import { isObject } from '@countersign/core/internal/is-object';
import { parseExactJson } from '@countersign/core/internal/parse-exact-json';
import { JsonReader } from '@countersign/core/json-reader';
import { createSlices } from '../loop-slices.ts';
import type { EventStore } from '../stores/event-store.ts';
import { StoreError } from '../stores/store.ts';
import { Problem } from './problem.ts';
import { type ImportProblem, readExported } from './read-exported.ts';

/**
 * `imported`; `there`: an event with its id is kept already; `erased`: nothing of it is left but its hash. Or a sentence, where the value is no
 * exported event, or not as it was exported.
 */
export type ImportResult = 'imported' | 'there' | 'erased' | ImportProblem;

/** No claim is taken, and nothing is sent: it happened elsewhere. @param line of JSON, in UTF-8 */
export async function importLine(
  events: Pick<EventStore, 'keep'>,
  line: Uint8Array | string,
): Promise<ImportResult> {
  let text: string;
  let value: unknown;
  try {
    text = typeof line === 'string' ? line : new TextDecoder('utf-8', { fatal: true }).decode(line);
    value = parseExactJson(text);
  } catch {
    return { problem: 'it is not JSON' };
  }
  if (isObject(value) && !(await isReadAlike(text, value)))
    return { problem: 'programs may read it differently, as where a member stands in it twice' };
  return importEvent(events, value);
}

/** Whoever looked through the lines before may have read another event than is kept. */
async function isReadAlike(text: string, value: object): Promise<boolean> {
  const [name] = Object.keys(value);
  return name === undefined || (await new JsonReader(Buffer.from(text)).find([name])) !== undefined;
}

export async function importEvent(events: Pick<EventStore, 'keep'>, value: unknown): Promise<ImportResult> {
  if (!isObject(value)) return { problem: 'it is not a JSON object' };
  if (isObject(value['erased'])) return 'erased';
  const event = readExported(value);
  if ('problem' in event) return event;
  try {
    await events.keep(event);
    return 'imported';
  } catch (error) {
    if (error instanceof StoreError && error.code === 'duplicate-event') return 'there';
    throw error;
  }
}

/** Of one call: they wait for one commit or two. */
const MAX_LINES = 1_000;

/** Some lines at once: they share a commit, and others are answered while they are read. */
export async function importEvents(
  { events, log }: { readonly events: Pick<EventStore, 'keep'>; readonly log: ImportLog },
  { lines }: InputOf<StoreApi['importEvents']>,
): Promise<ImportedView | Problem> {
  const texts = lines.split('\n', MAX_LINES + 1);
  if (texts.length > MAX_LINES)
    return new Problem('invalid-input', `lines must be ${MAX_LINES} lines at most`);
  const slice = createSlices();
  const results: Promise<ImportResult>[] = [];
  for (const line of texts) {
    const result = importLine(events, line);
    // It is awaited below; a store that fails rejects all of them.
    result.catch(() => {});
    results.push(result);
    await slice();
  }
  const counts = { imported: 0, there: 0, erased: 0 };
  const refused: { readonly line: number; readonly problem: string }[] = [];
  for (const [at, result] of (await Promise.all(results)).entries()) {
    if (typeof result === 'string') counts[result]++;
    else refused.push({ line: at + 1, problem: result.problem });
  }
  if (counts.imported > 0) log.info({ events: counts.imported }, 'events were imported');
  return { ...counts, refused };
}

interface ImportLog {
  info(fields: object, message: string): void;
}
