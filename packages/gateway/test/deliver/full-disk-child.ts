/**
 * Sends to a file until there is no room, makes some, and sends once more. Prints what the first failure was, and what the last send came to.
 * Arguments: `limit` (of the file’s size) or `disk`, and the directory.
 */
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptResult } from '../../src/deliver/destination.ts';
import { createFileDestination } from '../../src/deliver/destinations/file.ts';
import { messageOf, patience } from '../../src/testing/destination-bench.ts';
import { linesOf } from './lines.ts';

const directory = process.argv.at(-1) ?? '';
const path = join(directory, 'events.jsonl');
const filler = join(directory, 'filler');
if (process.argv.includes('disk')) writeFileSync(filler, Buffer.alloc(40_960));
const destination = await createFileDestination({ path });
const send = (n: number) => destination.send(messageOf(n), patience());

let written = 0;
let failure: AttemptResult = { ok: true };
while (failure.ok) {
  const results = await Promise.all(Array.from({ length: 7 }, (_, i) => send(written + i)));
  failure = results.find(({ ok }) => !ok) ?? failure;
  written += results.filter(({ ok }) => ok).length;
}
const bodies = linesOf(readFileSync(path)).length;
if (process.argv.includes('disk')) rmSync(filler);
else truncateSync(path);
const { ok } = await send(written);
const after = linesOf(readFileSync(path)).length;
await destination.close();
const expected = process.argv.includes('disk') ? written + 1 : 1;
const { code, problem, throttles } = failure.ok ? {} : failure;
console.log(
  JSON.stringify([
    { code, throttles, problem },
    { ok, isWhole: bodies === written && after === expected },
  ]),
);
