import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';

/** A row as SQLite gives it: values by the names of their columns. */
export type Row = Record<string, SQLOutputValue>;

/** All rows of a statement. */
export type Query = (sql: string, values: readonly SQLInputValue[]) => readonly Row[];
