/** Values of a statement that is put together: each stands in it as its number. */
import type { Value } from './database.ts';

export interface Parameters {
  readonly values: readonly Value[];
  /** Gives how it is written in the statement. */
  add(value: Value): string;
}

export function createParameters(): Parameters {
  const values: Value[] = [];
  return {
    values,
    add(value) {
      values.push(value);
      return `$${values.length}`;
    },
  };
}
