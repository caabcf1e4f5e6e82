/** Where the demo's events are delivered: a shop that takes them all, and a CRM that fails for a while, over and over. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DemoShop {
  /** E.g. `http://127.0.0.1:40001`; `/orders` takes everything, `/crm` fails at times. */
  readonly url: string;
  close(): Promise<void>;
}

const ROUND_MS = 180_000;
/** Long enough to lose what comes in to its last retry, and to be seen failing. */
const DOWN_MS = 60_000;

/** @param monotonicMs the CRM fails in the first minute of each three */
export async function startShop(monotonicMs: () => number): Promise<DemoShop> {
  const sinceMs = monotonicMs();
  const server = createServer((request, response) => {
    const isDown = request.url === '/crm' && (monotonicMs() - sinceMs) % ROUND_MS < DOWN_MS;
    const body = isDown ? { error: 'no such table: customers' } : { ok: true };
    request.resume().on('end', () => {
      response.writeHead(isDown ? 500 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
