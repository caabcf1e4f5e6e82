/** Sends a request to the gateway's own public listener, so that it goes the way of every request: bounds, proof, claim, outcome, log. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PassedVerdictView } from '@countersign/api';
import type { SignedRequest } from '@countersign/core';
import { collectBytes } from '@countersign/core/collect-bytes';
import { nodeHttp } from '../http/node-http.ts';
import type { RequestLog, VerdictRecord } from '../http/request-log.ts';
import { Problem } from './problem.ts';

/** What was answered. */
export interface Passed {
  readonly requestId: string;
  readonly verdict: PassedVerdictView;
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly isCut: boolean;
  readonly durationMs: number;
}

/** @param request whose URL is a path, with a Host field. */
export type PassThrough = (request: SignedRequest) => Promise<Passed | Problem>;

export interface PassThroughOptions {
  /** To the public listener. */
  readonly connect: () => Duplex;
  readonly requestLog: Pick<RequestLog, 'listen'>;
}

const MAX_BODY_BYTES = 256 * 1024;
/** An action may take as long; a streamed answer is cut there. */
const MAX_MS = 60_000;
/** The record of a request is written in the turn of its answer: so many others may come between. */
const MAX_RECORDS = 2000;

export function createPassThrough({ connect, requestLog }: PassThroughOptions): PassThrough {
  return async (request) => {
    const records = new Map<string, VerdictRecord>();
    const leave = requestLog.listen((record) => {
      records.set(record.requestId, record);
      const [oldest] = records.keys();
      if (records.size > MAX_RECORDS && oldest !== undefined) records.delete(oldest);
    });
    const startedMs = performance.now();
    try {
      const response = await ask(request, connect);
      const { body, isCut } = await readBounded(response);
      const requestId = String(response.headers['x-request-id'] ?? '');
      return {
        requestId,
        verdict: verdictOf(records.get(requestId)),
        status: response.statusCode ?? 0,
        headers: response.rawHeaders,
        body,
        isCut,
        durationMs: Math.round((performance.now() - startedMs) * 1000) / 1000,
      };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
      return new Problem('not-answered', `the public listener did not answer the request (${code})`);
    } finally {
      leave();
    }
  };
}

function ask({ method, url, headers, body }: SignedRequest, connect: () => Duplex): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = nodeHttp().request({
      // No agent keeps it for another.
      createConnection: connect,
      method,
      path: url,
      headers: [...headers.flat, 'content-length', String(body.byteLength), 'connection', 'close'],
      signal: AbortSignal.timeout(MAX_MS),
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** What comes in time and within the bound. */
async function readBounded(
  response: IncomingMessage,
): Promise<{ readonly body: Uint8Array; readonly isCut: boolean }> {
  const collected = collectBytes();
  let isCut = false;
  try {
    for await (const chunk of response) {
      collected.add(Buffer.from(chunk));
      if (collected.length > MAX_BODY_BYTES) break;
    }
  } catch {
    // It broke off, or took too long.
    isCut = true;
  }
  isCut ||= collected.length > MAX_BODY_BYTES;
  return { body: collected.take().subarray(0, MAX_BODY_BYTES), isCut };
}

function verdictOf(record: VerdictRecord | undefined): PassedVerdictView {
  if (record === undefined) return { kind: 'refused' };
  const { verdict: kind, keyId, tenant, reason, step, message, remedy } = record;
  return {
    kind,
    ...(keyId !== undefined && { keyId }),
    ...(tenant !== undefined && { tenant }),
    ...(reason !== undefined && { reason }),
    ...(step !== undefined && { step }),
    ...(message !== undefined && { message }),
    ...(remedy !== undefined && { remedy }),
  };
}
