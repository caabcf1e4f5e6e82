/** The memory that bodies of the admin API may take together. It is taken before a body is read: who sends slowly holds what was said to come. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBodyBudget } from '../http/body-budget.ts';

/** Room for two of the longest, an import’s lines, beside small ones. Read as JSON, a body takes some times its length. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface BodyRoom {
  /** Takes room until the response is over. False: there is none. @param maxBytes what the route takes */
  take(request: IncomingMessage, response: ServerResponse, maxBytes: number): boolean;
}

export function createBodyRoom(): BodyRoom {
  const budget = createBodyBudget(MOST_BYTES);
  return {
    take(request, response, maxBytes) {
      const bytes = Math.min(saidLength(request), maxBytes);
      if (!budget.resize(0, bytes)) return false;
      response.once('close', () => void budget.resize(bytes, 0));
      return true;
    },
  };
}

/** Without end where the request does not say it. */
function saidLength({ method, headers }: IncomingMessage): number {
  // Nobody reads the body of these.
  if (method === 'GET' || method === 'HEAD') return 0;
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}
