/** A small HTTP server that answers as a test tells it, and notes what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import type { FlowentAction, FlowentApi } from '../../src/flowent/flowent-api.ts';
import { createFlowentClient, type FlowentClientOptions } from '../../src/flowent/flowent-client.ts';

export const NOW = 1_760_000_000_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
export const API_TOKEN = 'api-token-of-the-admin-panel';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed; undefined where there was none. */
  readonly body: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is a text or bytes. */
  readonly body?: unknown;
}

/** `hang`: no answer; `hang-in-body`: its head and half a body; `break`: the connection is cut. */
export type Told = Reply | 'hang' | 'hang-in-body' | 'break';

export interface Platform {
  readonly url: string;
  /** All requests so far, exchanges included. */
  readonly asked: readonly Asked[];
  /** Method and path of all but the exchanges. */
  calls(): readonly string[];
  exchanges(): readonly Asked[];
  /** JWTs that were handed out. */
  readonly issued: readonly string[];
  close(): Promise<void>;
}

export interface PlatformOptions {
  /** Answers everything but the exchange. */
  readonly answer?: (asked: Asked, count: number) => Told | Promise<Told>;
  /** Default: another JWT each time, good for 86,400 s. */
  readonly exchange?: (asked: Asked, count: number) => Told | Promise<Told>;
}

/** Undone after the test, the last first. */
export function later(cleanup: () => Promise<void>): void {
  onTestFinished(cleanup);
}

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const asked: Asked[] = [];
  const issued: string[] = [];
  const isExchange = (one: Asked): boolean => one.path === '/token/exchange';
  const issue = (): Reply => {
    issued.push(`jwt-${issued.length + 1}-of-the-platform`);
    return { body: { jwt_token: issued.at(-1), token_type: 'Bearer', expires_in: 86_400 } };
  };
  const { answer = () => ({ body: { actions: [] } }), exchange = issue } = options;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const one: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    asked.push(one);
    const count = asked.filter((other) => isExchange(other) === isExchange(one)).length;
    obey(await (isExchange(one) ? exchange : answer)(one, count), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): Promise<void> => closeServer(server);
  later(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    issued,
    calls: () => asked.filter((one) => !isExchange(one)).map(({ method, path }) => `${method} ${path}`),
    exchanges: () => asked.filter(isExchange),
    close,
  };
}

function obey(told: Told, response: ServerResponse): void {
  if (told === 'hang') return;
  if (told === 'break') {
    response.destroy();
    return;
  }
  if (told === 'hang-in-body') {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"actions":');
    return;
  }
  const { status = 200, headers = {}, body = {} } = told;
  response.writeHead(status, headers);
  response.end(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

export interface TestClient {
  readonly api: FlowentApi;
  /** What was waited for between tries, in milliseconds. */
  readonly waits: readonly number[];
  /** The client's clock; a wait moves it on. */
  readonly clock: { nowMs: number };
  readonly problems: readonly string[];
}

/** @param changes `random` is 0.5 unless given: back-offs of 500, 1,000, 2,000 ms. */
export function startClient(url: string, changes: Partial<FlowentClientOptions> = {}): TestClient {
  const waits: number[] = [];
  const problems: string[] = [];
  const clock = { nowMs: NOW };
  const api = createFlowentClient({
    apiUrl: url,
    apiToken: new Secret(API_TOKEN),
    now: () => clock.nowMs,
    random: () => 0.5,
    wait: async (ms) => {
      waits.push(ms);
      clock.nowMs += ms;
    },
    onProblem: (message, error) => void problems.push(`${message}: ${String(error)}`),
    ...changes,
  });
  return { api, waits, clock, problems };
}

export function action(changes: Partial<FlowentAction> = {}): FlowentAction {
  return {
    id: '0190d1e0-0000-7000-8000-000000000001',
    tenant_id: '0190d1e0-0000-7000-8000-0000000000ff',
    name: 'send_email',
    description: 'Sends an email.',
    json_schema: { type: 'object', properties: { to: { type: 'string' }, subject: { type: 'string' } } },
    webhook_url: 'https://actions.example.com/actions/send_email',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...changes,
  };
}

/** The error that a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it was not rejected with an error');
}
