/** A server that events are delivered to, and how a test waits for what became of a delivery. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeliveryView } from '../../src/stores/delivery-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { later } from '../harness.ts';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Resolves when so many have come. */
  until(count: number): Promise<readonly Received[]>;
}

export type ReceiverAnswer = (response: ServerResponse, number: number) => void;

/** Answers as told; notes what it gets. */
export async function receiver(answer: ReceiverAnswer = (response) => response.end()): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(pieces) });
      answer(response, received.length);
      for (const look of waiting) look();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook?a=1`,
    received,
    until: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve(received);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Asks the store again whenever something was written, until a delivery is in that state. */
export async function settled(
  store: Store,
  state: DeliveryView['state'],
  count = 1,
): Promise<readonly DeliveryView[]> {
  for (;;) {
    const { deliveries } = await store.deliveries.list({ state });
    if (deliveries.length >= count) return deliveries;
    // A write is done when all before it are: nothing is waited for longer than the next commit.
    await store.records.put({
      space: 'test',
      key: String(Math.random()),
      version: 0,
      bytes: new Uint8Array(1),
    });
  }
}
