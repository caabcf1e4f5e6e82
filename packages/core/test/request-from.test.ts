import { createHmac } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../scripts/effort.ts';
import { explain } from '../src/explain/index.ts';
import {
  coverageOfProvider,
  createGate,
  done,
  type Gate,
  type GateOptions,
  HeaderList,
  nearMiss,
  type RequestParts,
  replyTo,
  replyToRefusal,
  requestFrom,
  SetupError,
  sign,
  verify,
} from '../src/index.ts';

const KEY = 'a-secret-of-20-bytes!';
const BYTES = new TextEncoder().encode('{"pay":"1 €"}');
const mac = (body: Uint8Array | string): string =>
  `sha256=${createHmac('sha256', KEY).update(body).digest('hex')}`;

const gate = createGate({ provider: 'github', keys: [KEY] });

/** What untyped code may hand over: nothing here is checked by the compiler. */
function untyped<T>(value: unknown): T {
  return value as T;
}

function githubRequest(
  body: unknown,
  signed: Uint8Array | string = BYTES,
  headers: object = {},
): Parameters<Gate['verify']>[0] {
  return untyped({
    method: 'POST',
    url: '/',
    headers: { 'x-hub-signature-256': mac(signed), ...headers },
    body,
  });
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a body in every form that holds bytes', () => {
  const padded = new Uint8Array(BYTES.length + 8);
  padded.set(BYTES, 4);
  const even = new TextEncoder().encode('sixteen bytes ok');
  const shared = new SharedArrayBuffer(BYTES.length);
  new Uint8Array(shared).set(BYTES);

  it.each([
    ['a Uint8Array', BYTES, BYTES],
    ['a Buffer', Buffer.from(BYTES), BYTES],
    ['an ArrayBuffer', BYTES.slice().buffer, BYTES],
    ['a SharedArrayBuffer', shared, BYTES],
    ['bytes in shared memory', new Uint8Array(shared), BYTES],
    ['a DataView of a part', new DataView(padded.buffer, 4, BYTES.length), BYTES],
    ['a Uint8Array of a part', padded.subarray(4, 4 + BYTES.length), BYTES],
    ['a Uint8ClampedArray', new Uint8ClampedArray(BYTES), BYTES],
    ['a Uint32Array', new Uint32Array(even.slice().buffer), even],
    ['a Float64Array', new Float64Array(even.slice().buffer), even],
    ['a Uint8Array of another realm', runInNewContext('Uint8Array.from(b)', { b: [...BYTES] }), BYTES],
    [
      'an ArrayBuffer of another realm',
      runInNewContext('Uint8Array.from(b).buffer', { b: [...BYTES] }),
      BYTES,
    ],
    ['a text', '{"pay":"1 €"}', BYTES],
    ['an emoji', '😀', '😀'],
    ['an empty text', '', ''],
    ['undefined', undefined, ''],
    ['null', null, ''],
  ])('%s', async (_name, body, bytes) => {
    expect(await gate.verify(githubRequest(body, bytes))).toMatchObject({ ok: true });
    const [first] = Buffer.from(bytes);
    const other = first === undefined ? 'x' : Buffer.concat([Buffer.from(bytes), Buffer.from('x')]);
    expect(await gate.verify(githubRequest(body, other))).toMatchObject({ reason: 'signature-mismatch' });
  });

  it('takes an announced empty body, and none that was announced and is not there', async () => {
    const empty = { 'content-length': '0' };
    expect(await gate.verify(githubRequest(undefined, '', empty))).toMatchObject({ ok: true });
    for (const headers of [{ 'content-length': '12' }, { 'transfer-encoding': 'chunked' }]) {
      expect(() => gate.verify(githubRequest(undefined, '', headers))).toThrow(/headers announce a body/);
    }
  });

  it('judges a copy of memory that another thread may change', () => {
    const request = requestFrom({ method: 'POST', url: '/', body: new Uint8Array(shared) });
    expect(request.body.buffer).not.toBeInstanceOf(SharedArrayBuffer);
  });
});

describe('a body that holds no bytes any more', () => {
  const detached = BYTES.slice();
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  it.each<[string, unknown]>([
    ['an object that says it is empty', { length: 0, pay: 9 }],
    ['an object', { a: 1 }],
    ['no member', {}],
    ['a list', [65]],
    ['an empty list', []],
    ['numbered members', { 0: 65, length: 1 }],
    ['a Buffer after JSON', { type: 'Buffer', data: [] }],
    ['a number', 0],
    ['a flag', false],
    ['a bigint', 0n],
    ['a symbol', Symbol('body')],
    ['a function', () => BYTES],
    ['a boxed text', Object('')],
    ['a Blob', new Blob([])],
    ['a stream', new ReadableStream()],
    ['form data', new FormData()],
    ['parameters', new URLSearchParams()],
    ['a Response', new Response('')],
    ['a Node request', new IncomingMessage(new Socket())],
    ['a promise', Promise.resolve(BYTES)],
    ['a Map', new Map()],
    ['half a surrogate pair', '\ud83d'],
    ['memory that was given away', detached],
    ['a view by its prototype only', Object.create(Uint8Array.prototype)],
    ['a proxy of bytes', new Proxy(new Uint8Array(0), {})],
    ['a revoked proxy', revoked.proxy],
  ])('%s is refused, whatever was signed', (_name, body) => {
    for (const signed of ['', 'A', '[object Object]', '{}']) {
      for (const run of [
        () => gate.verify(githubRequest(body, signed)),
        () => gate.receive(githubRequest(body, signed), () => done('ran')),
        () => explain(untyped(githubRequest(body, signed)), gate),
        () => gate.sign(untyped({ method: 'POST', url: '/', body })),
        () => requestFrom(untyped({ method: 'POST', url: '/', body })),
      ]) {
        const error = thrownBy(run);
        expect(error).toBeInstanceOf(SetupError);
        expect(String(error)).toMatch(/request\.body: it is .*express\.raw/);
      }
    }
  });

  it('says what a body parser did', () => {
    expect(() => gate.verify(githubRequest({ pay: 9 }, ''))).toThrow(
      'a plain object, as a body parser makes it',
    );
    expect(() => gate.verify(githubRequest({ type: 'Buffer', data: [1] }))).toThrow(
      'a Buffer that went through JSON',
    );
    expect(() => gate.verify(githubRequest(new Blob([])))).toThrow('an instance of Blob');
  });
});

describe('headers in every usual form', () => {
  const name = 'X-Hub-Signature-256';
  const value = mac(BYTES);
  it.each<[string, unknown]>([
    ['a HeaderList', HeaderList.fromRaw([name, value])],
    [
      'another copy’s HeaderList',
      new (class HeaderList {
        flat = [name, value];
      })(),
    ],
    ['a record', { [name]: value, absent: undefined }],
    ['a record of lists', { [name]: [value] }],
    ['a record without prototype', Object.assign(Object.create(null), { [name]: value })],
    ['a record of another realm', runInNewContext('({ [name]: value })', { name, value })],
    ['pairs', [[name, value]]],
    ['records of name and value, as events of the admin API have them', [{ name, value }]],
    ['pairs in a Set', new Set([[name, value]])],
    ['names and values in turn', [name, value]],
    ['a Map', new Map([[name, value]])],
    ['Headers', new Headers({ [name]: value })],
  ])('%s', async (_form, headers) => {
    expect(await gate.verify(untyped({ method: 'POST', url: '/', headers, body: BYTES }))).toMatchObject({
      ok: true,
    });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a text', 'x-a: 1'],
    ['a number', 5],
    ['a function', () => ({})],
    ['a date', new Date(0)],
    ['a name without a value', ['x-a']],
    ['a number as value', { 'x-a': 1 }],
    ['null as value', { 'x-a': null }],
    ['an object as value', { 'x-a': {} }],
    ['a list of numbers', [1, 2]],
    ['a hole', Array(2)],
    ['bytes', new Uint8Array(2)],
    ['an entry of three', [['a', 'b', 'c']]],
    ['a symbol in a list', [['a', Symbol('b')]]],
    ['half a surrogate pair', { 'x-a': '\udc00' }],
    ['an iterator that throws', { [Symbol.iterator]: 5, __proto__: Map.prototype }],
  ])('%s is refused by name', (_form, headers) => {
    for (const run of [
      () => gate.verify(untyped({ method: 'POST', url: '/', headers, body: BYTES })),
      () => gate.sign(untyped({ method: 'POST', url: '/', headers, body: BYTES })),
      () => HeaderList.from(untyped(headers)),
    ]) {
      const error = thrownBy(run);
      expect(error).toBeInstanceOf(SetupError);
      expect(String(error)).toContain('headers: ');
    }
  });

  it('reads Latin-1 as it is, and other text as its UTF-8 bytes', () => {
    const list = HeaderList.from({ a: 'café', b: '1 €' });
    expect([list.get('a'), list.get('b')]).toEqual(['café', '1 \u00e2\u0082\u00ac']);
  });

  it('finds a name however it is written', () => {
    expect(HeaderList.fromRaw(['X-Ab', '1', 'x-aB', '2']).count('X-AB')).toBe(2);
  });
});

describe('a request in every usual form', () => {
  it('a web Request, whose body is read once and handed to the act', async () => {
    const make = (): Request =>
      new Request('https://a.example/', {
        method: 'POST',
        headers: { 'x-hub-signature-256': mac(BYTES) },
        body: BYTES,
      });
    expect(await gate.verify(make())).toMatchObject({ ok: true });
    const received = await createGate({ provider: 'github', keys: [KEY] }).receive(
      make(),
      (_accepted, _claim, { body }) => done(new TextDecoder().decode(body)),
    );
    expect(received).toMatchObject({ kind: 'done', value: '{"pay":"1 €"}' });
    const used = make();
    await used.text();
    await expect(Promise.resolve(gate.verify(used))).rejects.toThrow(/has read the Request’s body before/);
  });

  it('a web Request that is too long is refused before it is read to its end', async () => {
    let pulled = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        pulled++;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    const request = new Request('https://a.example/', untyped({ method: 'POST', body, duplex: 'half' }));
    const small = createGate({ provider: 'github', keys: [KEY], maxBodyBytes: 4096 });
    expect(await small.verify(request)).toMatchObject({ reason: 'body-too-large' });
    expect(pulled).toBeLessThan(8);
    const other = new Request('https://a.example/', { method: 'POST', body: BYTES });
    await expect(requestFrom(other, 4)).rejects.toThrow('longer than 4 bytes');
  });

  it('Node’s and Express’s request: repeats are kept, and the path before routing', async () => {
    const incoming = new IncomingMessage(new Socket());
    incoming.method = 'POST';
    incoming.url = '/inner';
    incoming.rawHeaders.push('X-Hub-Signature-256', mac(BYTES), 'X-Hub-Signature-256', mac(BYTES));
    const received = Object.assign(incoming, { originalUrl: '/outer/inner', body: BYTES });
    expect(requestFrom(untyped<RequestParts>(received)).url).toBe('/outer/inner');
    expect(await gate.verify(untyped(received))).toMatchObject({ reason: 'malformed-signature' });
  });

  it('a URL stands for its text, without the fragment', () => {
    expect(requestFrom({ method: 'GET', url: new URL('https://a.example/b?c#d') }).url).toBe(
      'https://a.example/b?c',
    );
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /^SetupError: request: it is undefined/],
    ['a text', 'POST /', /^SetupError: request: it is a text/],
    ['a promise', Promise.resolve({}), /^SetupError: request: it is a promise/],
    ['no method', { url: '/' }, /request\.method: it is undefined/],
    ['an odd method', { method: 1, url: '/' }, /request\.method: it is a number/],
    ['no url', { method: 'GET', path: '/' }, /request\.path: a request has no such member/],
    [
      'an odd url',
      { method: 'GET', url: { path: '/' }, headers: {}, body: '' },
      /request\.url: it is a plain object/,
    ],
    [
      'rawBody for body',
      { method: 'POST', url: '/', headers: {}, rawBody: '' },
      /request\.rawBody: .*Did you mean body\?/,
    ],
    ['header for headers', { method: 'POST', url: '/', header: {}, body: '' }, /Did you mean headers\?/],
    [
      'an odd address',
      { method: 'GET', url: '/', remoteAddress: 4 },
      /request\.remoteAddress: it is a number/,
    ],
    ['a request of Hono', { arrayBuffer: () => BYTES, method: 'GET', url: '/' }, /without headers/],
  ])('%s is refused by name', async (_name, request, message) => {
    const error = await Promise.resolve()
      .then(() => gate.verify(untyped(request)))
      .catch(String);
    expect(error).toMatch(message);
  });
});

describe('options of every kind', () => {
  const good: GateOptions = { provider: 'hmac', keys: [KEY] };
  it.each<[string, unknown, RegExp]>([
    ['no options', undefined, /options: it is undefined/],
    ['a text', 'github', /options: it is a text/],
    [
      'an inner option',
      { ...good, toleranceMs: 1 },
      /toleranceMs: .*It belongs in provider: \{ id: 'hmac', toleranceMs: … \}/,
    ],
    ['a misspelt option', { ...good, maxBodyByte: 1 }, /Did you mean maxBodyBytes\?/],
    ['the name of a builtin', { ...good, constructor: 1 }, /constructor: there is no such option/],
    ['a provider without id', { provider: {}, keys: [KEY] }, /provider: it is a plain object/],
    ['a scheme as text', { scheme: 'hmac', keys: [KEY] }, /scheme: it is a text/],
    ['keys as text', { provider: 'hmac', keys: KEY }, /keys: it is a text. Give a list/],
    [
      'an unset key',
      { provider: 'hmac', keys: [undefined] },
      /keys\[0\]: it is undefined\. Set MY_SECRET_KEY in /,
    ],
    [
      'an unset secret',
      { provider: { id: 'hmac' }, keys: [{ id: 'a', secret: undefined }] },
      /keys\[0\]\.secret: it is undefined\. Set MY_SECRET_KEY in /,
    ],
    [
      'an unset key of several',
      { provider: 'hmac', keys: [KEY, undefined] },
      /keys\[1\].*unset environment variable/,
    ],
    [
      'an unset key of no provider',
      { scheme: {}, keys: [undefined] },
      /keys\[0\].*unset environment variable/,
    ],
    ['a key that is null', { provider: 'hmac', keys: [null] }, /keys\[0\]/],
    ['a key that is a number', { provider: 'hmac', keys: [5] }, /keys\[0\]/],
    ['a hole in the keys', { provider: 'hmac', keys: Array(1) }, /keys\[0\]/],
    [
      'an odd member of a key',
      { provider: 'hmac', keys: [{ secret: KEY, states: 'active' }] },
      /keys\[0\]\.states.*Did you mean state\?/,
    ],
    ['an odd state', { provider: 'hmac', keys: [{ secret: KEY, state: 'old' }] }, /keys\[0\]\.state/],
    [
      'an odd encoding',
      { provider: 'hmac', keys: [{ secret: KEY, encoding: 'utf-8' }] },
      /keys\[0\]\.encoding.*Did you mean utf8\?/,
    ],
    ['an odd id', { provider: 'hmac', keys: [{ secret: KEY, id: 5 }] }, /keys\[0\]\.id/],
    [
      'a time as text',
      { provider: 'hmac', keys: [{ secret: KEY, untilMs: '2027-01-01' }] },
      /keys\[0\]\.untilMs/,
    ],
    ['a guard that is a Map', { ...good, replay: new Map() }, /replay: it is an instance of Map/],
    ['a clock that is a number', { ...good, now: 0 }, /now: it is a number/],
    ['a lease of no time', { ...good, leaseMs: Number.NaN }, /leaseMs: NaN is not a length of time/],
    ['a size as text', { ...good, maxBodyBytes: '1mb' }, /maxBodyBytes: it is a text/],
  ])('%s is refused by name', (_name, options, message) => {
    const request = { method: 'POST', url: '/' };
    for (const run of [
      () => createGate(untyped(options)),
      () => verify(request, untyped(options)),
      () => sign(request, untyped(options)),
    ]) {
      const error = thrownBy(run);
      expect(error).toBeInstanceOf(SetupError);
      expect(String(error)).toMatch(message);
    }
  });

  it('a clock that tells no time is refused when it is asked', () => {
    const odd = createGate({ ...good, now: untyped(() => new Date()) });
    expect(() => odd.verify({ method: 'POST', url: '/' })).toThrow(/now: it returned an instance of Date/);
  });

  it.each<[string, unknown]>([
    ['id', 5],
    ['id', 'a\nb'],
    ['nonce', ''],
    ['nonce', 'a\r\nx-injected: 1'],
    ['claims', []],
    ['timestampMs', '1'],
    ['timestampMs', Number.NaN],
    ['timestampMs', 1e300],
  ])('a draft’s %s of %j is refused', (name, value) => {
    const error = thrownBy(() => createGate(good).sign(untyped({ method: 'POST', url: '/', [name]: value })));
    expect(error).toBeInstanceOf(SetupError);
    expect(String(error)).toContain(`request.${name}`);
  });

  it('an act that is none is refused before anything runs', () => {
    expect(() => gate.receive(githubRequest(BYTES), untyped(undefined))).toThrow(/act: it is undefined/);
  });
});

describe('the small functions', () => {
  it.each<unknown>([
    undefined,
    null,
    'done',
    {},
    { kind: 'x' },
    { ok: true },
    Promise.resolve({ kind: 'done' }),
    [],
  ])('answer %s by a SetupError', (value) => {
    expect(thrownBy(() => replyTo(untyped(value)))).toBeInstanceOf(SetupError);
    expect(thrownBy(() => replyToRefusal(untyped(value)))).toBeInstanceOf(SetupError);
    expect(thrownBy(() => coverageOfProvider(untyped(value)))).toBeInstanceOf(SetupError);
    expect(thrownBy(() => explain({ method: 'GET', url: '/' }, untyped(value)))).toBeInstanceOf(SetupError);
    expect(nearMiss(untyped(value), ['known'])).toBeUndefined();
  });
});

describe('any value in any place', () => {
  const anything = fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
      withBoxedValues: true,
    }),
    fc.constantFrom<unknown>(
      Symbol('s'),
      () => 1,
      new Headers(),
      new Blob(['a']),
      /a/,
      new Proxy({}, {}),
      Promise.resolve(1),
      globalThis,
    ),
  );

  async function outcome(run: () => unknown): Promise<'worked' | SetupError> {
    try {
      await run();
      return 'worked';
    } catch (error) {
      if (error instanceof SetupError) return error;
      throw new Error(`no SetupError, but ${String(error)}`, { cause: error });
    }
  }

  it('works, or is refused by a SetupError', async () => {
    await fc.assert(
      fc.asyncProperty(
        anything,
        fc.constantFrom(
          'method',
          'url',
          'headers',
          'body',
          'remoteAddress',
          'id',
          'nonce',
          'claims',
          'timestampMs',
        ),
        fc.constantFrom('github', 'hmac', 'flowent', 'jwt-bearer', 'http-message-signatures'),
        async (value, place, provider) => {
          const any = createGate({ provider, keys: [KEY.repeat(2)] });
          const request = untyped<Request>({
            method: 'POST',
            url: '/',
            headers: {},
            body: '{}',
            [place]: value,
          });
          const draft = untyped<Request>({
            method: 'POST',
            url: 'https://a.example/',
            headers: { host: 'a.example' },
            body: '{}',
            [place]: value,
          });
          await outcome(() => any.verify(request));
          await outcome(() => any.receive(request, () => done(1)));
          await outcome(() => explain(untyped(request), any));
          await outcome(() => any.sign(draft));
          await outcome(() => requestFrom(request));
          await outcome(() => any.verify(untyped(value)));
          await outcome(() => HeaderList.from(untyped(value)));
        },
      ),
      { numRuns: runs(1500), seed: 20261125 },
    );
  });

  it('no value that holds no bytes is proved by the signature of nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        const came = await outcome(async () => {
          const verdict = await gate.verify(githubRequest(body, ''));
          const isEmpty =
            body === undefined ||
            body === null ||
            body === '' ||
            (ArrayBuffer.isView(body) && body.byteLength === 0);
          if (verdict.ok && !isEmpty) throw new Error('accepted');
        });
        expect(came === 'worked' || came instanceof SetupError).toBe(true);
      }),
      { numRuns: runs(3000), seed: 42 },
    );
  });

  it('in the place of any option of a gate', async () => {
    await fc.assert(
      fc.asyncProperty(
        anything,
        fc.constantFrom(
          'provider',
          'scheme',
          'keys',
          'id',
          'replay',
          'leaseMs',
          'rememberMs',
          'maxBodyBytes',
          'now',
          'fetch',
          'report',
          'repeats',
          'key',
          'secret',
          'state',
          'encoding',
          'fromMs',
          'untilMs',
          'keyId',
        ),
        async (value, place) => {
          const key = {
            key: value,
            secret: { secret: value },
            state: { secret: KEY, state: value },
            encoding: { secret: KEY, encoding: value },
            fromMs: { secret: KEY, fromMs: value },
            untilMs: { secret: KEY, untilMs: value },
            keyId: { secret: KEY, id: value },
          }[place as string];
          const options =
            key === undefined && place !== 'key'
              ? { provider: 'github', keys: [KEY], [place]: value }
              : { provider: 'github', keys: [key] };
          if (place === 'scheme') Reflect.deleteProperty(options, 'provider');
          await outcome(() => createGate(untyped(options)).verify(githubRequest(BYTES)));
          await outcome(() => createGate(untyped(value)));
        },
      ),
      { numRuns: runs(2000), seed: 7 },
    );
  });
});
