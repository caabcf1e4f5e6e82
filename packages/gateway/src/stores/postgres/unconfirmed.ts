/**
 * Commits that a synchronous standby should have confirmed, and whose wait somebody has cancelled: PostgreSQL calls them done all the same, and says
 * by a warning that no standby may have them.
 * @see https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION
 */
import type { PoolClient } from 'pg';
import { StoreError } from '../store.ts';

/** Where in the server the warning comes from; its sentence is in the server's language, and its SQLSTATE is that of any warning. */
const WAIT = 'SyncRepWaitForLSN';

const unconfirmed = new WeakSet<PoolClient>();

export function watchCommits(client: PoolClient): void {
  client.on('notice', ({ routine }) => {
    if (routine === WAIT) unconfirmed.add(client);
  });
}

/** After each statement that may have committed. @throws StoreError where nobody is to be told that it holds */
export function assertConfirmed(client: PoolClient): void {
  if (unconfirmed.delete(client))
    throw new StoreError('failed', 'PostgreSQL committed it, and no standby confirmed it.');
}
