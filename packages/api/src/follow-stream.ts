/** Follows a stream of items over connections that break: each is taken up where the one before it ended. */
import { AdminError } from './admin-error.ts';
import { type BodyLike, EventStreamError, readEvents, type ServerSentEvent } from './server-sent-events.ts';
import type { LostView } from './types.ts';

export interface StreamOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
  /** Where to go on: the `id` of the last item that there was. Default: with what comes from now on. */
  readonly lastEventId?: string;
  /** Told of each connection that stands: what happens from then on comes, or is told to be lost. */
  readonly onOpen?: () => void;
  /** Told of each connection that broke, or could not be made again, and in how many milliseconds there is another try. */
  readonly onBreak?: (afterMs: number, error: unknown) => void;
}

/** What comes of a stream. */
export type StreamPart<Item> =
  | { readonly kind: 'item'; readonly id: string; readonly item: Item }
  /** So many items did not come. `undefined`: nobody counted them. */
  | { readonly kind: 'lost'; readonly count: number | undefined };

/** Asks for the stream, from an id on. @throws AdminError for an answer that refuses */
export type OpenStream = (lastEventId: string | undefined, signal: AbortSignal) => Promise<BodyLike>;

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;
/** The gateway writes something every 15 s: a connection without that is one, and nobody was told. */
const SILENCE_MS = 45_000;

/** Nothing came in the time in which a gateway writes something. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
}

/**
 * Reads only as fast as it is iterated. A connection that breaks is made anew, until `signal` aborts or the loop is left.
 * @throws what the first try failed with; later ones only where another would be refused too.
 */
export async function* followStream<Item>(
  open: OpenStream,
  options: StreamOptions,
): AsyncGenerator<StreamPart<Item>, void, undefined> {
  const { signal, lastEventId, onBreak } = options;
  const place: Place = { id: lastEventId, retryMs: FIRST_WAIT_MS, breaks: 0, wasOpen: false };
  while (!isAborted(signal)) {
    let broken: unknown;
    try {
      yield* readConnection<Item>(open, place, options);
    } catch (error) {
      if (isAborted(signal)) return;
      if (!place.wasOpen || !isPassing(error)) throw error;
      broken = error;
    }
    if (isAborted(signal)) return;
    const waitMs = waitOf(place);
    onBreak?.(waitMs, broken);
    if (!isAborted(signal)) await pause(waitMs, signal);
  }
}

/** How far it has come. */
interface Place {
  id: string | undefined;
  retryMs: number;
  /** In a row, without anything that came. */
  breaks: number;
  wasOpen: boolean;
}

async function* readConnection<Item>(
  open: OpenStream,
  place: Place,
  { signal, onOpen }: StreamOptions,
): AsyncGenerator<StreamPart<Item>, void, undefined> {
  const connection = new AbortController();
  const end = (): void => connection.abort();
  signal?.addEventListener('abort', end);
  const endDead = (): void => connection.abort(new SilenceError(`nothing came for ${SILENCE_MS / 1000} s`));
  let silence = setTimeout(endDead, SILENCE_MS);
  let isOpen = false;
  try {
    for await (const event of readEvents(await open(place.id, connection.signal))) {
      // Who takes long over an item is not waited for.
      clearTimeout(silence);
      if (!isOpen) onOpen?.();
      isOpen = true;
      place.wasOpen = true;
      place.breaks = 0;
      place.retryMs = event.retryMs ?? place.retryMs;
      const part = partOf<Item>(event);
      if (part !== undefined) yield part;
      // Not before: where the loop was left at an item, it was not read.
      place.id = event.id ?? place.id;
      silence = setTimeout(endDead, SILENCE_MS);
    }
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener('abort', end);
    connection.abort();
  }
}

/** Undefined for a sign of life, and for what a later version may send. */
function partOf<Item>({ id = '', type, data }: ServerSentEvent): StreamPart<Item> | undefined {
  if (data === undefined) return undefined;
  if (type === 'message') return { kind: 'item', id, item: parse(data) as Item };
  if (type !== 'lost') return undefined;
  return { kind: 'lost', count: countOf(parse(data)) };
}

/** Whoever answers at the address may send anything: what is no count is not passed on as one. */
function countOf(lost: unknown): LostView['count'] {
  const { count }: { count?: unknown } = Object(lost);
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new EventStreamError('an event of the admin API is not JSON');
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Whether another try may go better: a gateway that starts anew, a full one, a network. */
function isPassing(error: unknown): boolean {
  if (error instanceof AdminError) return error.status >= 500;
  return !(error instanceof EventStreamError);
}

/** Twice as long each time, and never the same for all who were let go at once. */
function waitOf(place: Place): number {
  const ms = Math.min(MAX_WAIT_MS, place.retryMs * 2 ** Math.min(place.breaks, 10));
  place.breaks++;
  return Math.round(ms * (0.5 + Math.random() / 2));
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
