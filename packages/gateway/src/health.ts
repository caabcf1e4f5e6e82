/** The answers to `/health`, `/ready` and `/actions`. */
import type { HealthView, ReadyView } from '@countersign/api';
import type { Action } from './actions.ts';
import { type HttpAnswer, jsonAnswer } from './http-answer.ts';

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

/** `GET /actions`: what the answering gates can run. @see WIRE §1 */
export function actionsAnswer(actions: readonly Action[]): HttpAnswer {
  const list = actions.map(({ name, description, inputSchema }) => ({
    name,
    description,
    parameters: Object.keys(inputSchema.properties ?? {}),
    json_schema: inputSchema,
  }));
  return jsonAnswer(200, JSON.stringify({ actions: list }));
}
