import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isLong } from '../../../../scripts/effort.ts';
import { openSocket, readToEnd, SECRET, send, start } from '../harness.ts';
import { startBench } from '../sessions/support.ts';
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
    const sizes = isLong ? [1, 64] : [1];
    const answers = sizes.map(async (size, i) => {
      const body = Buffer.alloc(400_000 + i, 'x');
      const socket = await openSocket(gateway.port);
      socket.write(githubHead(body) + chunked(body, size), 'latin1');
      return (await readToEnd(socket)).slice(9, 12);
    });
    expect(await Promise.all(answers)).toEqual(sizes.map(() => '200'));
    const { peak } = await gateway.measure();
    // Three times the bodies, and garbage that no collection has seen yet. A list of the chunks took 220 MB.
    expect((peak - before.peak) / MB).toBeLessThan(1.2 * sizes.length + 80);
  });
});

describe('a request whose head is refused', () => {
  const gates = {
    github: { path: '/github', provider: 'github', keys, respond: { status: 200 } },
    token: { path: '/token', provider: 'jwt-bearer', keys, methods: ['POST'], respond: { status: 200 } },
    dpop: { path: '/dpop', provider: 'dpop', keys, methods: ['POST'], respond: { status: 200 } },
    bearer: { path: '/bearer', provider: 'incode', keys, respond: { status: 200 } },
    message: { path: '/message', provider: 'http-message-signatures', keys, respond: { status: 200 } },
    forward: {
      path: '/forward',
      provider: 'jwt-bearer',
      keys,
      methods: ['POST'],
      forward: { to: 'http://127.0.0.1:9' },
    },
  } as const;

  it.each([
    ['github', '', 'missing-signature'],
    ['github', 'x-hub-signature-256: sha1=00\r\n', 'malformed-signature'],
    ['token', '', 'missing-token'],
    ['token', 'authorization: Bearer a.b\r\n', 'malformed-token'],
    ['dpop', '', 'missing-token'],
    ['bearer', '', 'missing-token'],
    ['message', '', 'missing-signature'],
    ['message', 'signature-input: (\r\nsignature: s\r\n', 'malformed-signature'],
    ['forward', '', 'missing-token'],
  ])('%s, %j: is answered before it sends a body, and not told to continue', async (gate, field, reason) => {
    const gateway = await start(gates);
    for (const length of ['content-length: 500000', 'transfer-encoding: chunked']) {
      for (const expectation of ['', 'expect: 100-continue\r\n']) {
        const socket = await openSocket(gateway.publicPort);
        socket.write(`POST /${gate} HTTP/1.1\r\nhost: a\r\n${field}${expectation}${length}\r\n\r\n`);
        expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 401 /);
        expect(gateway.records.at(-1)).toMatchObject({ gate, reason, status: 401 });
      }
    }
  });

  it('is told so in the words of the whole request: status, headers and body are the same', async () => {
    const gateway = await start({ github: gates.github });
    const early = await openSocket(gateway.publicPort);
    early.write('POST /github HTTP/1.1\r\nhost: a\r\ncontent-length: 70000\r\n\r\n');
    const [, body] = (await readToEnd(early)).split('\r\n\r\n');
    expect(body).toBe((await send(`${gateway.publicUrl}/github`)).text);
  });

  it('hears 413 where its body is announced too long, proof or not', async () => {
    const gateway = await start({ github: gates.github });
    const socket = await openSocket(gateway.publicPort);
    socket.write('POST /github HTTP/1.1\r\nhost: a\r\ncontent-length: 2000000\r\n\r\n');
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('leaves the connection to the next request where what is left is little', async () => {
    const gateway = await start({ github: gates.github });
    const socket = await openSocket(gateway.publicPort);
    socket.write('POST /github HTTP/1.1\r\nhost: a\r\ncontent-length: 20\r\n\r\n');
    await gateway.nextRecord();
    socket.write(`${'x'.repeat(20)}GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    expect((await readToEnd(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']);
  });

  it('ends the connection of who was not told to continue: nobody knows whether the body follows', async () => {
    const gateway = await start({ github: gates.github });
    for (const path of ['/github', '/nowhere', '/health']) {
      const socket = await openSocket(gateway.publicPort);
      const smuggled = 'GET /ready HTTP/1.1\r\nhost: a\r\n\r\n';
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: ${smuggled.length}\r\n\r\n`,
      );
      socket.write(smuggled + smuggled);
      const answers = (await readToEnd(socket)).match(/HTTP\/1\.1 \d+/g);
      expect(answers, path).toHaveLength(1);
    }
  });
});

describe('a session’s webhook whose head is refused', () => {
  it('is answered before it sends a body', async () => {
    const { gateway } = await startBench({ auth: { secret: SECRET } });
    const socket = await openSocket(gateway.publicPort);
    socket.write('POST /webhook HTTP/1.1\r\nhost: a\r\ncontent-length: 60000\r\n\r\n');
    await gateway.nextRecord();
    expect(gateway.records.at(-1)).toMatchObject({ reason: 'missing-token', status: 401 });
  });
});

describe('a connection that waits for its next request', () => {
  it('holds no body', async () => {
    const gateway = await startMeasured({
      gates: { github: { path: '/github', provider: 'github', keys, respond: { status: 200 } } },
    });
    const before = await gateway.measure();
    const body = Buffer.alloc(MB, 'x');
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    for (let i = 0; i < 24; i++) {
      const socket = await openSocket(gateway.port);
      socket.write(
        `POST /github HTTP/1.1\r\nhost: a\r\nx-hub-signature-256: sha256=${signature}\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
      expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 200 /);
    }
    const { held } = await gateway.measure();
    // Each of them held its last body.
    expect((held - before.held) / MB).toBeLessThan(8);
  });
});
