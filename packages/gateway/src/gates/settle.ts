/** What became of a request whose outcome has run: what is told of it, and whether its claim stays. */
import type { VerdictKind } from '@countersign/api';
import type { Handled, OpenCall, Reply } from '../call.ts';

export function settle(isSingleUse: boolean, call: OpenCall, reply: Reply): Handled {
  const { accepted, claim } = call;
  const { answer, reason, problem, remedy, eventId, error } = reply;
  // Another gateway holds the claim: the store, which all share, has the last word.
  if (reason === 'replayed')
    return { answer, verdict: 'refused', reason, step: 'replay', claim: 'repeat', claimId: claim?.identity };
  return {
    answer,
    verdict: verdictOf(call, reply),
    reason,
    problem,
    remedy,
    keyId: accepted?.keyId,
    tenant: accepted?.tenant,
    reading: accepted?.reading,
    proof: call.proof?.label,
    claim: claim && (commits(isSingleUse, reply) ? 'committed' : 'aborted'),
    eventId,
    claimId: claim?.identity,
    error,
  };
}

function verdictOf({ accepted }: OpenCall, { isHandshake }: Reply): VerdictKind {
  if (isHandshake === true) return 'handshake';
  return accepted === undefined ? 'unsigned' : 'accepted';
}

/** Whether the claim of a request with such a reply can no longer be given up. */
export function commits(isSingleUse: boolean, { reason, claim, passedOn }: Reply): boolean {
  return (
    (isSingleUse && passedOn === true) ||
    (claim ?? (reason === undefined ? 'committed' : 'aborted')) === 'committed'
  );
}
