/** Prevents: code on a provider’s page that does not compile, does not start, refuses what is genuine, or takes what is forged. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { HeaderList, type SignedRequest, testMethodsOfProvider } from '@countersign/core';
import { afterAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { isLong, longReason, rowsOf } from '../../scripts/effort.ts';
import { freePorts } from '../../scripts/free-ports.ts';
import { hasSecret } from '../../scripts/provider-pages/page-facts.ts';
import { PROVIDER_PAGES, type ProviderPage, type ProviderProgram } from './provider-page.ts';
import { requestTo, unproved } from './provider-request.ts';

const root = join(import.meta.dirname, '../..');
// Below the project, so that imports resolve as a user's would.
const scratch = mkdtempSync(join(import.meta.dirname, '.scratch-'));
afterAll(() => rmSync(scratch, { recursive: true }));
// What the programs print of each request is not looked at here.
beforeEach(() => {
  for (const name of ['log', 'warn', 'error'] as const) vi.spyOn(console, name).mockReturnValue();
});

/** The project that a page’s reader has: Nest’s module is theirs, with a route. */
const MODULE = `import { Controller, Get, Module } from '@nestjs/common';
class Api { get() { return {}; } }
Controller('api')(Api);
Get()(Api.prototype, 'get', Object.getOwnPropertyDescriptor(Api.prototype, 'get'));
export class AppModule {}
Module({ controllers: [Api] })(AppModule);
`;

function fileOf({ id }: ProviderPage, { title, code }: ProviderProgram): string {
  const folder = join(scratch, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'app.module.js'), MODULE);
  writeFileSync(join(folder, 'app.module.d.ts'), 'export declare class AppModule {}\n');
  const file = join(folder, `${title.replaceAll(/\W+/g, '-')}.ts`);
  writeFileSync(file, code);
  return file;
}

/** Pages whose programs are made of the same pieces. */
const shapeOf = ({ facts: { shape, keyVariable, options } }: ProviderPage): string =>
  `${shape}, ${keyVariable === undefined ? 'keys that are fetched' : 'a key'}, ${options.length} options`;

const PAGES = rowsOf(PROVIDER_PAGES, shapeOf);

it('has a program for each adapter on every page', () => {
  const titles = PROVIDER_PAGES.map(({ programs }) => programs.map(({ title }) => title).join(' '));
  expect(new Set(titles).size).toBe(1);
  const entries = PROVIDER_PAGES.map(({ programs }) =>
    programs.map(({ code }) => /@countersign\/core\/(\w+)/.exec(code)?.[1]).sort(),
  );
  const adapters = ['express', 'fastify', 'fetch', 'hono', 'koa', 'lambda', 'nest', 'node'];
  for (const names of entries) expect(names).toEqual(adapters);
});

it('compiles in strict TypeScript', { timeout: 240_000 }, () => {
  const files = PAGES.flatMap((page) => page.programs.map((program) => fileOf(page, program)));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const options =
    '--ignoreConfig --strict --exactOptionalPropertyTypes --noEmit --skipLibCheck --module nodenext';
  const { status, stdout } = spawnSync(
    process.execPath,
    [compiler, ...options.split(' '), '--target', 'es2024', '--types', 'node', ...files],
    { encoding: 'utf8', cwd: root },
  );
  expect(status, stdout).toBe(0);
});

/** Whether anybody here has what signs: keys that are fetched have their sender alone. */
const canSign = ({ facts }: ProviderPage): boolean => facts.keyVariable !== undefined;

type Send = (request: SignedRequest) => Promise<number>;

function toWeb({ method, url, headers, body }: SignedRequest): Request {
  const hasBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  return new Request(url, {
    method,
    headers: [...headers].map(([name, value]): [string, string] => [name, value]),
    ...(hasBody && { body: new Uint8Array(body) }),
  });
}

/** Loads a program that exports its handler; the others are started. */
async function start(page: ProviderPage, program: ProviderProgram, base: string): Promise<Send> {
  const file = fileOf(page, program);
  for (const [name, value] of Object.entries(page.env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  if (program.title === 'AWS Lambda') {
    const { handler } = await import(/* @vite-ignore */ file);
    return async (request) => (await handler(lambdaEvent(request))).statusCode;
  }
  if (/^(?:Next|Hono)/.test(program.title)) {
    const { default: app, ...handlers } = await import(/* @vite-ignore */ file);
    return async (request) => {
      const answer = handlers[request.method] ?? ((web: Request) => app.fetch(web, page.env));
      return (await answer(toWeb(request))).status;
    };
  }
  const { port } = new URL(base);
  await serve(file, port, page.env);
  return async (request) => (await fetch(toWeb(request))).status;
}

async function serve(file: string, port: string, env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], PORT: port, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  onTestFinished(() => stop(child));
  const state = () => (child.exitCode === null ? listens(port) : output);
  await expect.poll(state, { timeout: 30_000 }).toBe(true);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

function listens(port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.once('connect', () => resolve(socket.end() !== undefined));
    socket.once('error', () => resolve(false));
  });
}

/** As a function URL hands it over. */
function lambdaEvent({ method, url, headers, body }: SignedRequest): object {
  const { pathname, search, host } = new URL(url);
  return {
    version: '2.0',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: { host, 'x-forwarded-proto': 'http', ...Object.fromEntries(headers) },
    requestContext: { domainName: host, http: { method, path: pathname, sourceIp: '192.0.2.1' } },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

async function base(): Promise<string> {
  const [port] = await freePorts(1);
  return `http://127.0.0.1:${port}`;
}

function pathOf({ id, facts: { shape } }: ProviderPage): string {
  return shape === 'guard' ? '/api' : `/webhooks/${id}`;
}

async function takesGenuineAlone(send: Send, page: ProviderPage, url: string): Promise<void> {
  const request = await requestTo(page, url);
  expect(await send(request)).toBe(200);
  expect(await send(unproved(request, page))).toBeGreaterThanOrEqual(400);
  if (hasSecret(page.facts)) expect(await send(await requestTo(page, url, OTHER_SECRET))).toBe(401);
}

const OTHER_SECRET = 'another one of thirty-two letters';

// The programs that are loaded, of every provider; those that are started, of one page of each kind.
describe.each(PROVIDER_PAGES.filter(canSign))('the page of $id', (page) => {
  const loaded = page.programs.filter(({ title }) => /^(?:Next|Hono)/.test(title));
  it.each(loaded)('takes what is genuine alone, in $title', async (program) => {
    const url = `http://hooks.example${pathOf(page)}`;
    const send = await start(page, program, url);
    await takesGenuineAlone(send, page, url);
  });
});

const kindOf = isLong ? shapeOf : ({ facts }: ProviderPage) => facts.shape;
const STARTED = [...Map.groupBy(PROVIDER_PAGES.filter(canSign), kindOf).values()].flatMap(([first]) =>
  first === undefined ? [] : [first],
);

describe.each(STARTED)('a program of $id', (page) => {
  it.each(page.programs)('takes what is genuine alone, in $title', async (program) => {
    const at = await base();
    const send = await start(page, program, at);
    await takesGenuineAlone(send, page, at + pathOf(page));
  });
});

/** What a platform sends to test an address, other than a webhook: by the method and, of a GET, the query. */
const TESTS_OF_THE_ADDRESS: Readonly<Record<string, readonly [method: string, query: string]>> = {
  braintree: ['GET', 'bt_challenge=f0f1f2f3f4f5f6f7f8f9'],
  meta: ['GET', 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=VERIFY_TOKEN'],
  trello: ['HEAD', ''],
  'x-twitter': ['GET', 'crc_token=abc'],
};

it('knows the test of each sender that sends one by another method', () => {
  const tested = PROVIDER_PAGES.flatMap(({ id }) => testMethodsOfProvider(id).map((method) => [id, method]));
  expect(Object.entries(TESTS_OF_THE_ADDRESS).map(([id, [method]]) => [id, method])).toEqual(tested);
});

const TESTED = PROVIDER_PAGES.filter(({ id }) => id in TESTS_OF_THE_ADDRESS);

describe.each(TESTED)('the page of $id, whose sender tests the address', (page) => {
  const isStarted = isLong || page.id === 'meta' || page.id === 'trello';
  const programs = page.programs.filter(({ title }) => isStarted || /^(?:Next|Hono)/.test(title));
  it.each(programs)('has its test answered in $title', async (program) => {
    const at = await base();
    const send = await start(page, program, at);
    const [method, query] = TESTS_OF_THE_ADDRESS[page.id] ?? ['', ''];
    const { META_VERIFY_TOKEN = '' } = page.env;
    const url = `${at + pathOf(page)}?${query.replace('VERIFY_TOKEN', META_VERIFY_TOKEN)}`;
    expect(await send({ method, url, headers: new HeaderList([]), body: new Uint8Array() })).toBe(200);
  });
});

describe.skipIf(!isLong).each(PROVIDER_PAGES.filter((page) => !canSign(page)))(
  `a program of $id, whose keys are fetched${longReason}`,
  (page) => {
    it.each(page.programs)('starts, and takes nothing without a proof, in $title', async (program) => {
      const at = await base();
      const send = await start(page, program, at);
      const method = page.facts.shape === 'guard' ? 'GET' : 'POST';
      const bare = { method, url: at + pathOf(page), headers: new HeaderList([]), body: new Uint8Array() };
      expect(await send(bare)).toBeGreaterThanOrEqual(400);
    });
  },
);
