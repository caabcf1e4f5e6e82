/** Reads server-sent events. @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */

/** The part of a response's body that is used: a `ReadableStream` has it. */
export interface BodyLike {
  getReader(): BodyReader;
}

export interface BodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<unknown>;
}

/** One block of the stream. */
export interface ServerSentEvent {
  /** The newest that came, with this block or before. */
  readonly id: string | undefined;
  /** Default `message`. */
  readonly type: string;
  /** Undefined: a block without data, which is there for its `id`, its `retry`, or as a sign of life. */
  readonly data: string | undefined;
  /** How long to wait before coming back, where the block says so. */
  readonly retryMs: number | undefined;
}

/** An event of the admin API is some hundred characters long. */
const MAX_EVENT_CHARS = 1_048_576;

/** What came is no stream of such events. */
export class EventStreamError extends Error {
  override readonly name = 'EventStreamError';
}

/**
 * Reads a body as it comes, and no more of it than is asked for. Ends where the body does; leaving the loop cancels it.
 * @throws EventStreamError for an event of more than a million characters
 */
export async function* readEvents(body: BodyLike): AsyncGenerator<ServerSentEvent, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let id: string | undefined;
  let pending = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // A block that was cut off in the middle is none.
      if (done) return;
      pending += decoder.decode(value, { stream: true });
      const { blocks, rest } = cutBlocks(pending);
      pending = rest;
      if (pending.length > MAX_EVENT_CHARS) throw new EventStreamError('an event does not end');
      for (const block of blocks) {
        const event = readBlock(block, id);
        id = event.id;
        yield event;
      }
    }
  } finally {
    // One that has ended, or failed, cannot be cancelled, and need not be.
    await reader.cancel().catch(() => {});
  }
}

/** What ends with an empty line; and what has not ended yet. Lines end in LF or CRLF: nobody writes the third form, CR alone. */
function cutBlocks(text: string): { readonly blocks: readonly string[]; readonly rest: string } {
  const parts = text.split(/\r?\n\r?\n/);
  const rest = parts.pop() ?? '';
  return { blocks: parts, rest };
}

function readBlock(block: string, lastId: string | undefined): ServerSentEvent {
  let id = lastId;
  let type = 'message';
  let retryMs: number | undefined;
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'id') id = value;
    else if (name === 'event') type = value;
    else if (name === 'data') data.push(value);
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) retryMs = Number(value);
  }
  return { id, type, data: data.length === 0 ? undefined : data.join('\n'), retryMs };
}
