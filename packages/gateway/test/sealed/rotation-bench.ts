/** Stores whose key is rotated, and what is in them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type RotatedStoreKey,
  type RotateOptions,
  rotateStoreKey,
} from '../../src/admin/rotate-store-key.ts';
import { verifyAuditLog } from '../../src/audit/audit-access.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { Secret } from '../../src/config/secret.ts';
import { createKeyRecords } from '../../src/sealed/key-records.ts';
import { openStoreKeys } from '../../src/sealed/store-keys.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { temporaryDir } from '../harness.ts';

export const OLD = 'ab'.repeat(32);
export const NEW = 'cd'.repeat(32);
export const OTHER = 'ef'.repeat(32);
const SECRET = 'a secret of more than sixteen bytes';
/** Of the key that was added at run time to the store of before. */
export const ADDED = 'another secret of sixteen bytes and more';

const GATE = { path: '/g', provider: 'github', keys: [{ id: 'main', secret: SECRET }], keep: {} };

export function configure(cwd: string, keys: object): void {
  const listen = { public: '127.0.0.1:0', admin: '127.0.0.1:0' };
  writeFileSync(
    join(cwd, 'countersign.json'),
    JSON.stringify({
      listen,
      store: 'sqlite:store.db',
      ...keys,
      gates: { g: { ...GATE, keepRefused: true } },
    }),
  );
}

/** A folder with a store that a version without data keys has made: its gateway had the key `OLD`. */
export function storeOfBefore(keys: object = { storeKey: NEW, previousStoreKey: OLD }): string {
  const cwd = temporaryDir();
  const packed = readFileSync(join(import.meta.dirname, 'fixtures/before-data-keys.db.gz'));
  writeFileSync(join(cwd, 'store.db'), gunzipSync(packed));
  configure(cwd, keys);
  return cwd;
}

export const configOf = async (cwd: string): Promise<Config> => (await loadConfig({ cwd, env: {} })).config;

export const rotate = async (cwd: string, more: Partial<RotateOptions> = {}): Promise<RotatedStoreKey> =>
  rotateStoreKey(await configOf(cwd), {
    isReseal: false,
    isKeyLost: false,
    onProgress() {},
    now: () => AT,
    ...more,
  });

/** What `opened` finds. */
export interface Opened {
  readonly added: string | undefined;
  readonly refused: boolean | undefined;
  readonly header: string | undefined;
  readonly findings: readonly { readonly code: string }[];
  readonly isResealing: boolean;
}

/** All that is sealed in the store, opened with the keys of the configuration. */
export async function opened(cwd: string): Promise<Opened> {
  const { storeKey = new Secret(''), previousStoreKeys: previous = [] } = await configOf(cwd);
  const store = await openStore({ kind: 'sqlite', file: join(cwd, 'store.db') }, { now: () => AT });
  try {
    const keys = await openStoreKeys({ store, storeKey, previous });
    const { vault, read } = createKeyRecords('g', store.records, keys.sealer);
    const [added] = (await read()).stored.added;
    const [refused] = await store.refused.list({ limit: 1 });
    const { findings } = await verifyAuditLog(store.audit, keys.audit, []);
    const page = await store.events.list({ limit: 10 });
    const event = await store.events.get(page[0]?.id ?? '');
    return {
      added: added && vault?.open(added)?.reveal(),
      refused:
        refused && keys.sealer.open(refused.head, `refused head ${refused.id}`)?.includes('"url":"/g"'),
      header: event?.withheld?.sealed && keys.sealer.open(event.withheld.sealed, `event ${event.id}`),
      findings,
      isResealing: keys.isResealing,
    };
  } finally {
    await store.close();
  }
}

/** When the store of before was made: what it keeps for 30 days is there still. */
export const AT: number = Date.parse('2026-11-27T19:00:00Z');
export const WHOLE: Opened = {
  added: ADDED,
  refused: true,
  header: '["Bearer of-a-sender"]',
  findings: [],
  isResealing: false,
};
