/** Keeps events, erases Ana’s, and says when half of them are erased; made to be killed then. */
import { setImmediate as turn } from 'node:timers/promises';
import { createMatcher } from '../../src/stores/erase-match.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { erasedEvent } from './erasing-events.ts';

const [path, count] = process.argv.slice(2);
if (path === undefined || count === undefined) throw new Error('usage: erasing-child.ts PATH COUNT');
const store = await openStore(path);
for (let n = 0; n < Number(count); n++) await store.events.keep(erasedEvent(n));
const erasing = store.upkeep.erase({ matches: createMatcher({ text: 'ana-was-here' }) });
for (;;) {
  await turn();
  const listed = await store.events.list({ limit: 1_000 });
  if (listed.filter(({ erasedMs }) => erasedMs !== undefined).length > Number(count) / 40) break;
}
process.stdout.write('half\n');
// Whoever reads it kills; until then no further step is committed.
for (;;) if (process.hrtime.bigint() < 0n) await erasing;
