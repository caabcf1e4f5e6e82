import type { SQLOutputValue } from 'node:sqlite';

/** A row as SQLite gives it: values by the names of their columns. */
export type Row = Record<string, SQLOutputValue>;
