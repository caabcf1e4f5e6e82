/** Judges one line of a batch. */

import { HeaderList, type MaybePromise, type SignedRequest } from '@countersign/core';
import { isObject, type JsonObject } from '@countersign/core/internal/is-object';
import { parseExactJson } from '@countersign/core/internal/parse-exact-json';
import { decodeBase64, readHeaders } from '@countersign/core/internal/request-input';
import { type AcceptedView, type RefusedView, verdictView } from '../verdict-view.ts';
import { createGateCache, type GateRequest } from './gate-cache.ts';

/** Judges one line's text; a line that cannot be judged says so and nothing of what it holds. */
export type LineJudge = (line: string) => MaybePromise<AcceptedView | RefusedView>;

/** @param clock the time for lines that give none, milliseconds since the epoch. */
export function createLineJudge(clock: () => number): LineJudge {
  // Lines are judged one after another, so one clock, set for each line, serves every gate.
  let nowMs = 0;
  const cache = createGateCache(() => nowMs);
  return (text) => {
    const line = readLine(text);
    if ('ok' in line) return line;
    if (line.provider === undefined) return malformedLine('provider is not text');
    const gate = cache.gate({ ...line, provider: line.provider });
    if ('ok' in gate) return gate;
    nowMs = line.nowMs ?? clock();
    const verdict = gate.verify(line.request);
    return verdict instanceof Promise ? verdict.then(verdictView) : verdictView(verdict);
  };
}

/** The answer to a line that is no request. @param message one sentence that quotes nothing. */
export function malformedLine(message: string): RefusedView {
  return { ok: false, reason: 'malformed-line', step: 'receive', message };
}

/** One line, as it asks; its keys are not read yet. */
export interface BatchLine extends Omit<GateRequest, 'provider'> {
  /** Undefined where none is named: who explains may look for it. */
  readonly provider: string | undefined;
  readonly nowMs: number | undefined;
  readonly request: SignedRequest;
}

export function readLine(text: string): BatchLine | RefusedView {
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch {
    return malformedLine('the line is not JSON');
  }
  if (!isObject(value)) return malformedLine('the line is not a JSON object');
  const misnamed = misnamedMember(value, MEMBERS, '');
  if (misnamed) return misnamed;
  const { provider, keys, now, options, request } = value;
  if (!isAbsent(provider) && typeof provider !== 'string') return malformedLine('provider is not text');
  if (!Array.isArray(keys)) return malformedLine('keys is not a list');
  if (!isAbsent(now) && !(typeof now === 'number' && Number.isFinite(now))) {
    return malformedLine('now is not a number of Unix seconds');
  }
  if (!isAbsent(options) && !isObject(options)) return malformedLine('options is not an object');
  if (!isObject(request)) return malformedLine('request is not an object');
  const read = readRequest(request);
  if ('ok' in read) return read;
  const nowMs = typeof now === 'number' ? now * 1000 : undefined;
  return { provider: provider ?? undefined, keys, options: options ?? {}, nowMs, request: read };
}

const MEMBERS = ['provider', 'keys', 'now', 'options', 'request'] as const;
const REQUEST_MEMBERS = ['method', 'url', 'headers', 'bodyBase64'] as const;

/** Members of their own are the caller’s; one that is nearly ours, and passed over, would give another verdict: `body`, `option`. */
const NEARLY_OURS = /body|header|key|method|option|provider|request|url/i;

function misnamedMember(
  value: JsonObject,
  members: readonly string[],
  place: string,
): RefusedView | undefined {
  const name = Object.keys(value).find(
    (member) => !members.includes(member) && NEARLY_OURS.test(member) && /^\w+$/.test(member),
  );
  if (name === undefined) return undefined;
  return malformedLine(`${place}${name.slice(0, 40)} is not understood; known: ${members.join(', ')}`);
}

function readRequest(request: JsonObject): SignedRequest | RefusedView {
  const misnamed = misnamedMember(request, REQUEST_MEMBERS, 'request.');
  if (misnamed) return misnamed;
  const { method, url, headers, bodyBase64 } = request;
  if (typeof method !== 'string') return malformedLine('request.method is not text');
  if (typeof url !== 'string') return malformedLine('request.url is not text');
  const flat = readHeaders(headers ?? undefined);
  if (flat === undefined)
    return malformedLine('request.headers is neither an object of texts nor a list of pairs');
  const body = readBody(bodyBase64);
  if (body === undefined) return malformedLine('request.bodyBase64 is not base64');
  return { method, url, headers: new HeaderList(flat), body };
}

function readBody(bodyBase64: unknown): Uint8Array | undefined {
  if (isAbsent(bodyBase64)) return new Uint8Array();
  return typeof bodyBase64 === 'string' ? decodeBase64(bodyBase64) : undefined;
}

/** Some languages write null for what is not there. */
function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
