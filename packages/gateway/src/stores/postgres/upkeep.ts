/** Looks after a PostgreSQL store as a whole. */
import { SetupError } from '@countersign/core';
import { type PostgresAddress, shownPostgres } from '../../config/postgres-address.ts';
import type { EventStore } from '../event-store.ts';
import type { StoreUpkeep } from '../store-upkeep.ts';
import { createUpkeepTurns } from '../upkeep-turns.ts';
import { placeOf } from './connection.ts';
import { connectDatabase } from './database.ts';
import { type ErasureParts, erasePostgres, finishErasure } from './erasure.ts';
import { readStats } from './sizes.ts';
import { verifyPostgres } from './verify.ts';

export interface PostgresUpkeepParts extends Omit<ErasureParts, 'withoutLimits' | 'events'> {
  /** Of the store. May hold a password. */
  readonly address: string | PostgresAddress;
  readonly events: EventStore;
}

export interface PostgresUpkeep extends StoreUpkeep {
  /** Ends an erasure that was begun and not ended, by whichever gateway. Gateways serve meanwhile. */
  resume(): Promise<void>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

export function createPostgresUpkeep(parts: PostgresUpkeepParts): PostgresUpkeep {
  const { database, address } = parts;
  const turns = createUpkeepTurns(() => database.assertOpen());
  const erasure: ErasureParts = {
    ...parts,
    withoutLimits: async (work) => {
      const unlimited = await connectDatabase({ address, maxConnections: 1, isUnlimited: true });
      try {
        return await work(unlimited);
      } finally {
        await unlimited.close();
      }
    },
  };
  return {
    // Autovacuum clears away, and what retention drops is a file.
    shrink: async () => {
      database.assertOpen();
      return false;
    },
    backup: async () => {
      database.assertOpen();
      throw new SetupError(
        'store',
        'is in PostgreSQL, and has no file of its own: PostgreSQL copies it',
        "Run pg_dump --format=custom --schema='countersign*' --file=countersign.dump with the store's address, or use the backups of the whole server.",
      );
    },
    verify: (signal) => turns.run(signal, (until) => verifyPostgres(parts, until)),
    stats: async () => readStats(database, shownPostgres(placeOf(address))),
    erase: (options) => turns.run(options.signal, (until) => erasePostgres(erasure, options, until)),
    resume: () =>
      turns.run(undefined, async (until) => {
        await finishErasure(erasure, until);
      }),
    close: () => turns.stop(),
  };
}
