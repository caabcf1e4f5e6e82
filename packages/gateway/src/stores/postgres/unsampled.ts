/**
 * Columns of which PostgreSQL takes no samples for its planner: it would keep values of senders in its catalogue (`pg_statistic`), where no erasure reaches
 * them. No statement chooses rows by them but through an index of its own.
 */

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  events: ['key_id', 'type', 'url', 'verdict', 'forwarded', 'withheld', 'sealed', 'headers', 'body'],
  deliveries: ['order_key'],
  attempts: ['problem', 'answer'],
  words: ['words'],
};

/** A partition does not get it from its table. @param table that it is one of */
export function withoutSamples(table: string, partition: string): string {
  const columns = (COLUMNS[table] ?? []).map((column) => `ALTER ${column} SET STATISTICS 0`);
  return `ALTER TABLE ${partition} ${columns.join(', ')}`;
}
