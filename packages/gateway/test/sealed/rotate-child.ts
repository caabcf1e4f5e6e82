/** Rotates the key of a store, until it is killed: by itself after so many rows, or by its parent. */
import { rotateStoreKey } from '../../src/admin/rotate-store-key.ts';
import { loadConfig } from '../../src/config/load-config.ts';

const [cwd = '', rows = '0'] = process.argv.slice(2);
const killAfter = Number(rows);
const { config } = await loadConfig({ cwd, env: {} });
process.stdout.write('begun\n');
await rotateStoreKey(config, {
  isReseal: true,
  isKeyLost: false,
  onProgress(seen) {
    if (killAfter > 0 && seen >= killAfter) process.kill(process.pid, 'SIGKILL');
  },
  // When the store was made: what it keeps for 30 days is there still.
  now: () => Date.parse('2026-11-27T19:00:00Z'),
});
process.stdout.write('done\n');
