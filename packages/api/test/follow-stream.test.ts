/** A stream followed over connections that break. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ADMIN_LISTENER_NAME,
  AdminError,
  createAdminClient,
  type FetchLike,
  LISTENER_HEADER,
  problemView,
} from '../src/index.ts';
import { readEvents } from '../src/server-sent-events.ts';

/** What an admin listener’s answers have. */
const ADMIN = new Headers({ [LISTENER_HEADER]: ADMIN_LISTENER_NAME });

type Sent = Parameters<FetchLike>[1];

/** What a connection brings: pieces, and then its end; or an answer that refuses; or a failure. */
type Connection = readonly (string | Uint8Array)[] | { readonly status: number } | Error;

function clientOf(...connections: readonly Connection[]) {
  const asked: (Sent & { readonly url: string })[] = [];
  let cancelled = 0;
  const fetch: FetchLike = async (url, init) => {
    const connection = connections[asked.length];
    asked.push({ url, ...init });
    if (connection === undefined)
      return {
        status: 404,
        headers: ADMIN,
        json: async () => problemView('no-such-route', 'no more'),
        text: async () => '',
        arrayBuffer: async () => new ArrayBuffer(0),
      };
    if (connection instanceof Error) throw connection;
    if ('status' in connection)
      return {
        status: connection.status,
        headers: ADMIN,
        json: async () => ({}),
        text: async () => '',
        arrayBuffer: async () => new ArrayBuffer(0),
      };
    const pieces = [...connection];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
      },
      cancel() {
        cancelled++;
      },
    });
    return {
      status: 200,
      headers: ADMIN,
      body,
      json: async () => ({}),
      text: async () => '',
      arrayBuffer: async () => new ArrayBuffer(0),
    };
  };
  const client = createAdminClient({ baseUrl: 'http://h', token: 'T', fetch });
  return { asked, client, cancelled: () => cancelled };
}

const event = (n: number): string => `id: a-${n}\ndata: {"n":${n}}\n\n`;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Iterates until it ends or throws, passing over what is waited for. */
async function all(iterable: AsyncIterable<unknown>): Promise<{ parts: unknown[]; error: unknown }> {
  const parts: unknown[] = [];
  const done = (async () => {
    for await (const part of iterable) parts.push(part);
  })().catch((error: unknown) => ({ error }));
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  while (!isDone) await vi.advanceTimersByTimeAsync(1000);
  const ended = await done;
  return { parts, error: ended?.error };
}

describe('a stream', () => {
  it('gives items as values, and what was lost', async () => {
    const { client, asked } = clientOf([
      'retry: 1000\nid: a-0\n\n',
      event(1),
      ':\nid: a-1\n\nevent: lost\ndata: {"count":7}\n\nevent: lost\ndata: {}\n\nevent: later\ndata: x\n\n',
      event(2),
    ]);
    const { parts } = await all(client.stream('liveVerdicts', { gate: 'a&b', verdict: 'refused' }));
    expect(parts).toEqual([
      { kind: 'item', id: 'a-1', item: { n: 1 } },
      { kind: 'lost', count: 7 },
      { kind: 'lost', count: undefined },
      { kind: 'item', id: 'a-2', item: { n: 2 } },
    ]);
    expect(asked[0]).toMatchObject({
      url: 'http://h/api/verdicts/live?gate=a%26b&verdict=refused',
      method: 'GET',
      headers: { authorization: 'Bearer T' },
    });
  });

  it.each([
    ...[
      '"7"',
      '"\\u001b[31mx\\n! forged"',
      '-1',
      '1.5',
      '1e400',
      '9007199254740992',
      'true',
      'null',
      '[7]',
      '{}',
    ].map((count) => `{"count":${count}}`),
    'null',
    '"count"',
    '[]',
    '7',
  ])('gives no count where what came is none: %s', async (data) => {
    const { client } = clientOf([`event: lost\ndata: ${data}\n\n`]);
    const { parts } = await all(client.stream('liveVerdicts'));
    expect(parts).toEqual([{ kind: 'lost', count: undefined }]);
  });

  it('goes on where a connection broke, and says so; until it is refused', async () => {
    const [onOpen, onBreak] = [vi.fn(), vi.fn()];
    const { client, asked } = clientOf(
      [event(1), event(2), 'id: a-3\ndata: {"n"'],
      new TypeError('fetch failed'),
      { status: 503 },
      [':\nid: a-5\n\n'],
      [event(6)],
    );
    const { parts, error } = await all(
      client.stream('liveVerdicts', {}, { onOpen, onBreak, lastEventId: 'a-0' }),
    );
    // Once each that brought something.
    expect(onOpen).toHaveBeenCalledTimes(3);
    expect(parts).toMatchObject([{ item: { n: 1 } }, { item: { n: 2 } }, { item: { n: 6 } }]);
    expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([
      'a-0',
      'a-2',
      'a-2',
      'a-2',
      'a-5',
      'a-6',
    ]);
    expect(error).toBeInstanceOf(AdminError);
    expect(error).toMatchObject({ code: 'no-such-route', message: 'the admin API answered 404: no more' });
    const waits = onBreak.mock.calls.map(([afterMs]) => Number(afterMs));
    // 1, 2, 4 s, and anew from 1 s; less by half at most.
    for (const [i, most] of [1000, 2000, 4000, 1000, 1000].entries()) {
      expect(waits[i]).toBeLessThanOrEqual(most);
      expect(waits[i]).toBeGreaterThanOrEqual(most / 2);
    }
    expect(onBreak.mock.calls.map(([, why]) => why?.message)).toEqual([
      undefined,
      'fetch failed',
      'the admin API answered 503: no reason given',
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['an answer', { status: 503 }, 'the admin API answered 503: no reason given'],
    ['a network', new TypeError('fetch failed'), 'fetch failed'],
  ])('that %s refuses at first is not tried again', async (_, connection, message) => {
    const { client, asked } = clientOf(connection);
    const { error } = await all(client.stream('liveVerdicts'));
    expect(error).toMatchObject({ message });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['no JSON', [event(1), 'data: {"n":\n\n', event(2), event(3)], 'an event of the admin API is not JSON'],
    ['without an end', ['data: ', ...Array<string>(20).fill('x'.repeat(60_000))], 'an event does not end'],
  ])('that is %s is not tried again', async (_, pieces, message) => {
    const { client, asked, cancelled } = clientOf(pieces, [event(2)]);
    const { error } = await all(client.stream('liveVerdicts'));
    expect(error).toMatchObject({ name: 'EventStreamError', message });
    expect(asked).toHaveLength(1);
    expect(cancelled()).toBe(1);
  });

  it('without a body is none', async () => {
    const client = createAdminClient({
      baseUrl: 'http://h',
      token: 'T',
      fetch: async () => ({
        status: 200,
        headers: ADMIN,
        json: async () => ({}),
        text: async () => '',
        arrayBuffer: async () => new ArrayBuffer(0),
      }),
    });
    expect((await all(client.stream('liveVerdicts'))).error).toMatchObject({
      message: 'the admin API answered 200 without a stream',
    });
  });

  it('is asked for nothing before it is iterated, and is read no faster than that', async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          controller.enqueue(new TextEncoder().encode(event(++pulled)));
        },
      },
      { highWaterMark: 0 },
    );
    const asked = vi.fn();
    const fetch: FetchLike = async () => {
      asked();
      return {
        status: 200,
        headers: ADMIN,
        body,
        json: async () => ({}),
        text: async () => '',
        arrayBuffer: async () => new ArrayBuffer(0),
      };
    };
    const iterable = createAdminClient({ baseUrl: 'http://h', token: 'T', fetch }).stream('liveVerdicts');
    expect(asked).not.toHaveBeenCalled();
    const iterator = iterable[Symbol.asyncIterator]();
    for (let n = 1; n <= 5; n++) {
      expect((await iterator.next()).value).toMatchObject({ item: { n } });
      expect(pulled).toBe(n);
    }
    await iterator.return?.();
  });

  it('ends its connection when the loop is left', async () => {
    const { client, asked, cancelled } = clientOf([event(1), event(2), event(3)]);
    for await (const part of client.stream('liveVerdicts')) {
      expect(part).toMatchObject({ item: { n: 1 } });
      break;
    }
    expect(cancelled()).toBe(1);
    expect(asked[0]?.signal?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends without an error when its signal aborts, also while another try is waited for', async () => {
    const stop = new AbortController();
    const { client, asked } = clientOf([event(1)], [event(2)]);
    const parts: unknown[] = [];
    for await (const part of client.stream(
      'liveVerdicts',
      {},
      { signal: stop.signal, onBreak: () => stop.abort() },
    ))
      parts.push(part);
    expect(parts).toHaveLength(1);
    expect(asked).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
    for await (const _ of client.stream('liveVerdicts', {}, { signal: stop.signal }))
      throw new Error('it has ended');
    expect(asked).toHaveLength(1);
  });

  it('takes a connection that brings nothing for broken', async () => {
    const onBreak = vi.fn();
    let n = 0;
    const fetch: FetchLike = async (_url, { signal }) => {
      n++;
      if (n === 3)
        return {
          status: 404,
          headers: ADMIN,
          json: async () => ({}),
          text: async () => '',
          arrayBuffer: async () => new ArrayBuffer(0),
        };
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(event(n)));
          signal?.addEventListener('abort', () => controller.error(signal.reason));
        },
      });
      return {
        status: 200,
        headers: ADMIN,
        body,
        json: async () => ({}),
        text: async () => '',
        arrayBuffer: async () => new ArrayBuffer(0),
      };
    };
    const client = createAdminClient({ baseUrl: 'http://h', token: 'T', fetch });
    const { parts } = await all(client.stream('liveVerdicts', {}, { onBreak }));
    expect(parts).toHaveLength(2);
    expect(onBreak.mock.calls.map(([, why]) => why?.message)).toEqual(Array(2).fill('nothing came for 45 s'));
  });
});

describe('server-sent events', () => {
  it('are the same however they are cut, with CRLF too', async () => {
    const text =
      ': hello\r\nid: 1\r\nevent: e\r\ndata: é\r\ndata:two\r\n\r\nretry: 5\nretry: x\n\ndata\n\nid\ndata:  y\n\nnone: a\n\ndata: cut';
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 3, 7, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const piece of pieces) controller.enqueue(piece);
          controller.close();
        },
      });
      const events: unknown[] = [];
      for await (const serverEvent of readEvents(body)) events.push(serverEvent);
      expect(events).toEqual([
        { id: '1', type: 'e', data: 'é\ntwo', retryMs: undefined },
        { id: '1', type: 'message', data: undefined, retryMs: 5 },
        { id: '1', type: 'message', data: '', retryMs: undefined },
        { id: '', type: 'message', data: ' y', retryMs: undefined },
        { id: '', type: 'message', data: undefined, retryMs: undefined },
      ]);
    }
  });
});
