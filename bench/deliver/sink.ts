/**
 * A receiver of deliveries in a process of its own. Notes when each event came, on each path; checks what is signed; never answers where the path
 * begins with `/hang`. Tells its port, and what came when it is asked. Ends with who started it.
 *
 * Usage: node bench/deliver/sink.ts [SECRET]
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Arrivals, SinkQuestion } from './sink-process.ts';

const [secret] = process.argv.slice(2);
const key = secret === undefined ? undefined : Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

interface Seen {
  readonly serials: Set<number>;
  latenciesMs: number[];
  twice: number;
  forged: number;
}

const seen = new Map<string, Seen>();

const server = createServer((request, response) => {
  const { url = '' } = request;
  if (url.startsWith('/hang')) return;
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    note(url, request, Buffer.concat(chunks));
    response.end('ok');
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('message', ({ path }: SinkQuestion) => process.send?.(arrivalsOf(path)));
process.once('disconnect', () => process.exit());

function note(path: string, request: IncomingMessage, body: Buffer): void {
  const nowMs = performance.timeOrigin + performance.now();
  const entry = entryOf(path);
  const { n, sentMs } = JSON.parse(body.toString()) as { readonly n: number; readonly sentMs: number };
  if (entry.serials.has(n)) entry.twice++;
  entry.serials.add(n);
  entry.latenciesMs.push(nowMs - sentMs);
  if (key !== undefined && !isSigned(request, body, key)) entry.forged++;
}

function entryOf(path: string): Seen {
  const entry = seen.get(path) ?? { serials: new Set<number>(), latenciesMs: [], twice: 0, forged: 0 };
  seen.set(path, entry);
  return entry;
}

/** Latencies are told once. */
function arrivalsOf(path: string): Arrivals {
  const entry = entryOf(path);
  const { latenciesMs, serials, twice, forged } = entry;
  entry.latenciesMs = [];
  return { number: serials.size, twice, forged, latenciesMs };
}

/** As Standard Webhooks has it. */
function isSigned({ headers }: IncomingMessage, body: Buffer, secretKey: Buffer): boolean {
  const mac = createHmac('sha256', secretKey);
  mac.update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`).update(body);
  const expected = mac.digest();
  const received = Buffer.from(String(headers['webhook-signature']).replace(/^v1,/, ''), 'base64');
  return received.length === expected.length && timingSafeEqual(received, expected);
}
