/** Files, streams and progress pages over real HTTP, as they come. */
import { EventEmitter, on, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ActionError } from '../../src/actions/define-action.ts';
import { BodyStream } from '../../src/answers/body-stream.ts';
import { pageAnswers } from '../../src/answers/page-answers.ts';
import { file } from '../../src/results/file.ts';
import { type Html, html } from '../../src/results/html.ts';
import { progress } from '../../src/results/progress.ts';
import { stream } from '../../src/results/stream.ts';
import { callWith, headersOf, serve, type TestCall } from './support.ts';

const style = pageAnswers('Render');

interface Opened {
  readonly call: TestCall;
  readonly response: IncomingMessage;
  readonly body: BodyStream;
}

async function open(value: unknown): Promise<Opened> {
  const call = callWith({ server_hostname: 'studio.example' });
  const answer = style.result(value, call);
  if (!(answer.body instanceof BodyStream)) throw new Error('no stream');
  return { call, response: await serve(answer), body: answer.body };
}

async function nextChunk(response: IncomingMessage): Promise<string> {
  const waiting = once(response, 'data') as Promise<[Buffer]>;
  response.resume();
  const [chunk] = await waiting;
  response.pause();
  return chunk.toString();
}

/** `once` would throw: a body whose reader left has an error. */
function closed(body: BodyStream): Promise<void> {
  return new Promise((resolve) => body.once('close', resolve));
}

async function rest(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Something that a test lets happen. */
class Signal {
  readonly happened: Promise<void>;
  readonly happen: () => void;

  constructor() {
    let resolve = (): void => {};
    this.happened = new Promise((done) => {
      resolve = done;
    });
    this.happen = resolve;
  }
}

describe('a progress page', () => {
  it('shows each update as it comes, and at the end what the generator returned', async () => {
    const [first, second] = [new Signal(), new Signal()];
    const { response, call } = await open(
      progress({ title: '<Render>' }, async function* () {
        await first.happened;
        yield 'Frame <1>';
        await second.happened;
        yield html`Frame <b>2</b>`;
        return html`<a href="https://studio.example/r/1">The review</a>`;
      }),
    );
    expect(response.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-accel-buffering': 'no',
      'content-security-policy': expect.stringContaining('frame-ancestors https://studio.example'),
    });
    expect(response.headers['content-length']).toBeUndefined();
    // Browsers show nothing of a page before its first kilobyte.
    const head = await nextChunk(response);
    expect(head.length).toBeGreaterThan(1024);
    expect(head).toContain('<h1>&#60;Render&#62;</h1>\n<ol class="steps" aria-live="polite">');
    first.happen();
    expect(await nextChunk(response)).toBe('<li>Frame &#60;1&#62;</li>\n');
    second.happen();
    expect(await rest(response)).toBe(
      '<li>Frame <b>2</b></li>\n</ol>\n<div class="text" role="status"><a href="https://studio.example/r/1">The review</a></div>\n<footer>Request 1</footer>\n</main>\n</body>\n</html>\n',
    );
    expect(call.failures).toEqual([]);
  });

  it('says that it has finished where the generator returned nothing', async () => {
    const { response } = await open(
      progress({}, async function* () {
        yield 'a';
      }),
    );
    const text = await rest(response);
    expect(text).toContain('<h1>Render</h1>');
    expect(text).toContain(
      '<li>a</li>\n</ol>\n<div class="text" role="status">Finished.</div>\n<footer>Request 1</footer>\n</main>',
    );
  });

  it.each<[string, Error, string]>([
    ['an ActionError’s text', new ActionError('No <frames> are left.'), 'No &#60;frames&#62; are left.'],
    ['nothing of another error', new Error('the password is x'), 'The action failed.'],
  ])('ends with %s, well-formed, and the log has the error', async (_, error, shown) => {
    const { response, call, body } = await open(
      progress({}, async function* () {
        yield 'a';
        throw error;
      }),
    );
    const text = await rest(response);
    expect(response.complete).toBe(true);
    expect(text).toMatch(
      /<li>a<\/li>\n<\/ol>\n<p class="message error" role="alert">[^<]*<\/p>\n<footer>Request 1<\/footer>\n<\/main>\n<\/body>\n<\/html>\n$/,
    );
    expect(text).toContain(shown);
    expect(text).not.toContain('password');
    expect(call.failures).toEqual([error]);
    await body.sourceEnded;
  });

  it('ends the generator where an update cannot be written', async () => {
    let ended = false;
    const broken = { toString: () => ({}) } as unknown as Html;
    const { response, call, body } = await open(
      progress({}, async function* () {
        try {
          yield broken;
        } finally {
          ended = true;
        }
      }),
    );
    expect(await rest(response)).toContain('The action failed.');
    await body.sourceEnded;
    expect(ended).toBe(true);
    expect(call.failures).toEqual([expect.any(TypeError)]);
  });
});

describe('a reader who leaves', () => {
  it('ends a generator at its yield', async () => {
    const [more, ended] = [new Signal(), new Signal()];
    let reached = false;
    const { response, call, body } = await open(
      progress({}, async function* () {
        try {
          yield 'a';
          await more.happened;
          yield 'b';
          reached = true;
        } finally {
          ended.happen();
        }
      }),
    );
    await nextChunk(response);
    response.destroy();
    // Although the generator still waits: what it waits for may be told so only now.
    await closed(body);
    more.happen();
    await ended.happened;
    await body.sourceEnded;
    expect(reached).toBe(false);
    expect(call.failures).toEqual([]);
  });

  it('ends an iterator that waits, at once', async () => {
    const emitter = new EventEmitter();
    const lines = on(emitter, 'line');
    const source: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: String((await lines.next()).value) }),
        return: async () => {
          await lines.return?.();
          return { done: true, value: undefined };
        },
      }),
    };
    emitter.emit('line', 'a');
    const { response, body, call } = await open(stream(source));
    expect(await nextChunk(response)).toBe('a');
    expect(emitter.listenerCount('line')).toBe(1);
    response.destroy();
    await body.sourceEnded;
    expect(emitter.listenerCount('line')).toBe(0);
    expect(call.failures).toEqual([]);
  });

  it('hears nothing of an action that says it was aborted, and the log neither', async () => {
    const aborted = new AbortController();
    const { response, body, call } = await open(
      stream(async function* () {
        yield 'a';
        await once(new EventEmitter(), 'never', { signal: aborted.signal });
      }),
    );
    await nextChunk(response);
    response.destroy();
    await closed(body);
    aborted.abort();
    await body.sourceEnded;
    expect(call.failures).toEqual([]);
  });

  it('does not keep the log from hearing of an action that fails afterwards', async () => {
    const more = new Signal();
    const late = new Error('half of it is done');
    const { response, body, call } = await open(
      stream(async function* () {
        yield 'a';
        await more.happened;
        throw late;
      }),
    );
    await nextChunk(response);
    response.destroy();
    await closed(body);
    more.happen();
    await body.sourceEnded;
    expect(call.failures).toEqual([late]);
  });

  it('ends what was never begun', async () => {
    const call = callWith();
    const answer = style.result(
      stream(async function* () {
        yield 'a';
      }),
      call,
    );
    if (!(answer.body instanceof BodyStream)) throw new Error('no stream');
    answer.body.destroy();
    await answer.body.sourceEnded;
    expect(call.failures).toEqual([]);
  });

  it.each<[string, (source: Readable) => unknown]>([
    ['stream', (source) => stream(source)],
    ['file', (content) => file({ name: 'a', content })],
    ['progress', (source) => progress({}, source)],
  ])(
    'closes a Node stream of %s that was never begun, and no error of it ends the process',
    async (_, make) => {
      const source = new Readable({ read() {} });
      const answer = style.result(make(source), callWith());
      if (!(answer.body instanceof BodyStream)) throw new Error('no stream');
      answer.body.destroy();
      await answer.body.sourceEnded;
      expect(source.destroyed).toBe(true);
      const broken = new Readable({ read() {} });
      make(broken);
      // `once` of node:events would listen to the error itself.
      const isClosed = new Promise<void>((resolve) => broken.once('close', resolve));
      broken.destroy(new Error('the source broke off'));
      await isClosed;
    },
  );
});

/** A stream of a package's own class: none of Node's, and an emitter all the same. */
class ForeignStream extends EventEmitter {
  isDestroyed = false;

  destroy(): void {
    this.isDestroyed = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    yield 'a';
  }
}

const MAKERS: readonly (readonly [string, (source: AsyncIterable<string>) => unknown])[] = [
  ['stream', (source) => stream(source)],
  ['file', (content) => file({ name: 'a', content })],
  ['progress', (source) => progress({}, source)],
];

describe('nothing of a source ends the process', () => {
  it.each(MAKERS)(
    'an error of a stream of a package’s own of %s, which is closed where it was never begun',
    async (_, make) => {
      const source = new ForeignStream();
      const answer = style.result(make(source), callWith());
      expect(() => source.emit('error', new Error('it broke off'))).not.toThrow();
      if (!(answer.body instanceof BodyStream)) throw new Error('no stream');
      answer.body.destroy();
      await answer.body.sourceEnded;
      expect(source.isDestroyed).toBe(true);
    },
  );

  const fail = (): never => {
    throw new Error('a getter');
  };
  const UNREADABLE: readonly (readonly [string, unknown])[] = [
    ['throws where its name is read', Object.defineProperty(new Error('x'), 'name', { get: fail })],
    ['throws where anything is read', new Proxy(new Error('x'), { get: fail })],
    ['throws where its kind is asked', new Proxy(new Error('x'), { getPrototypeOf: fail })],
  ];
  const thrown = MAKERS.flatMap(([kind, make]) =>
    UNREADABLE.map(([what, error]) => ({ kind, make, what, error })),
  );

  it.each(thrown)('an error that $what, of $kind', async ({ make, error }) => {
    const failing = async function* () {
      yield 'a';
      throw error;
    };
    const { response, call, body } = await open(make(failing()));
    await rest(response).catch(() => {});
    await body.sourceEnded;
    expect(call.failures).toHaveLength(1);
  });

  it.each(thrown)('an error that $what, of $kind, where its reader has left', async ({ make, error }) => {
    const waiting = (): AsyncIterator<string> => ({
      next: async () => ({ value: 'a', done: false }),
      return: () => Promise.reject(error),
    });
    const { response, call, body } = await open(make({ [Symbol.asyncIterator]: waiting }));
    response.destroy();
    await body.sourceEnded;
    expect(call.failures).toEqual([new Error('the action threw what cannot be read')]);
  });
});

/** Parts that wait for nothing, and how many were asked for. */
function quickParts(most: number): { readonly asked: () => number; readonly parts: AsyncIterable<string> } {
  let asked = 0;
  async function* parts(): AsyncGenerator<string> {
    while (asked < most) {
      asked++;
      yield 'x'.repeat(100);
    }
  }
  return { asked: () => asked, parts: parts() };
}

describe('a source that waits for nothing', () => {
  it.each(MAKERS)(
    'of %s leaves everything else its turn, where its reader takes all at once',
    async (_, make) => {
      const { asked, parts } = quickParts(300_000);
      const answer = style.result(make(parts), callWith());
      if (!(answer.body instanceof BodyStream)) throw new Error('no stream');
      answer.body.pipe(new Writable({ write: (_part, _encoding, taken) => taken() }));
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      const askedByThen = asked();
      answer.body.destroy();
      await answer.body.sourceEnded;
      expect(askedByThen).toBeGreaterThan(0);
      expect(askedByThen).toBeLessThan(300_000);
    },
  );

  it.each(MAKERS)('of %s is not asked for an answer to HEAD', async (_, make) => {
    const { asked, parts } = quickParts(10);
    const answer = style.result(make(parts), callWith());
    if (!(answer.body instanceof BodyStream)) throw new Error('no stream');
    const response = await serve(answer, 'HEAD');
    expect(response.headers['content-type']).toBe(headersOf(answer)['content-type']);
    expect(await rest(response)).toBe('');
    await answer.body.sourceEnded;
    expect(asked()).toBe(0);
  });
});

describe('a stream and a file', () => {
  it('come whole, empty parts and long ones too', async () => {
    const long = 'ä'.repeat(300_000);
    const { response } = await open(
      file({
        name: 'a.txt',
        content: async function* () {
          yield '';
          yield 'a';
          yield new Uint8Array(0);
          yield long;
          yield new TextEncoder().encode('z');
        },
      }),
    );
    expect(await rest(response)).toBe(`a${long}z`);
  });

  it('wait for a slow reader', async () => {
    let made = 0;
    const { response, body } = await open(
      stream(async function* () {
        const mebibyte = new Uint8Array(1_048_576);
        for (; made < 1000; made++) yield mebibyte;
      }),
    );
    response.pause();
    await nextChunk(response);
    expect(made).toBeLessThan(100);
    response.destroy();
    await body.sourceEnded;
    expect(made).toBeLessThan(100);
  });

  it.each<[string, () => AsyncIterable<string>, string]>([
    [
      'an error',
      async function* () {
        yield 'a';
        throw new Error('the disk is gone');
      },
      'the disk is gone',
    ],
    [
      'a part that is neither text nor bytes',
      async function* () {
        yield 'a';
        yield 1 as unknown as string;
      },
      'the action’s stream gave a part of type number: give text or bytes',
    ],
  ])(
    'break off at %s, so that half of it does not look whole, and the log says why',
    async (_, source, why) => {
      for (const value of [stream(source), file({ name: 'a', content: source })]) {
        const { response, call, body } = await open(value);
        await expect(rest(response)).rejects.toThrow('aborted');
        expect(response.complete).toBe(false);
        expect(call.failures).toEqual([expect.objectContaining({ message: why })]);
        await body.sourceEnded;
      }
    },
  );
});
