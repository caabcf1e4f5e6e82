/** Events that were exported, kept in another store. */
import { expect, it } from 'vitest';
import { importEvent } from '../../src/admin/import-event.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later } from '../harness.ts';

const EXPORTED = {
  ...{ id: 'a', gate: 'open', method: 'POST', url: '/', provider: 'none', keyId: '', receivedAtMs: 1 },
  ...{ headers: [], bodyBase64: 'YQ==' },
};

/** Values that are no exported event, each with what is said of it. */
const CASES: readonly (readonly [value: unknown, says: string])[] = [
  [[], 'it is not a JSON object'],
  [{ ...EXPORTED, url: 5 }, 'url is not a text'],
  [{ ...EXPORTED, id: 'a b' }, 'id is not 1 to 200 printable characters'],
  [{ ...EXPORTED, gate: '' }, 'gate or method is empty'],
  [{ ...EXPORTED, receivedAtMs: 1.5 }, 'receivedAtMs is not a whole number of milliseconds'],
  [{ ...EXPORTED, headers: [['a']] }, 'headers is not an array of pairs of byte strings'],
  [{ ...EXPORTED, headers: [['a', '€']] }, 'headers is not an array of pairs of byte strings'],
  [{ ...EXPORTED, bodyBase64: 'YR==' }, 'bodyBase64 is not base64'],
  [
    { ...EXPORTED, bodySha256: '0'.repeat(64) },
    'the body has another hash than bodySha256: it is not what was exported',
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
