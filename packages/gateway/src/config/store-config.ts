/** Where the store is. */
import type { PostgresAddress } from './postgres-address.ts';

/** Where events and claims are kept. Default `sqlite:./countersign.db`, in the configuration file's folder. */
export type StoreConfig =
  | {
      readonly kind: 'sqlite';
      /** Absolute. A relative path in the file is relative to the file's folder. */
      readonly file: string;
    }
  | { readonly kind: 'postgres'; readonly address: PostgresAddress }
  | { readonly kind: 'memory' };
