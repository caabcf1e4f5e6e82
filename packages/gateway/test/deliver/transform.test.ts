import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { defineTransform, type Transform, type TransformEvent } from '../../src/deliver/define-transform.ts';
import { loadTransform } from '../../src/deliver/load-transform.ts';
import { runTransform, type TransformOutcome } from '../../src/deliver/run-transform.ts';
import { MAX_TRANSFORMED_BYTES } from '../../src/deliver/transform-result.ts';

const EVENT = {
  id: '01900000-0000-7000-8000-000000000001',
  gate: 'hooks',
  provider: 'stripe',
  receivedMs: 1_760_000_000_000,
  method: 'POST',
  url: '/hooks?a=1',
  headers: ['Content-Type', 'application/json', 'X-A', '1', 'x-a', '2', 'Authorization', '', 'x-name', 'Ã©'],
  withheld: { names: ['authorization'] },
  body: Buffer.from('{"type":"invoice.paid","amount":12}'),
};

const run = (transform: unknown, options = {}): Promise<TransformOutcome> =>
  runTransform({ transform: transform as Transform, name: 'toSink', file: '/shapes.ts' }, EVENT, {
    type: 'invoice.paid',
    ...options,
  });
const gives = (result: unknown): Promise<TransformOutcome> => run(() => result);
const problemOf = (outcome: TransformOutcome): string =>
  outcome.kind === 'failed' ? outcome.problem : `it is ${outcome.kind}`;
const textOf = (outcome: TransformOutcome): string =>
  outcome.kind === 'changed' ? Buffer.from(outcome.change.body ?? []).toString() : outcome.kind;

describe('a transformation', () => {
  it('sees the event: its parts, headers by name in any case, no credentials, the body in three forms', async () => {
    let seen: TransformEvent | undefined;
    await run((event: TransformEvent) => {
      seen = event;
    });
    expect(seen).toMatchObject({
      id: EVENT.id,
      gate: 'hooks',
      provider: 'stripe',
      type: 'invoice.paid',
      receivedMs: EVENT.receivedMs,
      method: 'POST',
      url: '/hooks?a=1',
    });
    expect(seen?.headers.get('CONTENT-TYPE')).toBe('application/json');
    expect(seen?.headers.get('x-a')).toBe('1, 2');
    expect(seen?.headers.get('x-name')).toBe('é');
    expect(seen?.headers.get('authorization')).toBeUndefined();
    expect(seen?.headers.get('none')).toBeUndefined();
    expect(seen?.headers.entries().map(([name]) => name)).toEqual(['Content-Type', 'X-A', 'x-a', 'x-name']);
    expect(seen?.body).toEqual(Uint8Array.from(EVENT.body));
    expect(seen?.text()).toBe(EVENT.body.toString());
    expect(seen?.json()).toEqual({ type: 'invoice.paid', amount: 12 });
  });

  it('cannot change the event’s own bytes', async () => {
    await run((event: TransformEvent) => {
      event.body.fill(0);
    });
    expect(EVENT.body[0]).toBe(0x7b);
  });

  it.each<[string, unknown, unknown]>([
    ['nothing', undefined, { kind: 'unchanged' }],
    ['skip', 'skip', { kind: 'skipped' }],
    ['no member', {}, { kind: 'changed', change: { headers: {} } }],
    ['a text', { body: 'é' }, { kind: 'changed', change: { body: Uint8Array.of(0xc3, 0xa9), headers: {} } }],
    ['an empty text', { body: '' }, { kind: 'changed', change: { body: new Uint8Array(0), headers: {} } }],
    [
      'bytes',
      { body: Uint8Array.of(0, 255) },
      { kind: 'changed', change: { body: Uint8Array.of(0, 255), headers: {} } },
    ],
    [
      'headers',
      { headers: { 'X-B': 'ü', 'x-a': null } },
      { kind: 'changed', change: { headers: { 'X-B': 'Ã¼', 'x-a': null } } },
    ],
    ['a method', { method: 'PUT' }, { kind: 'changed', change: { method: 'PUT', headers: {} } }],
  ])('may give %s', async (_, result, outcome) => {
    expect(await gives(result)).toEqual(outcome);
  });

  it('may give a value of JSON, which is sent as that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue().filter((value) => typeof value !== 'string'),
        async (value) => {
          const outcome = await gives({ body: value });
          expect(textOf(outcome)).toBe(JSON.stringify(value));
          expect(outcome).toMatchObject({ change: { headers: { 'content-type': 'application/json' } } });
        },
      ),
    );
    expect(await gives({ body: {}, headers: { 'Content-Type': 'application/vnd.x+json' } })).toMatchObject({
      change: { headers: { 'Content-Type': 'application/vnd.x+json' } },
    });
    expect(textOf(await gives({ body: new Date(0) }))).toBe('"1970-01-01T00:00:00.000Z"');
  });

  it('may be asynchronous, and give any promise', async () => {
    expect(await run(async () => 'skip')).toEqual({ kind: 'skipped' });
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library.
    expect(await run(() => ({ then: (resolve: (value: unknown) => void) => resolve('skip') }))).toEqual({
      kind: 'skipped',
    });
  });

  it('gives bytes that it cannot change afterwards', async () => {
    const bytes = Uint8Array.of(1);
    const outcome = await gives({ body: bytes });
    bytes[0] = 2;
    expect(outcome).toMatchObject({ change: { body: Uint8Array.of(1) } });
  });
});

describe('a transformation that fails', () => {
  const WHO = 'the transformation toSink of /shapes.ts';
  it.each<[unknown, string]>([
    [
      null,
      `${WHO} gave null; give { body, headers, method }, undefined to send the event as received, or 'skip'.`,
    ],
    [
      'drop',
      `${WHO} gave a text; give { body, headers, method }, undefined to send the event as received, or 'skip'.`,
    ],
    [
      [],
      `${WHO} gave an array; give { body, headers, method }, undefined to send the event as received, or 'skip'.`,
    ],
    [{ header: {} }, `${WHO} gave a member "header" (did you mean headers?); give body, headers and method.`],
    [{ status: 1 }, `${WHO} gave a member "status"; give body, headers and method.`],
    [{ method: 'GET' }, `${WHO} gave the method "GET"; give one of POST, PUT, PATCH, DELETE.`],
    [{ method: 1 }, `${WHO} gave the method a number; give one of POST, PUT, PATCH, DELETE.`],
    [{ headers: [] }, `${WHO} gave headers that are an array; give an object of names and values.`],
    [
      { headers: new Map() },
      `${WHO} gave headers that are an instance of Map; give an object of names and values.`,
    ],
    [{ headers: { 'a b': '1' } }, `${WHO} gave a header named "a b", which is no header’s name.`],
    [
      { headers: { Host: 'x' } },
      `${WHO} gave the header host, which the gateway makes for each attempt; leave it out.`,
    ],
    [
      { headers: { 'Content-Length': '1' } },
      `${WHO} gave the header content-length, which the gateway makes for each attempt; leave it out.`,
    ],
    [
      { headers: { countersign_gate: '1' } },
      `${WHO} gave the header countersign_gate, which the gateway makes for each attempt; leave it out.`,
    ],
    [{ headers: { a: '1', A: '2' } }, `${WHO} gave the header a twice; give it once.`],
    [
      { headers: { a: 1 } },
      `${WHO} gave the header a a value that is a number; give a text, or null to leave it out.`,
    ],
    [
      { headers: { a: 'x\r\ny: z' } },
      `${WHO} gave the header a a value with a line end, another control character, or white space around it.`,
    ],
    [
      { headers: { a: ' x' } },
      `${WHO} gave the header a a value with a line end, another control character, or white space around it.`,
    ],
    [
      { headers: { a: 'x'.repeat(70_000) } },
      `${WHO} gave more headers than are sent: at most 100, of 64 KB together.`,
    ],
    [
      { body: new Map() },
      `${WHO} gave a body that is an instance of Map; give a text, bytes, or an object, a list or a value that JSON has.`,
    ],
    [
      { body: Number.NaN },
      `${WHO} gave a body that is a number; give a text, bytes, or an object, a list or a value that JSON has.`,
    ],
    ...[circular(), { n: 1n }, [{ toJSON: () => 1n }], nested(20_000)].map((body): [unknown, string] => [
      { body },
      `${WHO} gave a body that JSON cannot say: it holds itself, a BigInt, or too much nesting; give what JSON has, such as a BigInt’s text.`,
    ]),
    [
      { body: () => 1 },
      `${WHO} gave a body that is a function; give a text, bytes, or an object, a list or a value that JSON has.`,
    ],
    [
      { body: 'é'.repeat(MAX_TRANSFORMED_BYTES / 2 + 1) },
      `${WHO} gave a body of more than 16 MB; send less, or a link to it.`,
    ],
  ])('says what it gave: %#', async (result, problem) => {
    const outcome = await gives(result);
    expect(outcome).toMatchObject({ kind: 'failed', code: 'transform-wrong' });
    expect(problemOf(outcome)).toBe(problem);
  });

  it('is late after its time, and what comes of it then is nobody’s', async () => {
    const never = Promise.withResolvers();
    const outcome = await run(() => never.promise, { timeoutMs: 20 });
    expect(outcome).toEqual({
      kind: 'failed',
      code: 'transform-late',
      problem: `${WHO} was not done after 20 ms. Have it wait for less.`,
    });
    never.reject(new Error('late'));
  });

  it('is a value, whatever it throws, and wherever', async () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const trap = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    );
    for (const work of [
      () => {
        throw null;
      },
      async () => {
        throw new Error('x');
      },
      () => ({ body: circle }),
      () => ({
        body: {
          toJSON: () => {
            throw new Error('toJSON');
          },
        },
      }),
      () => ({
        get body() {
          throw new Error('getter');
        },
      }),
      () => trap,
      () => ({ headers: trap }),
      (event: TransformEvent) => ({ body: event.json.call(undefined), headers: { a: 1n } }),
    ]) {
      expect(await run(work)).toMatchObject({ kind: 'failed' });
    }
  });
});

describe('a module of transformations', () => {
  const folder = mkdtempSync(join(tmpdir(), 'transforms-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let number = 0;
  const moduleOf = (text: string): string => {
    const file = join(folder, `shapes-${++number}.mjs`);
    writeFileSync(
      file,
      `const MARK = Symbol.for('countersign.transform');\nconst define = (f) => Object.defineProperty(f, MARK, { value: true });\n${text}\n`,
    );
    return file;
  };

  it('has the one that is declared, or the one that is named', async () => {
    const file = moduleOf(
      'export const helper = () => 1;\nexport const toSink = define(() => "skip");\nexport function plain() {}',
    );
    expect(await loadTransform({ file }, 'transform')).toMatchObject({ name: 'toSink', file });
    expect(await loadTransform({ file, name: 'plain' }, 'transform')).toMatchObject({ name: 'plain' });
  });

  it('may have one under two names', async () => {
    const file = moduleOf('export const toSink = define(() => "skip");\nexport default toSink;');
    expect(await loadTransform({ file }, 'transform')).toMatchObject({ name: 'toSink' });
  });

  it('says where it threw', async () => {
    const file = moduleOf(
      'export const toSink = define((event) => {\n  return event.json().missing.member;\n});',
    );
    const loaded = await loadTransform({ file }, 'transform');
    expect(problemOf(await runTransform(loaded, EVENT, { type: undefined }))).toBe(
      `the transformation toSink threw at ${file}:4:30: TypeError: Cannot read properties of undefined (reading 'member')`,
    );
    const of = async (body: Uint8Array) =>
      problemOf(await runTransform(loaded, { ...EVENT, body }, { type: undefined }));
    expect(await of(Uint8Array.of(0xff))).toBe(
      `the transformation toSink threw at ${file}:4:16: TypeError: the body is not UTF-8`,
    );
    expect(await of(Buffer.from('secret=1'))).toBe(
      `the transformation toSink threw at ${file}:4:16: SyntaxError: the body is no JSON`,
    );
  });

  it.each<[string, string | undefined, string]>([
    [
      'export const a = 1;',
      undefined,
      'transform: FILE exports no transformation. Export what defineTransform returns, or name the export.',
    ],
    [
      'export const a = define(() => {}); export const b = define(() => {});',
      undefined,
      'transform: FILE exports several transformations. Name one of a, b.',
    ],
    [
      'export const toSink = () => {};',
      'toSnik',
      'transform: the module FILE exports no toSnik. Did you mean toSink? Name a function that the module exports.',
    ],
    [
      'export const toSink = 1;',
      'toSink',
      'transform: the export toSink of FILE is a number. Name a function that the module exports.',
    ],
    [
      'export const a = 1;',
      'toString',
      'transform: the module FILE exports no toString. Name a function that the module exports.',
    ],
  ])('is refused: %s, %s', async (text, name, message) => {
    const file = moduleOf(text);
    await expect(loadTransform({ file, ...(name !== undefined && { name }) }, 'transform')).rejects.toThrow(
      message.replace('FILE', file),
    );
  });
});

describe('defineTransform', () => {
  it('gives the function back, and takes nothing else', () => {
    const transform: Transform = () => 'skip';
    expect(defineTransform(transform)).toBe(transform);
    expect(defineTransform(transform)).toBe(transform);
    expect(() => defineTransform({} as Transform)).toThrow(
      'transform: it is a plain object. Give a function of the event.',
    );
  });
});

function circular(): object {
  const body: Record<string, unknown> = {};
  body['self'] = [body];
  return body;
}

function nested(depth: number): object {
  let body = {};
  for (let i = 0; i < depth; i++) body = { body };
  return body;
}
