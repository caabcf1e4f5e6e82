/** Looks into a PostgreSQL store and leaves it as it is: no schema is brought up, nothing is tidied. */
import { SetupError } from '@countersign/core';
import { type PostgresAddress, shownPostgres } from '../../config/postgres-address.ts';
import type { StoreLook } from '../store-look.ts';
import { connectDatabase } from './database.ts';
import { headOfDatabase } from './open-database.ts';
import { createParts } from './parts.ts';
import { VERSION } from './schema.ts';

/** @throws SetupError where there is no store of this build, or it cannot be reached */
export async function openPostgresLook(address: PostgresAddress): Promise<StoreLook> {
  const head = await headOfDatabase(address);
  if (head.kind === 'away') throw head.fault;
  if (head.kind === 'empty')
    throw new SetupError(
      'store',
      `there is no store in ${shownPostgres(address)}`,
      'Name the database of a store. The start of a gateway makes one.',
    );
  if (!head.isServed || head.version < VERSION)
    throw new SetupError(
      'store',
      `the store in ${shownPostgres(address)} has schema version ${head.version}, and this build looks into version ${VERSION}`,
      head.isServed ? 'Bring it up first: countersign store migrate.' : 'Run that version or a newer one.',
    );
  const database = await connectDatabase({ address });
  const { upkeep, audit, records, close } = createParts(database, { address });
  return {
    verify: (signal) => upkeep.verify(signal),
    stats: () => upkeep.stats(),
    audit,
    records,
    async close() {
      await close();
      await database.close();
    },
  };
}
