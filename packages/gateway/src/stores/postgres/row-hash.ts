/** A hash over the rows of a table, so that two tables are compared without one beside the other. */
import { createHash, type Hash } from 'node:crypto';
import type { MovedValue } from './move-tables.ts';

export interface RowDigest {
  readonly rows: number;
  /** In hex, over all values of all rows in their order. */
  readonly sha256: string;
}

export class RowHash {
  readonly #hash: Hash = createHash('sha256');
  #rows = 0;

  add(row: readonly MovedValue[]): void {
    this.#rows++;
    for (const value of row) this.#add(value);
  }

  digest(): RowDigest {
    return { rows: this.#rows, sha256: this.#hash.digest('hex') };
  }

  /** Its kind and its length stand before it, so that no two rows read as one. */
  #add(value: MovedValue): void {
    if (value === null) {
      this.#hash.update('n');
      return;
    }
    const kind = typeof value === 'string' ? 't' : typeof value === 'number' ? 'i' : 'b';
    const bytes = value instanceof Uint8Array ? value : Buffer.from(String(value));
    this.#hash.update(`${kind}${bytes.byteLength} `);
    this.#hash.update(bytes);
  }
}
