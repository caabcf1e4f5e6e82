/** Makes the schema, and brings an older one up to date. */
import { SetupError } from '@countersign/core';
import type { Database, Session } from './database.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';

/** Of gateways that start at once, one migrates; the others wait for it. */
const MIGRATION_LOCK = 0x4373_6700;

export const VERSION: number = MIGRATIONS.length;

/** @throws SetupError where a newer version has made it, and this one cannot work with it */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await database.transaction(async (session) => {
    await session.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const { version, servesFrom } = await versionOf(session);
    if (servesFrom > migrations.length)
      throw new SetupError(
        'store',
        `was brought to version ${version} of its schema by a newer gateway; this one knows ${migrations.length}`,
        'Run that version or a newer one, or restore a dump from before it.',
      );
    for (const { sql, servesFrom: from } of migrations.slice(version)) {
      await session.query(sql);
      await session.query('UPDATE countersign.schema SET version = version + 1, serves_from = $1', [from]);
    }
  });
}

interface SchemaVersion {
  readonly version: number;
  readonly servesFrom: number;
}

async function versionOf(session: Session): Promise<SchemaVersion> {
  const [place] = await session.query("SELECT to_regclass('countersign.schema') IS NOT NULL AS is_there");
  if (place?.['is_there'] !== true) {
    await session.query('CREATE SCHEMA IF NOT EXISTS countersign');
    await session.query(
      'CREATE TABLE countersign.schema (version integer NOT NULL, serves_from integer NOT NULL)',
    );
    await session.query('INSERT INTO countersign.schema VALUES (0, 0)');
  }
  const [row] = await session.query('SELECT version, serves_from FROM countersign.schema');
  return { version: Number(row?.['version']), servesFrom: Number(row?.['serves_from']) };
}
