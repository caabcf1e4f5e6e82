/** Pages of other origins at a gate: their preflights, and what lets them read its answers (Fetch Standard §3.2). */
import type { HeaderList } from '@countersign/core';
import { isToken } from '@countersign/core/internal/token';
import { trimSpace } from '@countersign/core/internal/white-space';
import { corsHeaders, preflightHeaders } from '../answers/cors.ts';
import type { Handled } from '../call.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { HttpAnswer } from '../http-answer.ts';
import { takesMethod } from '../paths/gates-by-path.ts';

/** More names than any page sends. */
const MAX_REQUESTED_CHARS = 1024;

/**
 * The answer to a preflight for one of the gates, which carries no proof and cannot: undefined for any other OPTIONS,
 * and where the gate that takes the method names no origins.
 */
export function preflightOf(gates: readonly OpenGate[], headers: HeaderList): Handled | undefined {
  const origin = headers.single('origin');
  const requested = headers.single('access-control-request-method');
  if (typeof origin !== 'string' || typeof requested !== 'string') return undefined;
  const config = gates.find((gate) => takesMethod(gate.config, requested))?.config;
  const { corsOrigins } = config ?? {};
  if (config === undefined || corsOrigins === undefined) return undefined;
  const answer = {
    status: 204,
    headers: preflightHeaders({
      origin,
      origins: corsOrigins,
      methods: config.methods === 'all' ? [requested] : config.methods,
      headers: requestedHeaders(headers.single('access-control-request-headers')),
    }),
    body: '',
  };
  return { answer, verdict: 'unsigned' };
}

/** The names that the page wants to send, each a token; none where one is not. What proves a request is the gate's to say. */
function requestedHeaders(text: string | null | undefined): readonly string[] {
  if (!text || text.length > MAX_REQUESTED_CHARS) return [];
  const names = text.split(',').map((name) => trimSpace(name).toLowerCase());
  const areTokens = names.every(isToken);
  return areTokens ? [...new Set(names)].filter((name) => name !== 'content-type') : [];
}

/** The answer as a page of a listed origin may read it; an upstream says nothing of that where the gate does. */
export function withCors(answer: HttpAnswer, origins: readonly string[], headers: HeaderList): HttpAnswer {
  const kept: string[] = [];
  for (let i = 0; i < answer.headers.length; i += 2) {
    const name = answer.headers[i] as string;
    if (!name.toLowerCase().startsWith('access-control-')) kept.push(name, answer.headers[i + 1] as string);
  }
  return { ...answer, headers: [...kept, ...corsHeaders(headers.single('origin'), origins)] };
}
