/** Real gateways on ports of the system's choice, real upstreams, senders that sign by hand. */
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdminError, createAdminClient } from '@countersign/api';
import { type Provider, writtenProvider } from '@countersign/core';
import { onTestFinished } from 'vitest';
import { keyOfProvider } from '../../core/test/support/provider-key.ts';
import type { ConfigInput, GateInput } from '../src/config/config-input.ts';
import { parseConfig } from '../src/config/parse-config.ts';
import { startGateway } from '../src/gateway.ts';
import type { GatewayOptions } from '../src/gateway-options.ts';
import type { VerdictRecord } from '../src/http/request-log.ts';
import type { Gateway } from '../src/running-gateway.ts';
import { openStore } from '../src/stores/open-store.ts';
import type { Store } from '../src/stores/store.ts';

export const SECRET = 'a secret of more than sixteen bytes';

/** How a gate of a provider is written, with the options that it needs and a key that suits it. */
export function proofOf({ id, needs, fetchesKeys }: Provider): Pick<GateInput, 'provider' | 'keys'> {
  return {
    provider: writtenProvider(id, needs),
    ...(fetchesKeys !== true && { keys: [{ secret: keyOfProvider(id, SECRET).signing }] }),
  };
}

/** Undone after the test, the last first. (A hook of this module would be the first file's only: files share their modules.) */
export function later(cleanup: () => Promise<void> | void): void {
  onTestFinished(cleanup);
}

export interface TestGateway extends Omit<Gateway, 'log'> {
  /** Log lines so far. */
  readonly log: string[];
  readonly records: VerdictRecord[];
  /** Where its store is. */
  readonly dir: string;
  /** The next record that is not there yet. */
  nextRecord(): Promise<VerdictRecord>;
}

export interface TestOptions extends Omit<ConfigInput, 'gates'> {
  readonly now?: () => number;
  readonly monotonicMs?: () => number;
  readonly dir?: string;
  /** The folder of the console's built files. */
  readonly console?: URL;
  /** A store that is open already. */
  readonly sharedStore?: Store;
  /** Who sends requests for trying it out. */
  readonly sandbox?: GatewayOptions['sandbox'];
  /** Other gateways that it shows. */
  readonly siblings?: GatewayOptions['siblings'];
}

export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-'));
  later(() => rmSync(dir, { recursive: true }));
  return dir;
}

export async function start(gates: ConfigInput['gates'], options: TestOptions = {}): Promise<TestGateway> {
  const {
    now,
    monotonicMs,
    dir = temporaryDir(),
    sharedStore,
    console,
    sandbox,
    siblings,
    ...input
  } = options;
  const listen = { public: '127.0.0.1:0', admin: '127.0.0.1:0' };
  const { config } = parseConfig(
    { listen, store: 'sqlite:test.db', ...input, ...(gates && { gates }) },
    { baseDir: dir, env: {} },
  );
  const log: string[] = [];
  const gateway = await startGateway({
    config,
    logSink: { write: (line) => void log.push(line) },
    ...(now && { now }),
    ...(monotonicMs && { monotonicMs }),
    ...(sharedStore && { store: sharedStore }),
    ...(console && { console }),
    ...(sandbox && { sandbox }),
    ...(siblings && { siblings }),
  });
  later(() => gateway.close());
  const records: VerdictRecord[] = [];
  const waiting: ((record: VerdictRecord) => void)[] = [];
  gateway.onVerdict((record) => {
    records.push(record);
    waiting.shift()?.(record);
  });
  return { ...gateway, log, records, dir, nextRecord: () => new Promise((resolve) => waiting.push(resolve)) };
}

/** Whether the admin API has released a claim. */
export async function isReleased(
  { adminUrl = '', adminToken }: Pick<TestGateway, 'adminUrl' | 'adminToken'>,
  gate: string,
  claim: string,
): Promise<boolean> {
  const client = createAdminClient({ baseUrl: adminUrl, token: adminToken });
  try {
    return (await client.call('releaseClaim', { gate, claim })).released;
  } catch (error) {
    if (error instanceof AdminError && error.code === 'no-such-claim') return false;
    throw error;
  }
}

/** A store that can be read and takes nothing. */
export async function fullStore(): Promise<Store> {
  const store = await openStore(':memory:', { maxQueued: 0 });
  later(() => store.close());
  return store;
}

/** Writes a module of actions and gives its path. */
export function actionsModule(source: string): string {
  const file = join(temporaryDir(), 'actions.mjs');
  writeFileSync(file, source);
  return file;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Send {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>> | readonly string[];
  readonly body?: string | Uint8Array;
}

/** Sends one request on a connection of its own. */
export async function send(
  url: string,
  { method = 'POST', headers = {}, body = '' }: Send = {},
): Promise<Answer> {
  const { host, hostname, port } = new URL(url);
  // The path as written: a URL object would resolve its dots.
  const path = url.slice(url.indexOf(host) + host.length);
  const given = Array.isArray(headers) ? [...(headers as readonly string[])] : { ...headers };
  const request = httpRequest({
    hostname,
    port,
    path,
    method,
    agent: false,
    headers: given as Record<string, string>,
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, text: await readText(response) };
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** A connection for bytes that no client would send. */
export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  later(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the other side ends. */
export async function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

export interface Upstream {
  readonly url: string;
  readonly received: { method: string; url: string; headers: readonly string[]; body: Buffer }[];
}

/** Listens on a port of the system's choice until the test ends. @returns its origin, e.g. `http://127.0.0.1:40123` */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that notes what it gets and answers as told. */
export async function startUpstream(answer: RequestListener): Promise<Upstream> {
  const received: Upstream['received'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', rawHeaders } = request;
    received.push({ method, url, headers: rawHeaders, body: Buffer.concat(chunks) });
    answer(request, response);
  });
  const origin = await listen(server);
  return { url: origin, received };
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** A Flowent call, signed by hand over its compact JSON. */
export function flowentBody(
  action: string,
  parameters: unknown = {},
  timestamp: number = nowSeconds(),
): string {
  const unsigned = JSON.stringify({ action_name: action, parameters, timestamp });
  const signature = createHmac('sha256', SECRET).update(unsigned).digest('hex');
  return `${unsigned.slice(0, -1)},"signature":"${signature}"}`;
}

/** Headers of the generic HMAC provider, signed by hand. */
export function hmacHeaders(
  body: string | Uint8Array,
  timestamp: number = nowSeconds(),
): Record<string, string> {
  const nonce = randomBytes(8).toString('hex');
  const signature = createHmac('sha256', SECRET).update(`${timestamp}.${nonce}.`).update(body).digest('hex');
  return { 'x-timestamp': String(timestamp), 'x-nonce': nonce, 'x-signature': signature };
}

/** An action menu item's form, signed by hand. */
export function amiForm(fields: Readonly<Record<string, string>>): string {
  const timestamp = `${new Date().toISOString().slice(0, 19)}Z`;
  const all: Record<string, string> = { ...fields, timestamp };
  const lines = Object.entries(all).map(([name, value]) => `${name}=${value}\r\n`);
  const signature = createHmac('sha1', SECRET).update(lines.sort().join('')).digest('hex');
  return new URLSearchParams({ ...all, signature }).toString();
}

/** An HS256 token, signed by hand with the key's bytes. */
export function token(claims: Readonly<Record<string, unknown>>, key: Buffer): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}
