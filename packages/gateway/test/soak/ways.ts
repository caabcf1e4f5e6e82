/** What senders do to a connection: what they write, and how they leave. */
import { connect, type Socket } from 'node:net';
import type { Random } from './random.ts';
import type { RawRequest } from './requests.ts';

export interface Sending {
  readonly port: number;
  readonly request: RawRequest;
  /** From what is written to the leaving. */
  readonly delayMs: number;
  readonly random: Random;
}

/** Writes to an open connection; who stays waits for the gateway to end it. */
type Way = (socket: Socket, sending: Sending) => { readonly stays?: boolean } | undefined;

const GET_HEALTH = 'GET /health HTTP/1.1\r\nhost: x\r\n';
const END = '\r\n';
const BIG_FIELD = `x-big: ${'a'.repeat(70_000)}\r\n`;

function whole({ head, body }: RawRequest): Buffer {
  return Buffer.concat([Buffer.from(head + END), body]);
}

/** Writes these bytes, and leaves. */
function writing(bytes: (sending: Sending) => string | Buffer): Way {
  return (socket, sending) => {
    socket.write(bytes(sending));
    return undefined;
  };
}

/** Writes these bytes after the whole request. */
function following(text: string): Way {
  return writing(({ request }) => Buffer.concat([whole(request), Buffer.from(text, 'latin1')]));
}

const WAYS = {
  'a whole request': (socket, { request }) => {
    socket.write(whole({ ...request, head: `${request.head}connection: close\r\n` }));
    return { stays: true };
  },
  'a whole request, unread': (socket, { request }) => {
    socket.pause();
    socket.write(whole(request));
    return undefined;
  },
  'a whole request, FIN': (socket, { request }) => {
    socket.end(whole(request));
    return undefined;
  },
  'half a head': writing(({ request, random }) => request.head.slice(0, random.below(request.head.length))),
  'no body': writing(({ request }) => request.head + END),
  'half a body': writing(({ request }) => {
    const bytes = whole(request);
    return bytes.subarray(0, bytes.length - Math.ceil(request.body.length / 2));
  }),
  'bytes one by one': (socket, { request }) => {
    for (const byte of whole(request).subarray(0, 300)) socket.write(Uint8Array.of(byte));
    return undefined;
  },
  'slow bytes': (socket, { request }) => {
    const bytes = whole(request);
    let at = 0;
    const timer = setInterval(() => {
      socket.write(bytes.subarray(at, at + 40));
      at += 40;
    }, 2);
    socket.once('close', () => clearInterval(timer));
    return undefined;
  },
  'changed bytes': writing(({ request, random }) => {
    const bytes = whole(request);
    for (let i = 0; i <= random.below(4); i++) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  }),
  'garbage behind it': following('GARBAGE\r\n\r\n'),
  'a second bad request': following('GET /health HTTP/1.1\r\nno field\r\n\r\n'),
  'a body longer than its Content-Length': following('x'.repeat(1000)),
  'a TLS hello behind it': following('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  'CONNECT behind it': following('CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n'),
  'a large field behind it': following(`${GET_HEALTH}${BIG_FIELD}\r\n`),
  'good requests behind it': writing(({ request }) =>
    Buffer.concat([
      whole(request),
      Buffer.from(`${GET_HEALTH}${END}`.repeat(20)),
      ...Array.from({ length: 12 }, () => whole(request)),
    ]),
  ),
  'a piece full of requests': writing(() => `${GET_HEALTH}${END}`.repeat(2000)),
  'garbage alone': writing(({ random }) => Buffer.from(Array.from({ length: 200 }, () => random.below(256)))),
  'a TLS hello': writing(() => Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1')),
  CONNECT: writing(() => 'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\nmore'),
  'the HTTP/2 preface': writing(() => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  'a large field': writing(({ request }) => `${request.head}${BIG_FIELD}\r\n`),
  'many fields': writing(({ request }) => `${request.head}${'a: b\r\n'.repeat(500)}\r\n`),
  'another version': writing(({ request }) => `${request.head.replace('HTTP/1.1', 'HTTP/2.0')}\r\n`),
  'a coding beside chunked': writing(
    ({ request }) => `${withoutLength(request.head)}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  ),
  'two framings': writing(
    ({ request }) => `${request.head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  'bad chunks': writing(
    ({ request }) => `${withoutLength(request.head)}transfer-encoding: chunked\r\n\r\n5\r\nabcde\r\nzz\r\n`,
  ),
  'chunks without an end': writing(
    ({ request }) =>
      `${withoutLength(request.head)}transfer-encoding: chunked\r\n\r\n${'5\r\nabcde\r\n'.repeat(50)}`,
  ),
  'too large a body': writing(({ request }) =>
    Buffer.concat([
      Buffer.from(`${withoutLength(request.head)}content-length: 3000000\r\n\r\n`),
      Buffer.alloc(200_000, 'a'),
    ]),
  ),
  'an expectation': writing(({ request }) => `${request.head}expect: 100-continue\r\n\r\n`),
  'an unknown expectation': writing(({ request }) => `${request.head}expect: wonders\r\n\r\n`),
  'an upgrade': writing(
    ({ request }) =>
      `${request.head}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  ),
  'control characters': writing(({ request }) => `${request.head}x-a: \x00\x1b[31m\r\n\r\n`),
  'garbage in pieces behind it': (socket, { request }) => {
    socket.write(whole(request));
    let pieces = 0;
    const timer = setInterval(() => {
      if (++pieces === 40 || socket.destroyed) clearInterval(timer);
      else socket.write('\0');
    }, 1);
    return undefined;
  },
  'a piece full of requests behind the last answer': writing(
    () => `${GET_HEALTH}expect: wonders\r\n${END}${`${GET_HEALTH}${END}`.repeat(2000)}`,
  ),
  nothing: () => undefined,
} as const satisfies Readonly<Record<string, Way>>;

export type WayName = keyof typeof WAYS;
export const WAY_NAMES = Object.keys(WAYS) as [WayName, ...WayName[]];

function withoutLength(head: string): string {
  return head.replace(/content-length: \d+\r\n/, '');
}

/** Longer than any answer takes: the gateway keeps a connection that it should have ended. */
const PATIENCE_MS = 20_000;

const LEAVINGS = ['end', 'destroy', 'resetAndDestroy'] as const;

/** Does one sender's deed. Resolves with what came back, once the connection has ended. @throws Error where it does not end. */
export function doAs(name: WayName, sending: Sending): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(sending.port, '127.0.0.1');
    const pieces: Buffer[] = [];
    socket.on('data', (piece) => pieces.push(piece));
    // Resets are what these senders ask for.
    socket.on('error', () => {});
    const patience = setTimeout(() => {
      socket.destroy();
      reject(new Error(`${name}: the connection was still open after ${PATIENCE_MS} ms`));
    }, PATIENCE_MS);
    socket.once('close', () => {
      clearTimeout(patience);
      resolve(Buffer.concat(pieces).toString('latin1'));
    });
    socket.once('connect', () => {
      const way: Way = WAYS[name];
      if (way(socket, sending)?.stays) return;
      const leave = sending.random.pick(LEAVINGS);
      setTimeout(() => {
        socket[leave]();
        // Who has said goodbye reads on for no longer.
        if (leave === 'end') socket.resume().setTimeout(50, () => socket.destroy());
      }, sending.delayMs);
    });
  });
}
