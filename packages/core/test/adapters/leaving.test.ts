/** Prevents: a claim that is renewed for ever, and its retries refused, because its sender left before anybody waited for the answer’s end. */
import 'reflect-metadata';
import { once } from 'node:events';
import { createServer } from 'node:http';
import * as http2 from 'node:http2';
import { connect } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { requireProof as expressProof } from '../../src/adapters/express.ts';
import { requireProof as fastifyProof } from '../../src/adapters/fastify.ts';
import { requireProof as koaProof } from '../../src/adapters/koa.ts';
import { ProofGuard } from '../../src/adapters/nest.ts';
import { requireProof } from '../../src/adapters/node.ts';
import { createGate, type Gate, MemoryReplayGuard } from '../../src/index.ts';
import { SECRET, send, signature } from './sending.ts';
import { type Listening, listen, listenOn, quietly } from './serving.ts';
import { APPROOV_SECRET, approovToken } from './tokens.ts';

/** A guard that answers when it is told to, as one over a network does; says what became of its claims. */
class SlowGuard extends MemoryReplayGuard {
  readonly begun = Promise.withResolvers<void>();
  readonly answer = Promise.withResolvers<void>();
  readonly settled: string[] = [];
  readonly #listeners: (() => void)[] = [];

  override begin(...parameters: Parameters<MemoryReplayGuard['begin']>): never {
    this.begun.resolve();
    return this.answer.promise.then(() => super.begin(...parameters)) as never;
  }

  override commit(...parameters: Parameters<MemoryReplayGuard['commit']>): void {
    super.commit(...parameters);
    this.#settle('committed');
  }

  override abort(identity: Uint8Array): void {
    super.abort(identity);
    this.#settle('aborted');
  }

  #settle(how: string): void {
    this.settled.push(how);
    for (const tell of this.#listeners) tell();
  }

  /** Resolves once so many claims are settled. */
  async untilSettled(count: number): Promise<readonly string[]> {
    while (this.settled.length < count)
      await new Promise<void>((resolve) => void this.#listeners.push(resolve));
    return this.settled;
  }
}

type Ran = (url: string | undefined) => void;
interface Proved {
  readonly start: (gate: Gate, ran: Ran) => Promise<Listening>;
  readonly head: () => Promise<string>;
  readonly gate: (replay: SlowGuard) => Gate;
}

const github = {
  gate: (replay: SlowGuard) => createGate({ provider: 'github', keys: [SECRET], replay }),
  head: async () => `X-Hub-Signature-256: ${signature('{}')}`,
};
const consumed = {
  gate: (replay: SlowGuard) =>
    createGate({ provider: { id: 'approov', consume: 1 }, keys: [APPROOV_SECRET], replay }),
  head: async () => `Approov-Token: ${await approovToken()}`,
};

async function fastifyListening(app: ReturnType<typeof fastify>): Promise<Listening> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return { port: app.addresses()[0]?.port ?? 0, server: app.server };
}

const ADAPTERS: Readonly<Record<string, Proved>> = {
  node: {
    ...github,
    start: (gate, ran) => {
      const prove = requireProof(gate, quietly);
      return listen((req, res) => {
        void prove(req, res, () => {
          ran(req.url);
          res.end();
        });
      });
    },
  },
  Express: {
    ...github,
    start: (gate, ran) => {
      const app = express().use(expressProof(gate, quietly));
      app.use((req, res) => {
        ran(req.url);
        res.send('ok');
      });
      return listen(app);
    },
  },
  Koa: {
    ...github,
    start: (gate, ran) => {
      const app = new Koa().use(koaProof(gate, quietly));
      app.silent = true;
      app.use((ctx) => {
        ran(ctx.url);
        ctx.body = 'ok';
      });
      return listen(app.callback());
    },
  },
  Fastify: {
    ...consumed,
    start: (gate, ran) => {
      const app = fastify();
      app.addHook('onRequest', fastifyProof(gate, quietly));
      app.post('/', (request) => {
        ran(request.url);
        return 'ok';
      });
      return fastifyListening(app);
    },
  },
  'a guard in Nest on Fastify': {
    ...consumed,
    start: (gate, ran) => {
      const guard = new ProofGuard(gate, quietly);
      const app = fastify();
      app.post('/', async (request, reply) => {
        const http = { getRequest: () => request, getResponse: () => reply };
        await guard.canActivate({ getType: () => 'http', switchToHttp: () => http });
        ran(request.url);
        return 'ok';
      });
      return fastifyListening(app);
    },
  },
};

const LENGTH = 'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

describe.each(Object.entries(ADAPTERS))('%s', (name, { start, gate, head }) => {
  it('a sender who leaves while the replay guard is asked: its claim ends, and its retry is answered', async () => {
    const replay = new SlowGuard();
    const urls: unknown[] = [];
    const { port, server } = await start(gate(replay), (url) => urls.push(url));
    const closed = new Promise<void>((resolve) =>
      server.once('connection', (socket) => socket.once('close', () => resolve())),
    );
    const proof = await head();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${proof}\r\n${LENGTH}`);
    await replay.begun.promise;
    socket.resetAndDestroy();
    await closed;
    replay.answer.resolve();
    // Koa’s own way: its functions run and are waited for, whoever is there.
    const isRun = name === 'Koa';
    expect(await replay.untilSettled(1)).toEqual([isRun ? 'committed' : 'aborted']);
    const [field = '', value = ''] = proof.split(': ');
    const headers = { [field]: value, 'content-type': 'application/json' };
    expect((await send(port, { path: '/', headers })).status).toBe(200);
    expect(urls.length).toBe(1);
  });
});

it('a sender who leaves while one answer waits for another on its connection: both claims end', async () => {
  const replay = new SlowGuard();
  replay.answer.resolve();
  const prove = requireProof(github.gate(replay), quietly);
  const second = Promise.withResolvers<void>();
  const { port } = await listenOn(
    createServer((req, res) => {
      void prove(req, res, () => {
        // The first is never answered.
        if (req.headers['content-length'] === '2') return;
        res.end('ok');
        second.resolve();
      });
    }),
  );
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${await github.head()}\r\n${LENGTH}`);
  socket.write(
    `POST / HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: ${signature('{ }')}\r\nContent-Length: 3\r\n\r\n{ }`,
  );
  await second.promise;
  socket.resetAndDestroy();
  expect(await replay.untilSettled(2)).toEqual(['committed', 'committed']);
});

it('over HTTP/2, a sender who leaves while the replay guard is asked: its claim ends', async () => {
  const replay = new SlowGuard();
  const prove = requireProof(github.gate(replay), quietly);
  let runs = 0;
  const left = Promise.withResolvers<void>();
  const server = http2.createServer((req, res) => {
    req.stream.once('close', () => left.resolve());
    void prove(req, res, () => {
      runs++;
      res.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = http2.connect(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const stream = client.request({ ':method': 'POST', 'x-hub-signature-256': signature('{}') });
  stream.on('error', () => {});
  stream.end('{}');
  await replay.begun.promise;
  stream.close(http2.constants.NGHTTP2_CANCEL);
  await left.promise;
  replay.answer.resolve();
  expect(await replay.untilSettled(1)).toEqual(['aborted']);
  expect(runs).toBe(0);
});
