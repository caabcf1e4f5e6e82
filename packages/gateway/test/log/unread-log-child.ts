/** Logs 64 MB to its standard output, then stops as a gateway does. Tells over IPC how long it was held up and what it took. */
import { setImmediate as turn } from 'node:timers/promises';
import { openLog } from '../../src/log/log.ts';

const format = process.argv[2] === 'pretty' ? 'pretty' : 'json';
const log = await openLog({ level: 'info', format });
const text = 'x'.repeat(1024);
let longestMs = 0;
const startBytes = process.memoryUsage().rss;
for (let lines = 0; lines < 65_536; ) {
  const before = performance.now();
  for (let i = 0; i < 256; i++) log.info({ line: lines++ }, text);
  await turn();
  longestMs = Math.max(longestMs, performance.now() - before);
}
const tookBytes = process.memoryUsage().rss - startBytes;
const beforeFlush = performance.now();
await log.flush();
process.send?.({ longestMs, tookBytes, flushMs: performance.now() - beforeFlush });
process.disconnect();
