/** What a store's address is from where it was written. */
import { resolve } from 'node:path';
import type { StoreConfig } from './store-config.ts';

/** With absolute paths. @param baseDir the folder that relative ones are relative to */
export function resolveStore(store: StoreConfig, baseDir: string): StoreConfig {
  switch (store.kind) {
    case 'memory':
      return store;
    case 'sqlite':
      return { kind: 'sqlite', file: resolve(baseDir, store.file) };
    case 'postgres': {
      const { authoritiesFile } = store.address;
      if (authoritiesFile === undefined) return store;
      return {
        kind: 'postgres',
        address: { ...store.address, authoritiesFile: resolve(baseDir, authoritiesFile) },
      };
    }
  }
}
