/** Web frameworks that run: each answers with the bytes that its handler has in hand. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import koaBodyParser from 'koa-bodyparser';
import qs from 'qs';
import type { Wire } from './wire.ts';

const PROGRAMS = join(import.meta.dirname, '../programs');
const ends: (() => unknown)[] = [];
const ports = new Map<string, Promise<number>>();

export type Framework = 'express' | 'fastify' | 'koa' | 'hono' | 'python' | 'php' | 'rack';

/** Posts a body to a path of a framework. @throws Error for another answer than 200. */
export async function post(framework: Framework, path: string, wire: Wire): Promise<Buffer> {
  const port = await portOf(framework);
  const { status, body } = await send(port, path, wire);
  if (status !== 200) throw new Error(`${framework} ${path}: ${status} ${body.toString().slice(0, 200)}`);
  return body;
}

/** Sends a request as it is, with its headers, to a port of this machine. */
export function send(
  port: number,
  target: string,
  { method, headers, body }: Wire,
): Promise<{ status: number; body: Buffer; headers: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      method,
      path: target,
      headers: headers.flat() as unknown as Record<string, string>,
      setHost: false,
      agent: false,
    });
    request.on('error', reject).on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({
        status: response.statusCode ?? 0,
        body: Buffer.concat(chunks),
        headers: response.rawHeaders,
      });
    });
    request.end(body);
  });
}

export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program that listens, and waits until it does. */
export async function startProgram(
  port: number,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<ChildProcess> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  ends.push(() => child.kill());
  for (let i = 0; i < 100; i++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      sleep(500).then(() => false),
    ]);
    socket.destroy();
    if (isOpen) return child;
    await sleep(100);
  }
  throw new Error(`${command} does not listen`);
}

export function endServers(): void {
  for (const end of ends) end();
}

export function onEnd(end: () => unknown): void {
  ends.push(end);
}

function portOf(framework: Framework): Promise<number> {
  const open = ports.get(framework) ?? startFramework(framework);
  ports.set(framework, open);
  return open;
}

async function startFramework(framework: Framework): Promise<number> {
  const port = await freePort();
  switch (framework) {
    case 'express':
      return listening(createServer(expressApp()).listen(port, '127.0.0.1'));
    case 'koa':
      return listening(createServer(koaApp().callback()).listen(port, '127.0.0.1'));
    case 'fastify': {
      const app = fastifyApp();
      await app.listen({ port, host: '127.0.0.1' });
      ends.push(() => app.close());
      return port;
    }
    case 'hono':
      return listening(serve({ fetch: honoApp().fetch, port, hostname: '127.0.0.1' }) as Server);
    case 'python':
      await startProgram(port, '/usr/bin/python3', [join(PROGRAMS, 'web.py'), String(port)]);
      return port;
    case 'php':
      await startProgram(port, 'php', ['-q', '-S', `127.0.0.1:${port}`, join(PROGRAMS, 'web.php')]);
      return port;
    case 'rack':
      await startProgram(port, 'puma', [
        '-q',
        '-t',
        '1:2',
        '-b',
        `tcp://127.0.0.1:${port}`,
        join(PROGRAMS, 'web.ru'),
      ]);
      return port;
  }
}

async function listening(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening');
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function expressApp() {
  const app = express();
  const all = () => true;
  app.post(
    '/json',
    express.json({ type: all, limit: '1mb' }),
    (req, res) => void res.end(JSON.stringify(req.body)),
  );
  app.post(
    '/json-indented',
    express.json({ type: all, limit: '1mb' }),
    (req, res) => void res.end(JSON.stringify(req.body, null, 2)),
  );
  app.post('/json-text', express.json({ type: all }), (req, res) => void res.end(String(req.body)));
  app.post(
    '/form',
    express.urlencoded({ extended: true, type: all }),
    (req, res) => void res.end(qs.stringify(req.body)),
  );
  app.post(
    '/form-simple',
    express.urlencoded({ extended: false, type: all }),
    (req, res) => void res.end(new URLSearchParams(req.body).toString()),
  );
  app.post(
    '/form-to-json',
    express.urlencoded({ extended: true, type: all }),
    (req, res) => void res.end(JSON.stringify(req.body)),
  );
  app.post('/text', express.text({ type: all }), (req, res) => void res.end(req.body));
  app.post(
    '/text-to-json',
    express.text({ type: all }),
    (req, res) => void res.end(JSON.stringify(req.body)),
  );
  app.post('/raw', express.raw({ type: all, inflate: true }), (req, res) => void res.end(req.body));
  app.post(
    '/raw-to-json',
    express.raw({ type: all, inflate: true }),
    (req, res) => void res.end(JSON.stringify(req.body)),
  );
  // The stream was read by json(); a reader of the stream that is mounted behind it gets nothing.
  app.post('/stream-after-json', express.json({ type: all }), (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    if (req.readableEnded) res.end(Buffer.concat(chunks));
    else req.on('end', () => res.end(Buffer.concat(chunks)));
  });
  return app;
}

function fastifyApp() {
  const app = Fastify({ bodyLimit: 1 << 20 });
  app.post('/json', async (request) => JSON.stringify(request.body));
  app.post('/json-indented', async (request) => JSON.stringify(request.body, undefined, '\t'));
  return app;
}

function koaApp() {
  const app = new Koa();
  app.use(koaBodyParser({ enableTypes: ['json', 'form', 'text'] }));
  app.use((context) => {
    const { body } = context.request as unknown as { body: unknown };
    if (context.path === '/form')
      context.body = new URLSearchParams(body as Record<string, string>).toString();
    else context.body = JSON.stringify(body);
  });
  return app;
}

function honoApp() {
  const app = new Hono();
  app.post('/json', async (context) => context.body(JSON.stringify(await context.req.json())));
  app.post('/text', async (context) => context.body(await context.req.text()));
  app.post('/form', async (context) =>
    context.body(new URLSearchParams((await context.req.parseBody()) as Record<string, string>).toString()),
  );
  return app;
}
