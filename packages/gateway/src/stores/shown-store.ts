/** What people are told of where a store is. */
import type { StoreConfig } from '../config/config.ts';
import { shownPostgres } from '../config/postgres-address.ts';

/** Without a password. */
export function shownStore(store: StoreConfig): string {
  switch (store.kind) {
    case 'memory':
      return 'in memory';
    case 'sqlite':
      return store.file;
    case 'postgres':
      return shownPostgres(store.address);
  }
}
