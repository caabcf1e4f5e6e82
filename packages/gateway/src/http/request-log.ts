/** One record a request: to the log, and to whoever listens for verdicts. */
import { Buffer } from 'node:buffer';
import { REFUSALS, type Step } from '@countersign/core';
import type { ClaimState, Handled } from '../call.ts';
import type { Log } from '../log/log.ts';
import type { Exchange } from './exchange.ts';

/** What became of a request. Holds no secret, signature, token, query value or body. */
export interface VerdictRecord {
  readonly requestId: string;
  /** Undefined where no gate was found. */
  readonly gate: string | undefined;
  /** Where a session answered. */
  readonly session?: string | undefined;
  readonly method: string;
  /** Without the query; cut at 200 characters. */
  readonly path: string;
  readonly verdict: Handled['verdict'];
  readonly reason: Handled['reason'];
  readonly step: Step | undefined;
  readonly message: string | undefined;
  /** What to do, where the answer’s status is 400 or more. */
  readonly remedy?: string | undefined;
  readonly keyId: string | undefined;
  readonly reading: string | undefined;
  readonly claim: ClaimState | undefined;
  /** 32 hex characters: what `countersign claims release` takes. */
  readonly claimId: string | undefined;
  /** From the second run of the same request on. */
  readonly attempt?: number | undefined;
  readonly status: number;
  readonly durationMs: number;
}

export type VerdictListener = (record: VerdictRecord) => void;

export interface RequestLog {
  write(record: VerdictRecord, error: unknown): void;
  /** Calls `listener` with each record; the result ends that. */
  listen(listener: VerdictListener): () => void;
}

const MAX_PATH = 200;

export function createRequestLog(log: Log): RequestLog {
  const listeners = new Set<VerdictListener>();
  return {
    write(record, error) {
      if (record.status >= 500) log.error(error === undefined ? record : { ...record, error });
      else if (error !== undefined) log.warn({ ...record, error });
      else if (log.writesInfo) log.info(record);
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
    reading: handled.reading,
    claim: handled.claim,
    claimId: handled.claimId && hexOf(handled.claimId),
    attempt: attemptOf(exchange),
    status: handled.answer.status,
    // To the microsecond.
    durationMs: Math.round((performance.now() - exchange.startedMs) * 1000) / 1000,
  };
}

/** A collector that reads JSON has no table of reasons beside it. A repeat that is acknowledged needs nothing done. */
function remedyOf({ reason, remedy, answer }: Handled): string | undefined {
  if (answer.status < 400) return undefined;
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
