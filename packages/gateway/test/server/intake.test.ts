import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSocket, readToEnd, SECRET } from './harness.ts';
import { startMeasured } from './measured-gateway.ts';

const MB = 1024 * 1024;
const keys = [{ id: 'main', secret: SECRET }];

/** The chunked coding of a body, its chunks of one size (RFC 9112 §7.1). */
function chunked(body: Buffer, size: number): string {
  const text = body.toString('latin1');
  const chunks: string[] = [];
  for (let at = 0; at < text.length; at += size) {
    const chunk = text.slice(at, at + size);
    chunks.push(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  }
  return `${chunks.join('')}0\r\n\r\n`;
}

/** A head of the provider github, signed by hand, for a body in the chunked coding. */
function githubHead(body: Buffer): string {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  return `POST /github HTTP/1.1\r\nhost: a\r\nx-hub-signature-256: sha256=${signature}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n`;
}

describe('a body in small chunks', () => {
  it('takes memory by its bytes, not by its chunks', async () => {
    const gateway = await startMeasured({
      gates: { github: { path: '/github', provider: 'github', keys, respond: { status: 200 } } },
    });
    const before = await gateway.measure();
    const sizes = [1, 1, 3, 64];
    const answers = sizes.map(async (size, i) => {
      const body = Buffer.alloc(MB / 2 + i, 'x');
      const socket = await openSocket(gateway.port);
      socket.write(githubHead(body) + chunked(body, size), 'latin1');
      return (await readToEnd(socket)).slice(9, 12);
    });
    expect(await Promise.all(answers)).toEqual(sizes.map(() => '200'));
    const { peak } = await gateway.measure();
    // Three times the bodies, and garbage that no collection has seen yet. A list of the chunks took 590 MB.
    expect((peak - before.peak) / MB).toBeLessThan(1.5 * sizes.length + 80);
  });
});
