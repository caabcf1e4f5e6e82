/** Statements on node:sqlite, as a guard runs them. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export function sqliteQuery(database: DatabaseSync): (text: string, values: unknown[]) => readonly unknown[] {
  const prepared = new Map<string, StatementSync>();
  return (text, values) => {
    const statement = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, statement);
    return statement.all(...(values as SQLInputValue[]));
  };
}
