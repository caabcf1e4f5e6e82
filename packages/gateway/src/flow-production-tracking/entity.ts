/** How Flow Production Tracking names one of its entities, and as its API takes it. */
import { isObject } from '@countersign/core/internal/is-object';

export interface EntityRef<Type extends string = string> {
  /** E.g. `Version`. */
  readonly type: Type;
  readonly id: number;
  readonly name?: string;
}

/** The entity that a webhook names; undefined for null and for what names none. */
export function readEntity(value: unknown): EntityRef | undefined {
  if (!isObject(value)) return undefined;
  const { type, id, name } = value;
  if (typeof type !== 'string' || typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined;
  return { type, id, ...(typeof name === 'string' && { name }) };
}
