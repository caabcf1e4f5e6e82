/** Leases in a database, as a store opens them. */

import { createPostgresClaims, type PostgresClaims } from '../../src/stores/postgres/claims.ts';
import { connectDatabase, type Database } from '../../src/stores/postgres/database.ts';
import {
  createPostgresLeases,
  LEASE_CONNECTIONS,
  type PostgresLeases,
} from '../../src/stores/postgres/leases.ts';
import { WriteMeter } from '../../src/stores/postgres/write-meter.ts';
import { later } from '../harness.ts';

export interface OpenLeases {
  readonly leases: PostgresLeases;
  readonly claims: PostgresClaims;
  readonly database: Database;
  /** Statements that leases have sent. */
  sent(): number;
}

/** @param timeoutMs so long that a busy machine is no silent server */
export async function openLeases(
  address: string,
  { now = Date.now, timeoutMs = 20_000 }: { readonly now?: () => number; readonly timeoutMs?: number } = {},
): Promise<OpenLeases> {
  const database = await connectDatabase({ address });
  const own = await connectDatabase({ address, maxConnections: LEASE_CONNECTIONS, timeoutMs });
  let sent = 0;
  const counted: Database = {
    get closed() {
      return own.closed;
    },
    retire: (fault) => own.retire(fault),
    assertOpen: () => own.assertOpen(),
    transaction: (work) => own.transaction(work),
    close: () => own.close(),
    query(text, values) {
      sent++;
      return own.query(text, values);
    },
  };
  const leases = createPostgresLeases({ database: counted, timeoutMs, maxQueued: 10_000 });
  const claims = createPostgresClaims({ database, meter: new WriteMeter(10_000), now });
  later(async () => {
    await leases.close();
    await claims.close();
    await database.close();
  });
  return { leases, claims, database, sent: () => sent };
}
