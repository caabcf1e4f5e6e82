/** What is erased by a text is in no byte of any file of the store, wherever else of the event it stood. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createMatcher, type EraseMatch } from '../../src/stores/erase-match.ts';
import type { KeptEvent } from '../../src/stores/event-store.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { later, temporaryDir } from '../harness.ts';

const MARK = 'ada-was-here@example.org';
const TEXT: EraseMatch = { text: MARK };
const WHOLE = `{"email":"${MARK}"}`;

interface Place {
  readonly changes?: Partial<KeptEvent>;
  readonly orderKey?: string;
  /** What an attempt says. */
  readonly problem?: string;
  readonly answer?: string;
  /** Default: the body's text. */
  readonly match?: EraseMatch;
}

const PLACES: Readonly<Record<string, Place>> = {
  'the body': {},
  'a long body': { changes: { body: Buffer.from(`${WHOLE}${' '.repeat(100_000)}${MARK}`) } },
  'the URL': { changes: { url: `/of/${MARK}`, body: Buffer.alloc(0) }, match: TEXT },
  'a header’s value': {
    changes: { headers: ['x-of', MARK] },
    match: { header: { name: 'X-Of', value: MARK } },
  },
  'a header’s name': { changes: { headers: [`x-${MARK}`, '1'] } },
  'the type': {
    changes: { type: MARK, headers: ['x-event', MARK] },
    match: { header: { name: 'x-event', value: MARK } },
  },
  'a part of the type': {
    changes: { type: `order.${MARK}` },
    match: { member: { path: 'email', value: MARK } },
  },
  'the id of the key': { changes: { keyId: `key of ${MARK}` } },
  'what was read of the proof': {
    changes: {
      verdict: {
        reading: MARK,
        coveredHeaders: [MARK],
        evidence: { provider: MARK, bodyBytes: 1, signatures: 1, comparisons: 1, readingsTried: 1, nowMs: 1 },
      },
    },
  },
  'what a proxy said': { changes: { forwarded: { host: `${MARK}.example` } } },
  'names of withheld headers': { changes: { withheld: { names: [MARK], sealed: Buffer.from(MARK) } } },
  'the key of its order': { orderKey: MARK },
  'a long key of its order': { orderKey: `${MARK} `.repeat(40) },
  'the sentence of an attempt': { problem: `it was not taken: ${MARK}` },
  'the answer to an attempt': { answer: WHOLE },
  'an event that is named by its id': {
    changes: { type: MARK, keyId: MARK },
    match: { ids: ['placeholder'] },
  },
};

const COUNT = 40;
const id = (n: number): string => `01890000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** Ada's event among others, each with a delivery that waits, one that is dead and blocks its key, and one that is delivered. */
async function fill(store: Store, { changes = {}, orderKey, problem, answer }: Place): Promise<void> {
  for (let n = 0; n < COUNT; n++) {
    const isHers = n === COUNT / 2;
    const key = isHers ? orderKey : orderKey?.replaceAll(MARK, `somebody-else-${n}@example.org`);
    const event: KeptEvent = {
      id: id(n),
      gate: 'gate',
      provider: 'hmac',
      keyId: 'k',
      receivedMs: 1_760_000_000_000 + n,
      method: 'POST',
      url: '/hook',
      headers: ['content-type', 'application/json'],
      body: Buffer.from(isHers ? WHOLE : `{"email":"somebody-else-${n}@example.org"}`),
      ...(isHers && changes),
    };
    const order = key === undefined ? {} : { order: { key, parks: false } };
    const destinations = ['delivered', 'dead', 'waiting'];
    await store.events.keep(
      event,
      [],
      destinations.map((destination) => ({ destination, ...order })),
    );
    for (const state of ['delivered', 'dead'] as const) {
      const due = await store.deliveries.take({
        destination: state,
        limit: 10,
        maxBytes: 1_000_000,
        leaseMs: 60_000,
        nowMs: Date.now() + 1_000,
      });
      for (const { place, lease } of due)
        await store.deliveries.settle({
          place,
          lease,
          state,
          attempt: {
            startedMs: 1,
            tookMs: 1,
            code: 'status',
            ...(isHers && problem !== undefined && { problem }),
            ...(isHers && answer !== undefined && { answer: Buffer.from(answer) }),
          },
        });
    }
  }
}

function marksIn(dir: string): readonly string[] {
  return readdirSync(dir).filter((name) => readFileSync(join(dir, name)).includes(MARK));
}

it.each(Object.entries(PLACES))('%s', async (_, place) => {
  const dir = temporaryDir();
  const store = await openStore(join(dir, 'store.db'));
  later(() => store.close());
  await fill(store, place);
  expect(marksIn(dir)).not.toEqual([]);
  const { match = TEXT } = place;
  const ids = match.ids && [id(COUNT / 2)];
  const report = await store.upkeep.erase({
    matches: createMatcher({ ...match, ...(ids && { ids }) }),
    ...(ids && { ids }),
  });
  expect(report.events).toBe(1);
  expect(marksIn(dir)).toEqual([]);
  const others = (await store.events.list({ limit: 100 })).filter(({ erasedMs }) => erasedMs === undefined);
  expect(others).toHaveLength(COUNT - 1);
  expect((await store.upkeep.verify()).findings).toEqual([]);
});

it('what is left of an event: its id, gate, provider, method, times and claim, and of its body the hash and the length', async () => {
  const store = await openStore(join(temporaryDir(), 'store.db'));
  later(() => store.close());
  const claim = { identity: new Uint8Array(16), untilMs: 1_790_000_000_000 };
  await fill(store, { changes: { claim, type: 'order', forwarded: { host: 'a' } } });
  await store.upkeep.erase({ matches: createMatcher(TEXT) });
  const { erased, ...rest } = (await store.events.get(id(COUNT / 2))) ?? {};
  expect(erased).toEqual({
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    bodyBytes: WHOLE.length,
    erasedMs: expect.any(Number),
  });
  expect(rest).toEqual({
    id: id(COUNT / 2),
    gate: 'gate',
    provider: 'hmac',
    method: 'POST',
    receivedMs: 1_760_000_000_000 + COUNT / 2,
    claim: expect.objectContaining({ untilMs: claim.untilMs }),
    keyId: '',
    url: '',
    headers: [],
    body: new Uint8Array(0),
  });
});

it('keys of order among thousands, whose pages SQLite has split and merged', async () => {
  const dir = temporaryDir();
  const store = await openStore(join(dir, 'store.db'));
  later(() => store.close());
  const isHers = (n: number): boolean => n % 9 === 0;
  // Keys come in no order, so that the index is split in the middle.
  const keyOf = (n: number): string =>
    `${((n * 7919) % 1_000).toString().padStart(4, '0')} ${isHers(n) ? MARK : 'somebody-else@example.org'} and so on, and so on`;
  const many = Array.from({ length: 1_500 }, (_, n) => n);
  await Promise.all(
    many.map((n) =>
      store.events.keep(
        {
          id: id(n),
          gate: 'gate',
          provider: 'hmac',
          keyId: 'k',
          receivedMs: 1_760_000_000_000 + n,
          method: 'POST',
          url: '/hook',
          headers: [],
          body: Buffer.from(`{"n":${n},"email":"${isHers(n) ? MARK : 'other'}"}`),
        },
        [],
        ['a', 'b'].map((destination) => ({ destination, order: { key: keyOf(n), parks: false } })),
      ),
    ),
  );
  const report = await store.upkeep.erase({ matches: createMatcher(TEXT) });
  expect(report.events).toBe(many.filter(isHers).length);
  expect(marksIn(dir)).toEqual([]);
  expect((await store.upkeep.verify()).findings).toEqual([]);
});
