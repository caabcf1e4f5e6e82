/** Requests as bytes, written in every manner that clients have; and their answers. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { HeaderList, type SignedRequest } from '@countersign/core';

/** One way to write an honest request. */
export interface Manner {
  readonly name: string;
  /** What is sent, each part in a turn of its own. */
  parts(request: SignedRequest): readonly Buffer[];
}

const length = ({ body }: SignedRequest): string => `Content-Length: ${body.length}\r\n`;

interface Style {
  readonly target?: (url: URL) => string;
  readonly version?: string;
  readonly name?: (name: string) => string;
  readonly more?: string;
}

function head({ method, url, headers }: SignedRequest, framing: string, style: Style = {}): string {
  const {
    target = ({ pathname, search }) => pathname + search,
    version = '1.1',
    name = (text) => text,
    more = '',
  } = style;
  const fields = [...headers].map(([key, value]) => `${name(key)}: ${value}\r\n`).join('');
  return `${method} ${target(new URL(url))} HTTP/${version}\r\n${fields}${more}${framing}`;
}

const CLOSE = 'Connection: close\r\n';

const whole = (request: SignedRequest, style?: Style): readonly Buffer[] => [
  Buffer.concat([
    Buffer.from(head(request, `${length(request)}${CLOSE}\r\n`, style), 'latin1'),
    request.body,
  ]),
];

/** With a length, on a connection that is used again unless it is the last. */
export function keptOpen(request: SignedRequest, isLast: boolean): Buffer {
  const text = head(request, `${length(request)}${isLast ? CLOSE : ''}\r\n`);
  return Buffer.concat([Buffer.from(text, 'latin1'), request.body]);
}

function chunked({ body }: SignedRequest): Buffer {
  const pieces = [body.subarray(0, 1), body.subarray(1, 9), body.subarray(9)].filter(
    ({ length: n }) => n > 0,
  );
  const chunks = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}

export const MANNERS: readonly Manner[] = [
  { name: 'with a length', parts: (request) => whole(request) },
  {
    name: 'in chunks',
    parts: (request) => [
      Buffer.concat([
        Buffer.from(head(request, `Transfer-Encoding: chunked\r\n${CLOSE}\r\n`), 'latin1'),
        chunked(request),
      ]),
    ],
  },
  {
    name: 'after 100 Continue',
    parts: (request) => [
      Buffer.from(head(request, `${length(request)}Expect: 100-continue\r\n${CLOSE}\r\n`), 'latin1'),
      Buffer.from(request.body),
    ],
  },
  { name: 'in absolute form', parts: (request) => whole(request, { target: ({ href }) => href }) },
  { name: 'by HTTP/1.0', parts: (request) => whole(request, { version: '1.0' }) },
  { name: 'in upper case', parts: (request) => whole(request, { name: (text) => text.toUpperCase() }) },
  { name: 'in lower case', parts: (request) => whole(request, { name: (text) => text.toLowerCase() }) },
  {
    name: 'with other headers twice',
    parts: (request) =>
      whole(request, { more: 'Accept: a/b\r\nX-Trace: 1\r\nAccept: c/d\r\nX-Trace: 2\r\n' }),
  },
  {
    name: 'with the Host field last',
    parts: (request) =>
      whole(
        {
          ...request,
          headers: HeaderList.from([...request.headers].filter(([name]) => name.toLowerCase() !== 'host')),
        },
        { more: `Host: ${new URL(request.url).host}\r\n` },
      ),
  },
  {
    name: 'in pieces',
    parts: (request) => [
      Buffer.from(head(request, `${length(request)}${CLOSE}\r\n`), 'latin1'),
      Buffer.from(request.body),
    ],
  },
];

const ANSWER_MS = 15_000;

/** A connection to this machine’s port, once it is open. */
export async function openPlain(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/**
 * Opens a connection, sends the parts and gives all that comes until its end.
 * @param open how it is opened; as plain TCP where nothing else is said
 */
export async function exchange(
  port: number,
  parts: readonly Buffer[],
  open: (port: number) => Promise<Socket> = openPlain,
): Promise<string> {
  const socket = await open(port);
  socket.setTimeout(ANSWER_MS, () => socket.destroy());
  // A proxy may hang up in the middle of what it refuses.
  socket.on('error', () => {});
  const answer = readToEnd(socket);
  for (const part of parts) {
    socket.write(part);
    // The kernel may join what is written in one turn.
    await new Promise(setImmediate);
  }
  return answer;
}

async function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString('latin1');
}

/** The status of the first answer that is no interim one, such as 100 Continue. 0 where none came. */
export function statusOf(answer: string): number {
  const statuses = answer.matchAll(/^HTTP\/1\.[01] ([2-9]\d\d)/gm);
  return Number(statuses.next().value?.[1] ?? 0);
}
