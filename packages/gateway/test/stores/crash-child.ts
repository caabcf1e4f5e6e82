/** Keeps events without end and prints the id of each one that the store acknowledged; made to be killed. */
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { crashEvent } from './crash-event.ts';

const [path, lanes] = process.argv.slice(2);
if (path === undefined || lanes === undefined) throw new Error('usage: crash-child.ts PATH LANES');
const store = await openSqliteStore({ path });
let next = 0;
const lane = async (): Promise<void> => {
  for (;;) {
    const event = crashEvent(next++);
    await store.keep(event);
    process.stdout.write(`${event.id}\n`);
  }
};
await Promise.all(Array.from({ length: Number(lanes) }, lane));
