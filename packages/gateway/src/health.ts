/** The answers to `/health`, `/ready` and `/actions`. */
import type { HealthView, ReadyView } from '@countersign/api';
import { type HttpAnswer, jsonAnswer } from './http-answer.ts';
import type { JsonSchema } from './input/action-input.ts';
import { isObject } from './is-object.ts';
import type { ReadyAction } from './outcomes/action-table.ts';

/** Of a schema that says nothing of itself. */
const ANY_OBJECT: JsonSchema = { type: 'object' };
const NO_STORE = ['cache-control', 'no-store'];

/** `GET /health`: the process answers. */
export function healthAnswer(nowMs: number): HttpAnswer {
  const view: HealthView = { status: 'healthy', timestamp: Math.floor(nowMs / 1000) };
  return jsonAnswer(200, JSON.stringify(view), NO_STORE);
}

/** `GET /ready`: whether new requests are taken. */
export function readyAnswer(draining: boolean): HttpAnswer {
  const view: ReadyView = { status: draining ? 'draining' : 'ready' };
  return jsonAnswer(draining ? 503 : 200, JSON.stringify(view), NO_STORE);
}

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
