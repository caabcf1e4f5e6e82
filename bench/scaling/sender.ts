/**
 * Who sends, in a process of its own: as fast as the gateways answer, each request signed, new and of 1 KB, over so many connections in all, which
 * the gateways share in equal parts. Nothing is under way when a spell ends, so what was acknowledged is known to the request.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { Connection } from '../../torture/engine/connection.ts';
import { SECRET } from '../http/request-file.ts';

export const PATH = '/hook';
const BODY_BYTES = 1_024;
const OK = 200;

export interface Spell {
  readonly ports: readonly number[];
  readonly connections: number;
  readonly seconds: number;
}

export interface SpellFigures {
  readonly acknowledged: number;
  /** Of any other status. */
  readonly refused: number;
  /** Until the last answer. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly latenciesMs: { readonly p50: number; readonly p99: number };
}

// Random, so that nothing on the way packs it smaller than a body of the world's.
const filler = randomBytes(BODY_BYTES).toString('base64url');
let serial = 0;

process.on('message', (spell: Spell) => {
  void run(spell).then((figures) => process.send?.(figures));
});
// The parent's end is this one's end.
process.on('disconnect', () => process.exit());

async function run({ ports, connections, seconds }: Spell): Promise<SpellFigures> {
  const open = await Promise.all(
    Array.from({ length: connections }, (_, at) =>
      Connection.open({ host: '127.0.0.1', port: ports[at % ports.length] ?? 0 }),
    ),
  );
  const latenciesMs: number[] = [];
  let refused = 0;
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() - beganMs < seconds * 1_000) {
        const sentMs = performance.now();
        const { status } = await connection.exchange(nextRequest());
        if (status === OK) latenciesMs.push(performance.now() - sentMs);
        else refused++;
      }
      connection.close();
    }),
  );
  const { user, system } = process.cpuUsage(cpu);
  const sorted = Float64Array.from(latenciesMs).sort();
  return {
    acknowledged: latenciesMs.length,
    refused,
    seconds: (performance.now() - beganMs) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    latenciesMs: {
      p50: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
      p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    },
  };
}

function nextRequest(): Buffer {
  const start = `{"n":${serial++},"text":"`;
  const body = `${start}${filler.slice(0, BODY_BYTES - start.length - 2)}"}`;
  const head = [
    `POST ${PATH} HTTP/1.1`,
    'Host: hooks.example.com',
    'User-Agent: Example/1.0 (+https://example.com/docs/webhooks)',
    'Accept: */*',
    'Content-Type: application/json; charset=utf-8',
    `X-Hub-Signature-256: sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    `Content-Length: ${body.length}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
