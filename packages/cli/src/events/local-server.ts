/** Sends a kept event to a server of the operator's own, as the sender sent it. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { EventView, HeaderView } from '@countersign/api';
import { duration } from '@countersign/core/internal/amounts';
import { noAnswer } from '../send-request.ts';

export interface LocalServer {
  /** An http or https URL. With a path it is called as it stands; without one each event's own path and query are. */
  readonly url: URL;
  /** Whether Host is the sender's. Else it is the local server's, and X-Forwarded-Host says the sender's. */
  readonly keepsHost: boolean;
  /** For all of a call. */
  readonly timeoutMs: number;
  readonly monotonicMs: () => number;
}

export type LocalResult =
  | { readonly kind: 'answered'; readonly status: number; readonly tookMs: number }
  /** `down`: nobody took it. `hung-up`: somebody did, and did not answer. */
  | {
      readonly kind: 'down' | 'hung-up' | 'timeout';
      readonly problem: string;
      readonly remedy: string;
      readonly tookMs: number;
    };

/** Of the sender's connection. */
const HOP_BY_HOP =
  /^(?:connection|keep-alive|proxy-connection|proxy-authenticate|te|trailer|transfer-encoding|upgrade|expect)$/i;

export async function sendLocally(
  event: EventView,
  server: LocalServer,
  signal: AbortSignal,
): Promise<LocalResult> {
  const { url, timeoutMs, monotonicMs } = server;
  const startedMs = monotonicMs();
  const tookMs = (): number => Math.round(monotonicMs() - startedMs);
  const body = Buffer.from(event.bodyBase64, 'base64');
  let isConnected = false;
  let head: IncomingMessage | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const status = await new Promise<number>((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const sent = send(
        {
          protocol: url.protocol,
          hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
          ...(url.port !== '' && { port: url.port }),
          method: event.method,
          path: targetOf(event, url),
          // Names and values in turn keep order, case and repeats; Node adds its connection's own.
          headers: headersOf(event, body.length, server),
          agent: false,
          signal,
        },
        (response) => {
          head = response;
          // The head says it, whatever becomes of the body; a server is let write that, while there is time.
          response.on('error', () => {});
          response.on('close', () => resolve(response.statusCode ?? 0));
          response.resume();
        },
      );
      timer = setTimeout(
        () => (head === undefined ? sent.destroy(new TimeoutError()) : head.destroy()),
        timeoutMs,
      );
      sent.on('socket', (socket) => socket.once('connect', () => (isConnected = true)));
      sent.on('error', reject);
      sent.end(body);
    });
    return { kind: 'answered', status, tookMs: tookMs() };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof TimeoutError) {
      const remedy = 'Look at what it does with the event; --timeout SECONDS gives it longer.';
      return {
        kind: 'timeout',
        problem: `${url.host} did not answer within ${duration(timeoutMs)}`,
        remedy,
        tookMs: tookMs(),
      };
    }
    const { message, remedy } = noAnswer(error, url);
    return { kind: isConnected ? 'hung-up' : 'down', problem: message, remedy, tookMs: tookMs() };
  } finally {
    clearTimeout(timer);
  }
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

function targetOf({ url: sent }: EventView, { pathname, search }: URL): string {
  if (pathname !== '/' || search !== '') return pathname + search;
  // A request line may hold a whole URL.
  const target = sent.replace(/^https?:\/\/[^/?#]*/i, '');
  return target.startsWith('/') ? target : `/${target}`;
}

function headersOf(event: EventView, bodyBytes: number, { url, keepsHost }: LocalServer): readonly string[] {
  const kept = event.headers.filter(({ name, withheld }) => withheld === undefined && !HOP_BY_HOP.test(name));
  const names = new Set(kept.map(({ name }) => name.toLowerCase()));
  const own = new Map([
    ['content-length', String(bodyBytes)],
    ...(keepsHost ? [] : [['host', url.host] as const]),
  ]);
  const flat = kept.flatMap((header) => [header.name, own.get(header.name.toLowerCase()) ?? bytesOf(header)]);
  if (!names.has('host')) flat.unshift('Host', url.host);
  if (!names.has('content-length') && (bodyBytes > 0 || names.has('content-type')))
    flat.push('Content-Length', String(bodyBytes));
  if (keepsHost) return flat;
  const host = event.forwarded?.host ?? kept.find(({ name }) => name.toLowerCase() === 'host')?.value;
  if (host !== undefined && !names.has('x-forwarded-host')) flat.push('X-Forwarded-Host', host);
  const scheme = event.forwarded?.scheme;
  if (scheme !== undefined && !names.has('x-forwarded-proto')) flat.push('X-Forwarded-Proto', scheme);
  return flat;
}

/** As a byte string, which is what Node writes. */
function bytesOf({ value, valueBase64 }: HeaderView): string {
  return valueBase64 === undefined
    ? Buffer.from(value, 'utf8').toString('latin1')
    : Buffer.from(valueBase64, 'base64').toString('latin1');
}
