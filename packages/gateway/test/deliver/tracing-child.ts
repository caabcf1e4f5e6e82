/** Sends two messages to a file of the directory that is its argument, and tells of each. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createFileDestination } from '../../src/deliver/destinations/file.ts';
import { messageOf, patience } from '../../src/testing/destination-bench.ts';

const destination = await createFileDestination({ path: join(process.argv[2] ?? '', 'events.jsonl') });
for (const n of [1, 2]) {
  const { ok } = await destination.send(messageOf(n), patience());
  if (ok) writeSync(1, `delivered ${n}\n`);
}
await destination.close();
