/** A server that goes while a store on it is opened: the store is opened all the same, and takes events once the server is back. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../src/stores/open-store.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { temporaryDir } from '../../harness.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

/** What makes the partitions of the next days. */
const LAST_STATEMENT = 'INSERT INTO countersign.days';
const SOCKET = '.s.PGSQL.5432';

const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

/** Stands before a server, and is gone from the first time that it is asked that. */
async function vanishingServer(
  address: string,
): Promise<{ readonly address: string; comeBack(): Promise<void> }> {
  const url = new URL(address);
  const socketOfServer = join(url.searchParams.get('host') ?? '', SOCKET);
  const directory = temporaryDir();
  const path = join(directory, SOCKET);
  let isWhole = false;
  const server = createServer((client) => {
    const upstream = connect(socketOfServer);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    client.on('data', (bytes) => {
      if (isWhole || !bytes.includes(LAST_STATEMENT)) return void upstream.write(bytes);
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    client.on('close', () => upstream.destroy());
    upstream.pipe(client);
  });
  const listen = async (): Promise<void> => {
    server.listen(path);
    await once(server, 'listening');
  };
  await listen();
  onTestFinished(() => void server.close());
  url.searchParams.set('host', directory);
  return {
    address: url.href,
    async comeBack() {
      isWhole = true;
      await listen();
    },
  };
}

describe.skipIf(leaveOutPostgres)(`a server that goes while a store on it is opened${postgresReason}`, () => {
  const databases = postgresDatabases();

  it('leaves the store open, which says that it cannot be used, and takes events later', async () => {
    const server = await vanishingServer(await databases.create());
    const store = await openStore(server.address);
    onTestFinished(() => store.close());
    await expect(store.events.keep(event(1))).rejects.toMatchObject({ code: 'failed' });
    await server.comeBack();
    expect(await store.events.keep(event(2))).toEqual({ kept: true });
  });
});
