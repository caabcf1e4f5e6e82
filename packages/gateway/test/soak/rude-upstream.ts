/** An upstream, and the vendors of two sessions, that do whatever an address asks for: `/…/MODE?d=MS`. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const UPSTREAM_MODES = [
  'plain',
  'late',
  'late-body',
  'empty',
  'failing',
  'breaking',
  'resetting',
  'garbage',
  'garbage-body',
  'endless',
] as const;

export interface RudeUpstream {
  readonly url: string;
  /** Requests whose connection ended before their answer did. */
  readonly left: () => number;
  /** Ends the connections that idle, so that none is counted as leaked. */
  rest(): void;
  close(): void;
}

export async function startRudeUpstream(): Promise<RudeUpstream> {
  let left = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.on('close', () => {
      if (!response.writableFinished) left++;
    });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    left: () => left,
    rest: () => server.closeIdleConnections(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

let interviews = 0;

function vendorAnswer(path: string): object {
  if (path.endsWith('/token')) return { access_token: 't', token_type: 'bearer', expires_in: 1 };
  if (path.endsWith('/log-in')) return { token: 'admin' };
  if (path.endsWith('/start')) return { token: 'session', interviewId: `int-${++interviews}` };
  if (path.endsWith('/onboarding-url')) return { url: 'https://onboarding.example/x' };
  if (path.endsWith('/status')) return { onboardingStatus: 'ONBOARDING_FINISHED' };
  if (path.endsWith('/score')) return { overall: { status: 'OK' } };
  return { success: true, status: 'ok' };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://x');
  const delayMs = Number(url.searchParams.get('d')) || 0;
  if (url.pathname.startsWith('/vendor/')) {
    // One in sixteen is late, so that its caller may have gone.
    setTimeout(
      () => response.end(JSON.stringify(vendorAnswer(url.pathname))),
      interviews % 16 === 0 ? 20 : 0,
    );
    return;
  }
  switch (url.pathname.slice(url.pathname.lastIndexOf('/') + 1)) {
    case 'late':
      setTimeout(() => response.end('late'), delayMs);
      return;
    case 'late-body':
      response.write('a part');
      setTimeout(() => response.end('the rest'), delayMs);
      return;
    case 'empty':
      response.writeHead(204).end();
      return;
    case 'failing':
      response.writeHead(503).end('down');
      return;
    case 'breaking':
      response.writeHead(200, { 'content-length': '1000' }).write('a part');
      setTimeout(() => response.destroy(), delayMs);
      return;
    case 'resetting':
      setTimeout(() => request.socket.resetAndDestroy(), delayMs);
      return;
    case 'garbage':
      request.socket.end('\x16\x03\x01 no HTTP\r\n\r\n');
      return;
    case 'garbage-body':
      request.socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno chunk\r\n');
      return;
    case 'endless':
      sendOn(response);
      return;
    default:
      response.end('plain');
  }
}

const PIECE = Buffer.alloc(65_536, 'e');
/** Endless is too long for a sender who stays. */
const PIECES = 16;

function sendOn(response: ServerResponse, sent = 0): void {
  if (response.destroyed) return;
  if (sent === PIECES) {
    response.end();
    return;
  }
  response.write(PIECE, () => sendOn(response, sent + 1));
}
