import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { heldBytes } from '../../../../scripts/held-bytes.ts';
import { createGatheringRequest } from '../../src/http/gathering-request.ts';
import { listen } from '../harness.ts';

async function startServer(): Promise<{ readonly port: number; next(): Promise<IncomingMessage> }> {
  const server: Server = createServer({ IncomingMessage: createGatheringRequest() });
  const origin = await listen(server);
  const port = Number(new URL(origin).port);
  return { port, next: async () => (await once(server, 'request'))[0] as IncomingMessage };
}

const HEAD = 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n';

function chunked(pieces: readonly string[]): string {
  const chunks = pieces
    .filter((piece) => piece !== '')
    .map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
  return `${chunks.join('')}0\r\n\r\n`;
}

describe('a request’s body', () => {
  it('is what was sent, however it is chunked, and paused and resumed', async () => {
    const { port, next } = await startServer();
    const piece = fc.oneof(
      fc.string({ maxLength: 3, unit: 'grapheme-ascii' }),
      fc.nat(9000).map((n) => 'x'.repeat(n)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 60 }),
        fc.array(fc.nat(5000), { maxLength: 10 }),
        fc.boolean(),
        async (pieces, pauses, waits) => {
          const socket = connect(port, '127.0.0.1');
          const arrived = next();
          socket.write(HEAD + chunked(pieces));
          const request = await arrived;
          if (waits) await new Promise((resolve) => setImmediate(resolve));
          let text = '';
          const left = [...pauses];
          request.on('data', (chunk: Buffer) => {
            text += chunk.toString('latin1');
            if (left.length === 0 || text.length < (left.at(-1) ?? 0)) return;
            left.pop();
            request.pause();
            setImmediate(() => request.resume());
          });
          await once(request, 'end');
          expect(text).toBe(pieces.join(''));
          socket.destroy();
        },
      ),
      { seed: 7, numRuns: runs(1000) },
    );
  });

  it('takes memory by its bytes while nobody reads it, and the sender waits', async () => {
    const { port, next } = await startServer();
    const text = HEAD + chunked(Array.from({ length: 300_000 }, () => 'x'));
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const arrived = next();
    const before = heldBytes();
    socket.write(text);
    const request = await arrived;
    request.pause();
    while (request.readableLength < 65_536) await new Promise((resolve) => setImmediate(resolve));
    // Node alone holds 16 MB.
    expect(heldBytes() - before).toBeLessThan(4_000_000);
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    await once(request.resume(), 'end');
    expect(bytes).toBe(300_000);
    socket.destroy();
  });
});
