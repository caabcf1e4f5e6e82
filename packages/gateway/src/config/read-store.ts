/** Reads the address of a store. */

import { isPostgresText, readPostgresAddress } from './postgres-address.ts';
import { isMisfit, MISFIT, type Misfit } from './read-text.ts';
import type { StoreConfig } from './store-config.ts';

/** `sqlite:PATH`, a path that ends in `.db`, `postgres://…`, `:memory:`, `memory`. The path is left as written. */
export function readStore(text: string): StoreConfig | Misfit {
  if (/^(sqlite:)?:memory:$|^memory:?$/.test(text)) return { kind: 'memory' };
  if (isPostgresText(text)) {
    const address = readPostgresAddress(text);
    return isMisfit(address) ? address : { kind: 'postgres', address };
  }
  // SQLite would take the whole of it for the file's name, and open that for writing.
  if (/^sqlite:file:|\?\w+=/i.test(text) && /^sqlite:|\.db$/.test(text)) {
    return {
      misfit: true,
      problem: 'is a URI of SQLite, whose parameters are not read: a plain path is meant here',
    };
  }
  const file = /^sqlite:(?!\/\/)(.+)$/s.exec(text)?.[1];
  if (file !== undefined) return { kind: 'sqlite', file };
  const isPath = /\.db$/.test(text) && !/^[A-Za-z][A-Za-z0-9+.-]+:/.test(text);
  return isPath ? { kind: 'sqlite', file: text } : MISFIT;
}
