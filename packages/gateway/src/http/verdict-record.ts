/** A request's record: what the log and the console are told of it. */
import { Buffer } from 'node:buffer';
import { REFUSALS } from '@countersign/core';
import type { Handled } from '../call.ts';
import type { Exchange } from './exchange.ts';
import { loggedPath, type VerdictRecord } from './request-log.ts';

/** What became of a request, for the log. */
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
