/** Opens a store when told to, says what came of it, and holds it until it is killed. */
import { once } from 'node:events';
import { openSqliteStore } from '../../src/stores/sqlite.ts';

const [path = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
await once(process.stdin, 'data');
try {
  await openSqliteStore({ path, waitMs: 200 });
  process.stdout.write('held\n');
  process.stdin.resume();
} catch (error) {
  process.stdout.write(`${error}\n`);
  process.exit(2);
}
