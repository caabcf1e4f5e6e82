/** PgBouncer in transaction mode before a PostgreSQL: a connection is given to another client after each transaction. Debian's package is pgbouncer. */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '../../packages/core/test/support/server-process.ts';
import type { KilledPostgres } from './server.ts';

const PROGRAM = '/usr/sbin/pgbouncer';
const PORT = 6432;

export const hasPgbouncer: boolean = existsSync(PROGRAM);
if (!hasPgbouncer && process.env['CI'] !== undefined)
  throw new Error('PgBouncer is missing. Install it: apt-get install pgbouncer');

export interface Pgbouncer {
  /** Of the database behind it, as a store. */
  readonly address: string;
  close(): Promise<void>;
}

/** It knows no setting that a client begins with, and keeps few connections: what a store needs is in each transaction. */
export async function openPgbouncer({
  directory: server,
}: Pick<KilledPostgres, 'directory'>): Promise<Pgbouncer> {
  const user = process.getuid?.() === 0 ? postgresUser() : undefined;
  const { directory, close } = await startServer({
    command: PROGRAM,
    args: (folder) => [join(folder, 'pgbouncer.ini')],
    ready: 'process up',
    ...(user && { user }),
    prepare(folder) {
      const file = join(folder, 'pgbouncer.ini');
      writeFileSync(
        file,
        [
          '[databases]',
          `postgres = host=${server} dbname=postgres user=postgres`,
          '[pgbouncer]',
          'listen_addr =',
          `listen_port = ${PORT}`,
          `unix_socket_dir = ${folder}`,
          'auth_type = any',
          'pool_mode = transaction',
          'default_pool_size = 8',
          'max_client_conn = 200',
          // After a crash of the server it would wait for 15 seconds.
          'server_login_retry = 1',
          '',
        ].join('\n'),
      );
      if (user !== undefined) chownSync(file, user.uid, user.gid);
    },
  });
  return {
    address: `postgres://postgres@localhost:${PORT}/postgres?host=${encodeURIComponent(directory)}`,
    close,
  };
}

/** It refuses root, as PostgreSQL does. */
function postgresUser(): { readonly uid: number; readonly gid: number } {
  const idOf = (kind: string): number =>
    Number(spawnSync('id', [kind, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}
