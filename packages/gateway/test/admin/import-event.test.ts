/** Events that were exported, kept in another store. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TOKEN_CALLER } from '../../src/admin/caller.ts';
import { createEventHandlers } from '../../src/admin/event-handlers.ts';
import { importEvent, importEvents, importLine } from '../../src/admin/import-event.ts';
import { Problem } from '../../src/admin/problem.ts';
import { conditionParts } from '../../src/deliver/destination-words.ts';
import { createMasks } from '../../src/keeping/masks.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later } from '../harness.ts';

const EXPORTED = {
  id: 'a',
  gate: 'open',
  method: 'POST',
  url: '/',
  provider: 'none',
  keyId: '',
  receivedAtMs: 1,
  headers: [],
  bodyBase64: 'YQ==',
};

const HASH = '0'.repeat(64);
const VERDICT = { evidence: { provider: 'hmac', nowMs: 1 } };

/** Values that are no exported event, each with what is said of it. */
const CASES: readonly (readonly [value: unknown, says: string])[] = [
  [[], 'it is not a JSON object'],
  [{ ...EXPORTED, url: 5 }, 'url is not a text without control characters'],
  [{ ...EXPORTED, url: '/\u0000' }, 'url is not a text without control characters'],
  [{ ...EXPORTED, url: '/\ud800' }, 'url is not a text without control characters'],
  [{ ...EXPORTED, keyId: ['main'] }, 'keyId is not a text without control characters'],
  [{ ...EXPORTED, id: 'a b' }, 'id is not 1 to 200 printable characters'],
  [{ ...EXPORTED, id: 'a'.repeat(201) }, 'id is not 1 to 200 printable characters'],
  [{ ...EXPORTED, gate: '' }, 'gate is not the name of a gate'],
  [{ ...EXPORTED, gate: 'a\u0000' }, 'gate is not the name of a gate'],
  ...['GET /', 'get', 'ADA', '', 5].map(
    (method) => [{ ...EXPORTED, method }, 'method is not a method of HTTP'] as const,
  ),
  ...[1.5, -1, 8.7e15, 253_402_300_800_000, '1', null].map(
    (receivedAtMs) =>
      [
        { ...EXPORTED, receivedAtMs },
        'receivedAtMs is not a whole number of milliseconds since 1970',
      ] as const,
  ),
  ...[
    [['a']],
    [['a', '€']],
    [['a', 'b\n']],
    [['a', 'b\0']],
    [['a b', '']],
    [['', 'a']],
    [[1, 2]],
    {},
    null,
  ].map(
    (headers) =>
      [
        { ...EXPORTED, headers },
        'headers is not an array of pairs of a name and a value, whose bytes stand as letters',
      ] as const,
  ),
  ...['YR==', 'Y', 'YQ', 'YQ==\n', '_w==', 5, null].map(
    (bodyBase64) => [{ ...EXPORTED, bodyBase64 }, 'bodyBase64 is not base64'] as const,
  ),
  [{ ...EXPORTED, type: 5 }, 'type is not a text of 1 to 256 characters'],
  [{ ...EXPORTED, type: 'a'.repeat(257) }, 'type is not a text of 1 to 256 characters'],
  [{ ...EXPORTED, bodySha256: 'A'.repeat(64) }, 'bodySha256 is not 64 hex characters'],
  [
    { ...EXPORTED, bodySha256: HASH },
    'the body has another hash than bodySha256: it is not what was exported',
  ],
  ...[-1, 1.5, '7', 2 ** 41].map(
    (hashedBytes) =>
      [
        { ...EXPORTED, bodyBase64: '', bodySha256: HASH, hashedBytes },
        'hashedBytes is not the length of a body',
      ] as const,
  ),
  [
    { ...EXPORTED, hashedBytes: 1, bodySha256: HASH },
    'hashedBytes stands beside a body: one of them is wrong',
  ],
  [{ ...EXPORTED, bodyBase64: '', hashedBytes: 1 }, 'hashedBytes stands without bodySha256'],
  ...['cookie', [], ['Cookie'], [5], ['a\n']].map(
    (withheld) =>
      [{ ...EXPORTED, withheld }, 'withheld is not an array of names of headers in lower case'] as const,
  ),
  [{ ...EXPORTED, sealedBase64: 'AQ==' }, 'withheld is not an array of names of headers in lower case'],
  ...Object.keys(EXPORTED).flatMap((name) =>
    ['id', 'gate', 'provider', 'keyId', 'receivedAtMs', 'method', 'url', 'headers', 'bodyBase64'].includes(
      name,
    )
      ? [[{ ...EXPORTED, [name]: undefined }, `it has no ${name}`] as const]
      : [],
  ),
  [{ id: 1 }, 'it has no gate, provider, keyId, receivedAtMs, method, url, headers, bodyBase64'],
  [{ ...EXPORTED, withheld: ['cookie'], sealedBase64: '!' }, 'sealedBase64 is not base64'],
  ...[5, null, { scheme: 'ftp' }, { host: 'a\n' }, { scheme: 1 }].map(
    (forwarded) => [{ ...EXPORTED, forwarded }, 'forwarded is not a scheme and a host'] as const,
  ),
  ...[null, {}, { evidence: { a: {} } }, { evidence: { a: '\u001b' } }, { evidence: [] }].map(
    (verdict) => [{ ...EXPORTED, verdict }, 'verdict is not as it was exported'] as const,
  ),
  [{ ...EXPORTED, verdict: { ...VERDICT, reading: 5 } }, 'verdict.reading is not a text'],
  [
    { ...EXPORTED, verdict: { ...VERDICT, timestampMs: 9e15 } },
    'verdict.timestampMs is not a whole number of milliseconds since 1970',
  ],
  [
    { ...EXPORTED, verdict: { ...VERDICT, coveredHeaders: [5] } },
    'verdict.coveredHeaders is not an array of names',
  ],
];

it.each(CASES)('%j: %s', async (value, problem) => {
  const store = await openStore(':memory:');
  later(() => store.close());
  expect(await importEvent(store.events, value)).toEqual({ problem });
  expect(await store.events.list()).toEqual([]);
});

it('an event that was exported is kept once, without a claim; of an erased one there is nothing', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  expect(await importEvent(store.events, EXPORTED)).toBe('imported');
  expect(await importEvent(store.events, { ...EXPORTED, url: '/other' })).toBe('there');
  expect((await store.events.get('a'))?.url).toBe('/');
  expect(await importEvent(store.events, { id: 'b', erased: { sha256: '' } })).toBe('erased');
  expect(await store.events.list()).toHaveLength(1);
  const hashed = { ...EXPORTED, id: 'c', bodyBase64: '', hashedBytes: 7, bodySha256: '0'.repeat(64) };
  expect(await importEvent(store.events, hashed)).toBe('imported');
  expect((await store.events.get('c'))?.hashed).toEqual({ sha256: '0'.repeat(64), bodyBytes: 7 });
});

it('an event is imported with its verdict as it was exported', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  const verdict = {
    reading: 'plain',
    timestampMs: 1,
    coveredHeaders: ['x-event'],
    evidence: { provider: 'http-message-signatures', nowMs: 1 },
  };
  expect(await importEvent(store.events, { ...EXPORTED, verdict })).toBe('imported');
  expect((await store.events.get('a'))?.verdict).toEqual(verdict);
});

/** Each member of a whole event, and what may stand in its place. */
const WHOLE = {
  ...EXPORTED,
  type: 'push',
  bodySha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
  headers: [
    ['X-A', '\u00ff'],
    ['x-a', ''],
  ],
  withheld: ['cookie'],
  sealedBase64: 'AQ==',
  forwarded: { scheme: 'https', host: 'a.example' },
  verdict: { reading: 'body', timestampMs: 1, ...VERDICT },
  deliveries: [{ destination: 'a', state: 'dead', attempts: 1 }],
};

it('whatever stands in place of a member, an event is refused whole, or kept so that every view shows it and an export gives it again', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  const { events, deliveries } = store;
  const handlers = createEventHandlers({
    keepers: () => [],
    masks: createMasks({ gates: [], sessions: [], destinations: [] }, new Map()),
    destinations: [],
    events,
    deliveries,
    ...conditionParts(store),
    now: Date.now,
    log: { info() {}, warn() {} },
  });
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
    fc.constantFrom('\0', '\ud800', '\u202e', '\u001b[2J', 'a'.repeat(5_000), -1, 8.64e15, 1e300, '', 'YR=='),
    fc.string({ unit: 'binary' }),
  );
  let n = 0;
  let cursor = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(WHOLE)), odd, async (name, value) => {
      // JSON, as a line has it.
      const line = JSON.parse(JSON.stringify({ ...WHOLE, id: `e-${n++}`, [name]: value }));
      const result = await importEvent(events, line);
      const { events: exported, cursor: next } = (await handlers.exportEvents(
        {
          place: cursor,
        },
        TOKEN_CALLER,
      )) as never as {
        readonly events: readonly Record<string, unknown>[];
        readonly cursor: number;
      };
      cursor = next;
      expect(exported).toHaveLength(result === 'imported' ? 1 : 0);
      if (result !== 'imported') return;
      const { deliveries: _, ...rest } = line;
      const { deliveries: none, ...again } = exported[0] ?? {};
      expect(none).toEqual([]);
      expect(Object.keys(again).toSorted()).toEqual(Object.keys({ bodySha256: '', ...rest }).toSorted());
      // What a part of it has besides is not known here, and left out.
      expect({ bodySha256: again['bodySha256'], ...rest }).toMatchObject(again);
      const views = [
        await handlers.event({ id: line.id }, TOKEN_CALLER),
        await handlers.events({ limit: 1 }, TOKEN_CALLER),
        await handlers.followEvents({ place: cursor - 1 }, TOKEN_CALLER),
      ];
      for (const view of views) expect(view).not.toBeInstanceOf(Problem);
    }),
    { numRuns: 400 },
  );
});

const LINE = JSON.stringify({ ...EXPORTED, verdict: VERDICT, deliveries: [] });

it.each([
  ['a member', LINE.replace('"method"', '"method":"GET","method"')],
  ['the id', LINE.replace('{"id"', '{"id":"b","id"')],
  ['one that is written with an escape', LINE.replace('"url"', '"\\u0075rl":"/other","url"')],
  ['a member further in', LINE.replace('"nowMs"', '"nowMs":5,"nowMs"')],
  ['a member that is no event’s', LINE.replace('{"id"', '{"more":1,"more":2,"id"')],
])('a line is refused where %s stands twice, as text and as bytes', async (_, line) => {
  const store = await openStore(':memory:');
  later(() => store.close());
  const problem = 'programs may read it differently, as where a member stands in it twice';
  for (const written of [line, Buffer.from(line)])
    expect(await importLine(store.events, written)).toEqual({ problem });
  expect(await importEvents({ events: store.events, log: { info() {} } }, { lines: line })).toMatchObject({
    refused: [{ line: 1, problem }],
  });
  expect(await importLine(store.events, LINE)).toBe('imported');
});

it('lines of one call are taken together; those that are none are named by their places', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  const said: unknown[] = [];
  const parts = {
    events: store.events,
    log: { info: (...line: readonly unknown[]) => void said.push(line) },
  };
  const good = JSON.stringify(EXPORTED);
  const erased = JSON.stringify({ id: 'b', erased: {} });
  const lines = [good, '{', good, erased, '', `{"id":"c"}`].join('\n');
  expect(await importEvents(parts, { lines })).toEqual({
    imported: 1,
    there: 1,
    erased: 1,
    refused: [
      { line: 2, problem: 'it is not JSON' },
      { line: 5, problem: 'it is not JSON' },
      {
        line: 6,
        problem: 'it has no gate, provider, keyId, receivedAtMs, method, url, headers, bodyBase64',
      },
    ],
  });
  expect(said).toEqual([[{ events: 1 }, 'events were imported']]);
  expect(await importEvents(parts, { lines: '\n'.repeat(1_000) })).toEqual(
    new Problem('invalid-input', 'lines must be 1000 lines at most'),
  );
});
