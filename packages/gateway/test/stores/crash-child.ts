/** Keeps an event, a record and a claim, again and again, and prints the id of each round that the store acknowledged; made to be killed. */
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { crashEvent, rememberedClaim } from './crash-event.ts';

const [path, lanes] = process.argv.slice(2);
if (path === undefined || lanes === undefined) throw new Error('usage: crash-child.ts PATH LANES');
const { events, records, claims } = await openSqliteStore({ path });
let next = 0;
const lane = async (): Promise<void> => {
  for (;;) {
    const n = next++;
    const event = crashEvent(n);
    await Promise.all([
      events.keep(event),
      records.put({ space: 'crash', key: event.id, version: 0, bytes: event.body }),
      claims.remember(rememberedClaim(n)),
    ]);
    process.stdout.write(`${event.id}\n`);
  }
};
await Promise.all(Array.from({ length: Number(lanes) }, lane));
