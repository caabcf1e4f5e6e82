/** A real nats-server with JetStream, and servers that are none. Debian's package is nats-server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager, StorageType, type StoredMsg } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { ReceiverBehaviour } from '../../src/testing/index.ts';
import { type HttpReceiver, startRaw } from './http-receivers.ts';

export const hasNatsServer: boolean = spawnSync('nats-server', ['--version']).status === 0;
if (!hasNatsServer && process.env['CI'] !== undefined)
  throw new Error('nats-server is missing. Install it: apt-get install nats-server');

/** For the title of a test that needs it. */
export const natsReason: string = hasNatsServer ? '' : ' (skipped: nats-server is not installed)';

export interface NatsServer {
  readonly port: number;
  readonly url: string;
  readonly process: ChildProcess;
  /** Connects as a client, without credentials. */
  use<T>(act: (nats: NatsConnection) => Promise<T>): Promise<T>;
  /** Makes the stream EVENTS of all subjects under events. */
  addStream(more?: {
    readonly max_msgs?: number;
    readonly max_msg_size?: number;
    readonly allow_rollup_hdrs?: boolean;
  }): Promise<void>;
  messages(): Promise<readonly StoredMsg[]>;
  /** With what it stored, where it is started again on the same port. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

const ROOM = 'max_payload: 8MB\nmax_pending: 64MB\n';

/** @param config further lines of its configuration @param at where one was before */
export async function startNats(
  config = '',
  at?: { readonly port: number; readonly directory: string },
): Promise<NatsServer & { readonly directory: string }> {
  const directory = at?.directory ?? mkdtempSync(join(tmpdir(), 'countersign-nats-'));
  const file = join(directory, 'nats.conf');
  writeFileSync(
    file,
    `listen: 127.0.0.1:${at?.port ?? -1}\n${ROOM}jetstream { store_dir: "${directory}/js" }\n${config}`,
  );
  const child = spawn('nats-server', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(log)));
    child.stderr.on('data', (bytes: Buffer) => {
      log += bytes.toString();
      if (log.includes('Server is ready')) resolve();
    });
  });
  const port = Number(/Listening for client connections on \S+:(\d+)/.exec(log)?.[1]);
  const url = `nats://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const use = async <T>(act: (nats: NatsConnection) => Promise<T>): Promise<T> => {
    const nats = await connect({ servers: `127.0.0.1:${port}` });
    try {
      return await act(nats);
    } finally {
      await nats.close();
    }
  };
  return {
    port,
    url,
    directory,
    process: child,
    use,
    addStream: (more) =>
      use(async (nats) => {
        const manager = await jetstreamManager(nats);
        await manager.streams.add({
          name: 'EVENTS',
          subjects: ['events.>'],
          storage: StorageType.File,
          ...more,
        });
      }),
    messages: () =>
      use(async (nats) => {
        const manager = await jetstreamManager(nats);
        const { state } = await manager.streams.info('EVENTS');
        const stored: StoredMsg[] = [];
        for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
          const message = await manager.streams.getMessage('EVENTS', { seq });
          if (message !== null) stored.push(message);
        }
        return stored;
      }),
    stop,
    close: async () => {
      await stop();
      rmSync(directory, { recursive: true });
    },
  };
}

const INFO = `INFO ${JSON.stringify({ server_id: 'X', version: '2.9.10', proto: 1, headers: true, max_payload: 8_000_000, jetstream: true })}\r\n`;

/** Greets as a server does, answers a PING, and goes when a message comes. */
export function startLeaver(): Promise<HttpReceiver> {
  return startRaw((socket) => {
    socket.write(INFO);
    socket.on('data', (bytes) => {
      const said = bytes.toString('latin1');
      if (said.includes('HPUB ')) socket.destroy();
      else if (said.includes('PING\r\n')) socket.write('PONG\r\n');
    });
  });
}

/** Passes on what a server says byte by byte. */
export function startSlowProxy(port: number): Promise<HttpReceiver> {
  return startRaw((socket) => {
    const server = connectSocket(port, '127.0.0.1');
    server.on('error', () => socket.destroy());
    socket.on('data', (bytes) => server.write(bytes));
    socket.once('close', () => server.destroy());
    server.once('close', () => socket.destroy());
    let writing = Promise.resolve();
    server.on('data', (bytes: Buffer) => {
      writing = writing.then(async () => {
        for (const byte of bytes) {
          if (socket.destroyed) return;
          await new Promise((resolve) => socket.write(Uint8Array.of(byte), resolve));
        }
      });
    });
  });
}

export interface NatsReceiver {
  readonly port: number;
  messages(): Promise<readonly StoredMsg[]>;
  close(): Promise<void>;
}

export async function natsReceiver(behaviour: ReceiverBehaviour): Promise<NatsReceiver> {
  const fake = FAKES[behaviour];
  if (fake !== undefined) {
    const { port, close } = await fake();
    if (behaviour === 'away') await close();
    return { port, close, messages: async () => [] };
  }
  const server = await startNats();
  if (behaviour !== 'refuses') await server.addStream();
  if (behaviour === 'hangs') server.process.kill('SIGSTOP');
  const proxy = behaviour === 'slow' ? await startSlowProxy(server.port) : undefined;
  return {
    port: proxy?.port ?? server.port,
    messages: server.messages,
    close: async () => {
      await proxy?.close();
      await server.close();
    },
  };
}

const FAKES: Readonly<Partial<Record<ReceiverBehaviour, () => Promise<HttpReceiver>>>> = {
  garbage: () => startRaw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  leaves: startLeaver,
  away: () => startRaw(() => {}),
};
