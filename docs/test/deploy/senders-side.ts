/** Requests as a sender’s machine writes them to the page’s proxies. */
import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { SignedRequest } from '@countersign/core';
import { CERTIFICATE } from './certificate.ts';
import { HOST, ORIGIN } from './deployed-proxy.ts';

/** The client's address: one that is not the proxy's, and so no trusted one. */
export const CLIENT_ADDRESS = '127.0.0.2';

const SECURE = {
  host: '127.0.0.1',
  localAddress: CLIENT_ADDRESS,
  servername: HOST,
  ca: CERTIFICATE,
} as const;

/** A connection with HTTP/1.1 agreed on, once it is open. */
export async function openSecurely(port: number): Promise<Socket> {
  const socket = connect({ ...SECURE, port, ALPNProtocols: ['http/1.1'] });
  await once(socket, 'secureConnect');
  return socket;
}

/** The target as it is signed: no parser has read it, and none has written it anew. */
export const targetOf = ({ url }: SignedRequest): string => url.slice(ORIGIN.length);

/** The head of a request, up to its framing. */
export function headOf(request: SignedRequest): string {
  const fields = [...request.headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return `${request.method} ${targetOf(request)} HTTP/1.1\r\n${fields.join('')}`;
}

/** The only request of its connection. */
export function lastOne(request: SignedRequest): Buffer {
  const framing = `Content-Length: ${request.body.length}\r\nConnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(headOf(request) + framing, 'latin1'), request.body]);
}

/** Connections of one kind, each of which is used again. */
export interface Sending {
  /** @returns the status; 0 where the connection, or its stream, ended before an answer */
  send(request: SignedRequest): Promise<number>;
  end(): void;
}

/** HTTP/2, all on one connection, and on a new one once that has ended. */
export function openHttp2(port: number): Sending {
  const open = (): ClientHttp2Session => {
    const createConnection = (): TLSSocket => connect({ ...SECURE, port, ALPNProtocols: ['h2'] });
    return connectHttp2(ORIGIN, { createConnection }).on('error', () => {});
  };
  let session = open();
  return {
    send({ method, url, headers, body }) {
      if (session.closed || session.destroyed) session = open();
      const fields: Record<string, string> = {};
      for (const [name, value] of headers) fields[name.toLowerCase()] = value;
      const { host = HOST, ...others } = fields;
      const head = { ':method': method, ':path': url.slice(ORIGIN.length), ':authority': host, ...others };
      return new Promise((resolve) => {
        let status = 0;
        const stream = session.request(head).on('error', () => {});
        stream.on('response', (answer) => {
          status = Number(answer[':status']);
        });
        stream.on('close', () => resolve(status));
        stream.resume().end(body);
      });
    },
    end: () => session.destroy(),
  };
}

/** Sends them by HTTP/2, all at once. @returns the statuses, in order */
export async function byHttp2(port: number, requests: readonly SignedRequest[]): Promise<readonly number[]> {
  const sending = openHttp2(port);
  try {
    return await Promise.all(requests.map(sending.send));
  } finally {
    sending.end();
  }
}

/** HTTP/1.1, on so many connections, one request after the other on each. */
export function openHttp1(port: number, most: number): Sending {
  const agent = new Agent({ keepAlive: true, maxSockets: most, ALPNProtocols: ['http/1.1'], ...SECURE });
  return {
    send(request) {
      const { method, headers, body } = request;
      const fields = { ...Object.fromEntries(headers), 'content-length': body.length };
      return new Promise((resolve) => {
        httpsRequest({ agent, port, method, path: targetOf(request), headers: fields })
          .on('response', (answer) => answer.resume().on('close', () => resolve(answer.statusCode ?? 0)))
          .on('error', () => resolve(0))
          .end(body);
      });
    },
    end: () => agent.destroy(),
  };
}
