/**
 * A gateway in a process of its own, whose memory is measured. Prints its log; to each line on standard input, what it
 * holds after a collection of garbage, and the most that it ever held (as the system counts it), in bytes.
 */
import { createInterface } from 'node:readline';
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';

const { config } = parseConfig(JSON.parse(process.argv[2] ?? ''), { baseDir: '/', env: {} });
const print = (line: string): void => void process.stdout.write(line);
await startGateway({ config, logSink: { write: print } });
for await (const _ of createInterface(process.stdin)) {
  // Buffers that a collection frees are given back in the background, at the latest by the next one.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  print(`${JSON.stringify({ held: heapUsed + external, peak: process.resourceUsage().maxRSS * 1024 })}\n`);
}
