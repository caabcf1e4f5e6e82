/** A connection from within the process is asked for what a socket is asked for. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { listen } from '../../src/http/listener.ts';
import type { Log } from '../../src/log/log.ts';
import { later } from '../harness.ts';

it('ends once what was written to it has left', async () => {
  const server = createServer(({ socket }, response) => {
    response.end('the answer');
    socket.destroySoon();
  });
  const log = { info() {}, warn() {}, error() {} } as object as Log;
  const address = { host: '127.0.0.1', port: 0 };
  const listening = await listen(server, { address, option: 'listen.public', isTls: false, log });
  later(() => listening.close());
  const ours = listening.connect();
  ours.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const [theirs] = listening.sockets;
  if (theirs === undefined) throw new Error('nobody has connected');
  const closed = once(theirs, 'close');
  expect(await text(ours)).toMatch(/^HTTP\/1\.1 200 OK.*\r\n\r\nthe answer$/s);
  await closed;
  expect(listening.connections).toBe(0);
});
