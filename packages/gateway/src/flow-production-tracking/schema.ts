/** Standard Schemas of our own: of what platforms send to actions. */

import { isObject } from '@countersign/core/internal/is-object';
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';

/** What is wrong, and where. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A schema that can be an action's `input`, and says of itself what it takes. */
export interface PlatformSchema<Output> {
  readonly '~standard': StandardSchemaV1.Props<unknown, Output> & StandardJSONSchemaV1.Props<unknown, Output>;
}

/** @param read gives what an object holds, or adds issues. */
export function platformSchema<Output>(
  jsonSchema: Readonly<Record<string, unknown>>,
  read: (value: Readonly<Record<string, unknown>>, issues: Issue[]) => Output | undefined,
): PlatformSchema<Output> {
  return {
    '~standard': {
      version: 1,
      vendor: 'countersign',
      validate(value) {
        if (!isObject(value)) return { issues: [{ path: [], message: 'must be an object' }] };
        const issues: Issue[] = [];
        const output = read(value, issues);
        return output === undefined || issues.length > 0 ? { issues } : { value: output };
      },
      // The keywords mean the same in every draft that can be asked for.
      jsonSchema: { input: () => ({ ...jsonSchema }), output: () => ({ type: 'object' }) },
    },
  };
}
