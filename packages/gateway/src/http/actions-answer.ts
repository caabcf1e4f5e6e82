/** The answer to `/actions`. */

import { isObject } from '@countersign/core/internal/is-object';
import { type HttpAnswer, jsonAnswer } from '../http-answer.ts';
import type { JsonSchema } from '../input/action-input.ts';
import type { ReadyAction } from '../outcomes/action-table.ts';

/** Of a schema that says nothing of itself. */
const ANY_OBJECT: JsonSchema = { type: 'object' };

/** `GET /actions`: what the gates that list their actions can run, in the shape that Flowent's users know. */
export function actionsAnswer(actions: readonly ReadyAction[]): HttpAnswer {
  const list = actions.map(({ action: { name, description }, input: { jsonSchema = ANY_OBJECT } }) => ({
    name,
    description,
    parameters: Object.keys(isObject(jsonSchema['properties']) ? jsonSchema['properties'] : {}),
    json_schema: jsonSchema,
  }));
  return jsonAnswer(200, JSON.stringify({ actions: list }));
}
