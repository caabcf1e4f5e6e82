/** One record a request: to the log, and to whoever listens for verdicts. */
import { Buffer } from 'node:buffer';
import type { VerdictView } from '@countersign/api';
import { REFUSALS, type RefusalReason, type Step } from '@countersign/core';
import type { Handled } from '../call.ts';
import { SECOND } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import { createRateLimit } from '../rate-limit.ts';
import type { Exchange } from './exchange.ts';

/** What the admin API shows of a request, but for the time at which its line is written. */
export interface VerdictRecord extends Required<Omit<VerdictView, 'time'>> {
  readonly reason: RefusalReason | undefined;
  readonly step: Step | undefined;
}

export type VerdictListener = (record: VerdictRecord) => void;

export interface RequestLog {
  write(record: VerdictRecord, error: unknown): void;
  /** Calls `listener` with each record; the result ends that. */
  listen(listener: VerdictListener): () => void;
}

const MAX_PATH = 200;

/** What a stranger can send without end, and is refused before anything is verified. */
const CHEAP: ReadonlySet<RefusalReason | undefined> = new Set<RefusalReason>([
  'foreign-address',
  'missing-certificate',
  'foreign-certificate',
  'too-many-requests',
]);
/** Lines of one such reason. */
const CHEAP_LINES_PER_SECOND = 10;

/** Of requests that are refused before anything is verified, lines beyond ten a second for each reason are left out; the next one counts them. */
export function createRequestLog(log: Log, monotonicMs: () => number): RequestLog {
  const listeners = new Set<VerdictListener>();
  const lines = createRateLimit({
    requests: CHEAP_LINES_PER_SECOND,
    perMs: SECOND,
    now: monotonicMs,
  });
  const leftOut = new Map<RefusalReason, number>();
  const writeCheap = (record: VerdictRecord, reason: RefusalReason): void => {
    const untold = leftOut.get(reason) ?? 0;
    if (lines.take(reason) > 0) leftOut.set(reason, untold + 1);
    else {
      leftOut.delete(reason);
      log.info(untold === 0 ? record : { ...record, leftOut: untold });
    }
  };
  return {
    write(record, error) {
      if (record.status >= 500) log.error(error === undefined ? record : { ...record, error });
      else if (error !== undefined) log.warn({ ...record, error });
      else if (log.writesInfo) {
        if (record.reason !== undefined && CHEAP.has(record.reason)) writeCheap(record, record.reason);
        else log.info(record);
      }
      // As a rule nobody listens.
      if (listeners.size > 0) for (const listener of listeners) tell(listener, record, log);
    },
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** The record of a request that was answered. */
export function verdictRecord(exchange: Exchange, handled: Handled): VerdictRecord {
  return {
    requestId: exchange.requestId,
    gate: exchange.gate?.config.name,
    session: exchange.session,
    method: exchange.method,
    path: loggedPath(exchange.path),
    verdict: handled.verdict,
    reason: handled.reason,
    step: handled.step,
    message: handled.problem,
    remedy: remedyOf(handled),
    keyId: handled.keyId,
    tenant: handled.tenant,
    reading: handled.reading,
    proof: handled.proof,
    letThrough: handled.letThrough,
    isProbe: handled.isProbe,
    certificate: exchange.certificate?.view,
    claim: handled.claim,
    replay: exchange.isUnchecked ? 'unchecked' : undefined,
    eventId: handled.eventId,
    claimId: handled.claimId && hexOf(handled.claimId),
    attempt: attemptOf(exchange),
    status: handled.answer.status,
    // To the microsecond.
    durationMs: Math.round((performance.now() - exchange.startedMs) * 1000) / 1000,
  };
}

/** A collector that reads JSON has no table of reasons beside it. A repeat that is acknowledged needs nothing done. */
function remedyOf({ reason, remedy, answer, letThrough }: Handled): string | undefined {
  if (answer.status < 400 && letThrough !== true) return undefined;
  return remedy ?? (reason && REFUSALS[reason].remedy);
}

/** Of most requests it is the first, which need not be said. */
function attemptOf({ claim }: Exchange): number | undefined {
  return claim === undefined || claim.attempt === 1 ? undefined : claim.attempt;
}

function hexOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

/** A path as the log shows it. */
function loggedPath(path: string): string {
  return path.length <= MAX_PATH ? path : `${path.slice(0, MAX_PATH)}…`;
}

/** A listener's bug is not the sender's. */
function tell(listener: VerdictListener, record: VerdictRecord, log: Log): void {
  try {
    listener(record);
  } catch (error) {
    log.error({ error }, 'a verdict listener threw');
  }
}
