/**
 * Data keys that are to be forgotten: the database itself takes nothing more under them. A gateway that was cut off, and comes back with
 * such a key after a rotation, cannot write what nobody could open.
 */
import { StoreError } from '../store.ts';
import type { Database } from './database.ts';
import { FORGOTTEN_KEY, isForgottenKey } from './errors.ts';

/** Where a sealed value may stand, and what must hold there. */
const CHECKS: readonly { readonly table: string; readonly check: (head: Buffer) => string }[] = [
  { table: 'events', check: (head) => differs('sealed', head) },
  { table: 'claims', check: (head) => differs('answer', head) },
  { table: 'refused', check: (head) => `${differs('head', head)} AND ${differs('body', head)}` },
  {
    table: 'records',
    // Some are JSON with sealed values in base64, in which nine bytes are twelve characters.
    check: (head) =>
      `${differs('bytes', head)} AND position(${literal(Buffer.from(head.toString('base64')))} IN bytes) = 0`,
  },
];

/** @param heads what all begins with that is under one of them: 9 bytes each. @returns whether nothing is */
export async function refuseKeys(database: Database, heads: readonly Uint8Array[]): Promise<boolean> {
  let isNone = true;
  // To the end, whatever is left: what is refused everywhere is sealed anew once more, and then nothing is.
  for (const bytes of heads)
    for (const { table, check } of CHECKS) {
      const head = Buffer.from(bytes);
      const name = `${FORGOTTEN_KEY}${head.toString('hex')}`;
      await add(database, { table, name, check: check(head) });
      isNone = (await holds(database, table, name)) && isNone;
    }
  return isNone;
}

interface Constraint {
  readonly table: string;
  readonly name: string;
  readonly check: string;
}

/** Waits for who writes to the table: what comes after is checked. What is there is not looked at. */
async function add(database: Database, { table, name, check }: Constraint): Promise<void> {
  const [row] = await database.query(
    'SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND conname = $2',
    [`countersign.${table}`, name],
  );
  if (row !== undefined) return;
  // Each key has one of its own, for good: partitions keep theirs when that of their table goes.
  await database.query(`ALTER TABLE countersign.${table} ADD CONSTRAINT ${name} CHECK (${check}) NOT VALID`);
}

/** Looks at what is there, while others write. */
async function holds(database: Database, table: string, name: string): Promise<boolean> {
  try {
    await database.query(`ALTER TABLE countersign.${table} VALIDATE CONSTRAINT ${name}`);
    return true;
  } catch (error) {
    if (error instanceof StoreError && isForgottenKey(error.cause)) return false;
    throw error;
  }
}

function differs(column: string, head: Uint8Array): string {
  return `substring(${column} FROM 1 FOR ${head.byteLength}) IS DISTINCT FROM ${literal(head)}`;
}

function literal(bytes: Uint8Array): string {
  return `'\\x${Buffer.from(bytes).toString('hex')}'::bytea`;
}
