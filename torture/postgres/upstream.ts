/** What gates forward to: it counts how often each request has run. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from '../engine/connection.ts';

export interface Upstream {
  readonly address: Address;
  /** By what it is asked for: path and body. */
  readonly runs: ReadonlyMap<string, Runs>;
  close(): Promise<void>;
}

export interface Runs {
  count: number;
  /** Those that came while claims could not be asked for, as the gateway has marked them. */
  unchecked: number;
}

export async function openUpstream(): Promise<Upstream> {
  const runs = new Map<string, Runs>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const key = `${request.url} ${body}`;
      const entry = runs.get(key) ?? { count: 0, unchecked: 0 };
      runs.set(key, entry);
      entry.count++;
      if (request.headers['countersign-replay'] === 'unchecked') entry.unchecked++;
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: '127.0.0.1', port },
    runs,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
