/** The key of a PostgreSQL store, rotated while no gateway runs: all that is sealed is sealed anew. */
import { describe, expect, it } from 'vitest';
import { rotateStoreKey } from '../../../src/admin/rotate-store-key.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { Secret } from '../../../src/config/secret.ts';
import { recordContext } from '../../../src/sealed/sealed-records.ts';
import { openStoreKeys } from '../../../src/sealed/store-keys.ts';
import { openStore } from '../../../src/stores/open-store.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

const OLD = 'a1'.repeat(32);
const NEW = 'b2'.repeat(32);
const TEXT = new TextEncoder().encode('what nobody may read');

describe.skipIf(leaveOutPostgres)(
  `the key of a PostgreSQL store${postgresReason}`,
  { timeout: 180_000 },
  () => {
    const databases = postgresDatabases();

    it('is rotated with all that is sealed under it, and not while somebody has the store open', async () => {
      const address = await databases.create();
      const gateway = await openStore(address);
      const before = await openStoreKeys({ store: gateway, storeKey: new Secret(OLD) });
      for (let n = 0; n < 150; n++) {
        const key = `k ${n}`;
        const bytes = before.sealer.seal(TEXT, recordContext('sealed', key));
        await gateway.records.put({ space: 'sealed', key, version: 0, bytes });
      }
      const { config } = parseConfig(
        {
          store: address,
          storeKey: NEW,
          previousStoreKey: OLD,
          gates: { g: { path: '/g', provider: 'none', respond: { status: 200 } } },
        },
        { baseDir: '/', env: {} },
      );
      const options = { isReseal: true, isKeyLost: false, onProgress: () => {}, now: Date.now };
      await expect(rotateStoreKey(config, options)).rejects.toThrow(
        / is open in another gateway or command\. Stop all of them first\./,
      );
      await gateway.close();
      const { resealed, rotatedFrom } = await rotateStoreKey(config, options);
      expect(rotatedFrom).toBe(before.keyId);
      expect(resealed).toEqual({ rows: 150, ofOtherGates: 0, unopened: 0 });
      const store = await openStore(address);
      const after = await openStoreKeys({ store, storeKey: new Secret(NEW) });
      const record = await store.records.get('sealed', 'k 7');
      const bytes = record?.bytes ?? new Uint8Array();
      expect(after.sealer.openBytes(bytes, recordContext('sealed', 'k 7'))).toEqual(Buffer.from(TEXT));
      expect(before.sealer.openBytes(bytes, recordContext('sealed', 'k 7'))).toBeUndefined();
      await store.close();
    });
  },
);
