/** The schema of the outcome `keep`; see `schema.ts`. */
import type { KeepInput } from './config-input.ts';
import { deliverSchema, type ReadDestination } from './destination-schema.ts';
import { withDefault } from './left-out.ts';
import { into, mapping, type Schema } from './shape.ts';

/** What the schema makes of `keep`: names of destinations, and destinations. */
export interface ReadKeep {
  readonly kind: 'keep';
  readonly deliver: readonly (string | ReadDestination)[];
}

/** Makes the schema of `keep`. */
export function keepSchema(): Schema<ReadKeep, KeepInput> {
  const written = mapping(
    'Stores the request byte-exact, acknowledges it after the commit, and delivers it.',
    { deliver: withDefault(deliverSchema(), []) },
    '{ deliver: [{ to: http://127.0.0.1:9000/hook }] }',
  );
  return into(written, (read) => ({ kind: 'keep', ...read }));
}
