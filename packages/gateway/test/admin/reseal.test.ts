/** All that a store keeps sealed is sealed anew by a rotation with `isReseal`; what cannot be keeps its key. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAnswerVault } from '../../src/claims/first-answer.ts';
import { Secret } from '../../src/config/secret.ts';
import { createKeyRecords, GATE_KEYS_SPACE, gateKeysKey } from '../../src/sealed/key-records.ts';
import { createSealer, type Sealer } from '../../src/sealed/seal.ts';
import { createSealedRecords } from '../../src/sealed/sealed-records.ts';
import { createSealedRefusals } from '../../src/sealed/sealed-refusals.ts';
import { openStoreKeys, type StoreKeys } from '../../src/sealed/store-keys.ts';
import { createSealedCache } from '../../src/sealed/token-cache.ts';
import { createHeaderVault, unsealedHeaders } from '../../src/sealed/withheld-headers.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { temporaryDir } from '../harness.ts';
import { AT, configure, NEW, OLD, rotate } from '../sealed/rotation-bench.ts';

/** Something that a store keeps sealed, written and read by its owner. */
interface SealedKind {
  readonly kind: string;
  readonly write: (store: Store, sealer: Sealer) => Promise<unknown>;
  readonly read: (store: Store, sealer: Sealer) => Promise<unknown>;
  readonly value: unknown;
}

const FAR = AT + 86_400_000;
const IDENTITY = Uint8Array.from({ length: 16 }, (_, i) => i * 16);
const TOKEN = { token: 'a token', issuedAtMs: 1, expiresAtMs: 2 };
const ADDED = { id: 'added', state: 'active' } as const;
const CHANGED = { id: 'main', state: 'retiring', configured: { state: 'active' } } as const;
const REFUSED = {
  id: 'refused-1',
  gate: 'g',
  receivedMs: AT,
  reason: 'signature-mismatch',
  step: 'compare',
  method: 'POST',
  url: '/g',
  headers: ['a', 'b'],
  remoteAddress: '127.0.0.1',
  bodyBytes: 4,
  body: Buffer.from('body'),
} as const;
const HEADERS = ['Authorization', 'Bearer of-a-sender', 'a', 'b'];

const KINDS: readonly SealedKind[] = [
  {
    kind: 'a token',
    write: (store, sealer) => createSealedCache(store.records, sealer).save('name', TOKEN),
    read: (store, sealer) => createSealedCache(store.records, sealer).load('name'),
    value: TOKEN,
  },
  {
    kind: 'a record',
    write: ({ records }, sealer) =>
      createSealedRecords({ records, space: 'a-space', sealer }).write('key', 0, { a: 1 }, FAR),
    read: async ({ records }, sealer) =>
      (await createSealedRecords({ records, space: 'a-space', sealer }).read('key'))?.value,
    value: { a: 1 },
  },
  {
    kind: 'a refused request',
    write: ({ refused }, sealer) =>
      createSealedRefusals(refused, sealer).keep([REFUSED], () => ({
        atMost: 10,
        maxBytes: 10_000,
        forMs: 86_400_000,
      })),
    read: ({ refused }, sealer) => createSealedRefusals(refused, sealer).get(REFUSED.id),
    value: REFUSED,
  },
  {
    kind: 'the secret headers of an event',
    write: ({ events }, sealer) => {
      const { id, ...rest } = event(1);
      return events.keep({ ...rest, id, ...createHeaderVault([], sealer).withhold(id, HEADERS) });
    },
    read: async ({ events }, sealer) => {
      const kept = await events.get(event(1).id);
      return kept && unsealedHeaders(kept, sealer);
    },
    value: HEADERS,
  },
  {
    kind: 'a first answer',
    write: ({ claims }, sealer) => {
      const answer = createAnswerVault('g', sealer).seal(IDENTITY, Buffer.from('an answer'));
      return claims.remember({ gate: 'g', identity: IDENTITY, untilMs: FAR, ...(answer && { answer }) });
    },
    read: async ({ claims }, sealer) => {
      const answer = (await claims.find('g', IDENTITY, AT))?.answer;
      const opened = answer && createAnswerVault('g', sealer).open(IDENTITY, answer);
      return opened && Buffer.from(opened).toString();
    },
    value: 'an answer',
  },
  {
    kind: 'a key that was added, and the mark of one that was changed',
    write: ({ records }, sealer) => {
      const { vault, write } = createKeyRecords('g', records, sealer);
      const sealed = vault?.seal(ADDED, new Secret('a secret that was added')) ?? '';
      const mark = vault?.markOf(CHANGED.id, new Secret('a secret of the file'));
      return write(0, { added: [{ ...ADDED, sealed }], changed: [{ ...CHANGED, mark }] });
    },
    read: async ({ records }, sealer) => {
      const { vault, read } = createKeyRecords('g', records, sealer);
      const { added, changed } = (await read()).stored;
      return [
        added[0] && vault?.open(added[0])?.reveal(),
        vault?.isMarked(changed[0]?.mark ?? '', CHANGED.id, new Secret('a secret of the file')),
      ];
    },
    value: ['a secret that was added', true],
  },
];

const opened = (cwd: string): Promise<Store> =>
  openStore({ kind: 'sqlite', file: join(cwd, 'store.db') }, { now: () => AT });
const keysOf = (store: Store, storeKey: string): Promise<StoreKeys> =>
  openStoreKeys({ store, storeKey: new Secret(storeKey) });

/** A folder with a store in which something is written, whose configuration rotates `OLD` to `NEW`. */
async function storeWith(write: (store: Store, sealer: Sealer) => Promise<unknown>, hasDataKey = true) {
  const cwd = temporaryDir();
  configure(cwd, { storeKey: NEW, previousStoreKey: OLD });
  const store = await opened(cwd);
  const sealer = hasDataKey ? (await keysOf(store, OLD)).sealer : createSealer(Buffer.from(OLD, 'hex'));
  await write(store, sealer);
  await store.close();
  return cwd;
}

describe.each([true, false])('sealed under a data key: %s', (hasDataKey) => {
  it.each(KINDS)(
    '$kind is sealed anew, and opens without the keys before',
    async ({ write, read, value }) => {
      const cwd = await storeWith(write, hasDataKey);
      expect(await rotate(cwd, { isReseal: true })).toMatchObject({
        resealed: { rows: 1, ofOtherGates: 0, unopened: 0 },
      });
      configure(cwd, { storeKey: NEW });
      const store = await opened(cwd);
      const { sealer, isResealing } = await keysOf(store, NEW);
      expect(await read(store, sealer)).toEqual(value);
      expect(isResealing).toBe(false);
      await store.close();
      // What is under the new key already is let be by a rotation that goes on after a kill, and sealed anew by another one.
      expect(await rotate(cwd, { isReseal: true })).toMatchObject({ resealed: { rows: 1 } });
    },
  );
});

describe('what does not open where it stands', () => {
  it('is counted, and keeps its key, so that it is not lost', async () => {
    const cwd = await storeWith(({ records }, sealer) =>
      records.put({
        space: 'of-a-later-version',
        key: 'k',
        version: 0,
        bytes: sealer.seal('a value', 'a context'),
      }),
    );
    for (let times = 0; times < 2; times++)
      expect((await rotate(cwd, { isReseal: true })).resealed).toEqual({
        rows: 0,
        ofOtherGates: 0,
        unopened: 1,
      });
    const store = await opened(cwd);
    const { sealer, isResealing } = await keysOf(store, NEW);
    const record = await store.records.get('of-a-later-version', 'k');
    expect(record && sealer.open(record.bytes, 'a context')).toBe('a value');
    expect(isResealing).toBe(true);
    await store.close();
  });

  it('is a record of keys, too, that nobody can read', async () => {
    const cwd = await storeWith(({ records }) =>
      records.put({
        space: GATE_KEYS_SPACE,
        key: gateKeysKey('g'),
        version: 0,
        bytes: Buffer.from('{"v":2}'),
      }),
    );
    expect((await rotate(cwd, { isReseal: true })).resealed).toEqual({
      rows: 0,
      ofOtherGates: 0,
      unopened: 1,
    });
  });

  it('holds up no later rotation where its key is lost already', async () => {
    const cwd = await storeWith(KINDS[0]?.write ?? (async () => {}));
    configure(cwd, { storeKey: NEW });
    await rotate(cwd, { isKeyLost: true });
    expect((await rotate(cwd, { isReseal: true })).resealed).toEqual({
      rows: 0,
      ofOtherGates: 0,
      unopened: 0,
    });
    const store = await opened(cwd);
    expect((await keysOf(store, NEW)).isResealing).toBe(false);
    await store.close();
  });
});

it('values that are not encrypted stay as they are', async () => {
  const bytes = Uint8Array.of(1);
  const cwd = await storeWith(({ records }) => records.put({ space: 'lease', key: 'k', version: 0, bytes }));
  expect((await rotate(cwd, { isReseal: true })).resealed).toEqual({ rows: 0, ofOtherGates: 0, unopened: 0 });
});
