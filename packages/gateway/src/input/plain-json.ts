/** A schema as the JSON that platforms are told. */

import { isObject } from '@countersign/core/internal/is-object';
import type { JsonSchema } from './action-input.ts';

/** The schema as JSON holds it, a copy; undefined for what JSON cannot hold: no object, a cycle, a bigint. */
export function plainJson(schema: unknown): JsonSchema | undefined {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(schema));
    return isObject(copy) ? copy : undefined;
  } catch {
    return undefined;
  }
}
