import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { createSealer, readStoreKey } from '../../src/sealed/seal.ts';
import { createSealedCache } from '../../src/sealed/token-cache.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { API_TOKEN, later, startClient, startPlatform } from './platform.ts';

const KEY = 'ab'.repeat(32);

/** One life of a process: a store on the file, a client with its token sealed in it, one call. */
async function run(file: string, url: string, options: { key?: string; apiToken?: string } = {}) {
  const store = await openSqliteStore({ path: file });
  const cache = createSealedCache(store.records, createSealer(readStoreKey(options.key ?? KEY)));
  const client = startClient(url, { cache, apiToken: new Secret(options.apiToken ?? API_TOKEN) });
  await client.api.list();
  await store.close();
  return client;
}

function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-flowent-'));
  later(async () => rmSync(directory, { recursive: true }));
  return join(directory, 'store.db');
}

describe('the token in the store', () => {
  it('serves after a restart without an exchange, and is in the file in no readable form', async () => {
    const file = temporaryFile();
    const platform = await startPlatform();
    await run(file, platform.url);
    const second = await run(file, platform.url);
    expect(platform.exchanges()).toHaveLength(1);
    expect(platform.asked.at(-1)?.headers.authorization).toBe(`Bearer ${platform.issued[0]}`);
    expect(second.problems).toEqual([]);

    const folder = join(file, '..');
    const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
    expect(bytes.includes('flowent-token:')).toBe(true);
    for (const secret of [platform.issued[0] ?? '', API_TOKEN, 'of-the-platform', KEY]) {
      expect(bytes.includes(secret)).toBe(false);
    }
  });

  it('is exchanged again with another store key, without a crash', async () => {
    const file = temporaryFile();
    const platform = await startPlatform();
    await run(file, platform.url);
    const { problems } = await run(file, platform.url, { key: 'cd'.repeat(32) });
    expect(platform.exchanges()).toHaveLength(2);
    expect(problems).toHaveLength(1);
  });

  it('is not that of another API token or another platform', async () => {
    const file = temporaryFile();
    const [one, other] = [await startPlatform(), await startPlatform()];
    await run(file, one.url);
    await run(file, one.url, { apiToken: 'another-api-token' });
    expect(one.exchanges()).toHaveLength(2);
    await run(file, other.url);
    expect(other.exchanges()).toHaveLength(1);
    await run(file, one.url);
    expect(one.exchanges()).toHaveLength(2);
  });
});
