/** W3C Trace Context, version 00. @see https://www.w3.org/TR/trace-context/#traceparent-header */
import { randomBytes } from 'node:crypto';

/** A place in a trace. */
export interface TraceContext {
  /** 32 hex digits, not all of them zero. */
  readonly traceId: string;
  /** 16 hex digits, not all of them zero. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
/** A later version may say more behind its flags; nobody needs so much of it. */
const MAX_LENGTH = 256;

/** Undefined for what is none. */
export function readTraceparent(text: string): TraceContext | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const [, version = '', traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(text) ?? [];
  if (version === '' || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function traceparentOf({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

export function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** Whether a trace is among so many of all, from 0 to 1: the same answer wherever it is asked. */
export function isAmong(traceId: string, share: number): boolean {
  return Number.parseInt(traceId.slice(-13), 16) < share * 2 ** 52;
}
