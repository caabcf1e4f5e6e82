/** The answers to `/health` and `/ready`. */
import type { HealthView, ReadyView } from '@countersign/api';
import { type HttpAnswer, jsonAnswer } from '../http-answer.ts';

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
