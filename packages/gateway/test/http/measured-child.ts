/**
 * A gateway in a process of its own, whose memory is measured. Prints where it listens; to each line on standard input, what it
 * holds after a collection of garbage, and the most that it ever held (as the system counts it), in bytes.
 */
import { createInterface } from 'node:readline';
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';

const { config } = parseConfig(JSON.parse(process.argv[2] ?? ''), { baseDir: '/', env: {} });
const print = (line: string): void => void process.stdout.write(line);
// The lines of a flood, which nobody reads, would wait in memory.
const logSink = { write: (line: string) => void (line.includes('"publicUrl"') && print(line)) };
// Code that a gateway loads behind its start is no part of what requests leave.
await import('@countersign/core/explain');
await startGateway({ config, logSink });
for await (const _ of createInterface(process.stdin)) {
  // Buffers that a collection frees are given back in the background, at the latest by the next one.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  print(`${JSON.stringify({ held: heapUsed + external, peak: process.resourceUsage().maxRSS * 1024 })}\n`);
}
