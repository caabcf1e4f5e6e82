/** The end of the audit log in PostgreSQL, of which one transaction at a time has hold, and the keys that nobody writes under any more. */
import type { AuditHead } from '../audit-store.ts';
import type { ChangeKeys, KeyChange } from '../key-change.ts';
import { StoreError } from '../store.ts';
import type { Database, Row, Session } from './database.ts';
import { NEVER_MS } from './migrations.ts';
import { named } from './records.ts';

/** Who appends holds it until the commit: the next reads the head that was left. */
const CHAIN_LOCK = 0x4373_6703;

const HEAD = 'SELECT seq, key_id, mac FROM countersign.audit ORDER BY seq DESC LIMIT 1';

const PUT = `
  INSERT INTO countersign.records AS record (space, key, until_ms, bytes) SELECT $1, $2, ${NEVER_MS}, $4 WHERE $3 = 0
  ON CONFLICT (space, key) DO NOTHING RETURNING version`;

const CHANGE = `
  UPDATE countersign.records SET bytes = $4, version = nextval('countersign.places')
  WHERE space = $1 AND key = $2 AND version = $3 RETURNING version`;

const END_KEYS = `
  WITH again AS (DELETE FROM countersign.ended_keys WHERE key_id = $1)
  INSERT INTO countersign.ended_keys (key_id) SELECT DISTINCT unnest($2::text[]) ON CONFLICT DO NOTHING`;

/** Alone with the end of the log, until the commit. */
export function inChain<Result>(
  database: Database,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (session) => {
    // A statement of its own: the next one sees what was committed while it waited.
    await session.query('SELECT pg_advisory_xact_lock($1)', [CHAIN_LOCK]);
    return work(session);
  });
}

export async function readHead(session: Session): Promise<AuditHead | undefined> {
  const [row] = await session.query(HEAD);
  return row && headOf(row);
}

export function headOf(row: Row): AuditHead {
  const { seq, key_id: keyId, mac } = row;
  if (!(mac instanceof Uint8Array))
    throw new StoreError('damaged', 'An entry of the audit log is damaged in the store.');
  return { seq: Number(seq), keyId: String(keyId), mac };
}

/** In the chain. @throws StoreError where a gateway has another storeKey than the store by now */
export async function refuseEndedKeys(session: Session, keyIds: readonly string[]): Promise<void> {
  const ended = await session.query(
    'SELECT key_id FROM countersign.ended_keys WHERE key_id = ANY($1::text[]) LIMIT 1',
    [keyIds],
  );
  if (ended.length > 0)
    throw new StoreError(
      'failed',
      'The store is under another storeKey since this gateway was started: start it again with that one.',
    );
}

/** Waits for who appends: what comes after is refused where it is under a key before. */
export function createChangeKeys(database: Database): ChangeKeys {
  return ({ record: { space, key, version }, auditKeyId, endedKeyIds, bytesOf }: KeyChange) =>
    inChain(database, async (session) => {
      const head = await readHead(session);
      const [row] = await session.query(version === 0 ? PUT : CHANGE, [
        named(space),
        named(key),
        version,
        bytesOf(head),
      ]);
      if (row === undefined) return undefined;
      const ended = head === undefined ? endedKeyIds : [head.keyId, ...endedKeyIds];
      await session.query(END_KEYS, [auditKeyId, ended.filter((keyId) => keyId !== auditKeyId)]);
      return Number(row['version']);
    });
}
