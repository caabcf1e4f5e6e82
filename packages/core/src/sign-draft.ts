/** Signs a request with a gate’s keys. */
import { andThen } from './and-then.ts';
import { IS } from './check-options.ts';
import { KeyFault } from './crypto/backend.ts';
import { DRAFT_MEMBERS, type Draft, draftExtras } from './draft.ts';
import { isTime } from './freshness.ts';
import type { MaybePromise, SignedRequest } from './model.ts';
import type { JudgingGate } from './pipeline-gate.ts';
import { readRequest } from './request-from.ts';
import { SetupError } from './setup-error.ts';

/** @throws SetupError for a draft that cannot be signed, and where no key can sign now */
export function signDraft(
  { scheme, keys, action, now, maxBodyBytes }: JudgingGate,
  draft: Draft | Request,
): MaybePromise<SignedRequest> {
  return andThen(readRequest(draft, maxBodyBytes, DRAFT_MEMBERS), (request) => {
    const { timestampMs = signingTime(now), ...extras } = draftExtras(draft);
    return orSetupError(() => {
      const key = action === undefined ? keys.signing(now()) : action.signing(keys, request, now());
      return scheme.sign({ ...extras, ...request, timestampMs, key });
    });
  });
}

/** A key that verifies and cannot sign is the operator’s to mend. */
function orSetupError<T>(sign: () => MaybePromise<T>): MaybePromise<T> {
  const failed = (error: unknown): never => {
    if (!(error instanceof KeyFault)) throw error;
    throw new SetupError('keys', error.message, 'Give the private half: a public one verifies only.');
  };
  try {
    const signed = sign();
    return signed instanceof Promise ? signed.catch(failed) : signed;
  } catch (error) {
    return failed(error);
  }
}

function signingTime(now: () => number): number {
  const ms = now();
  if (isTime(ms)) return ms;
  throw new SetupError('now', `it returned ${ms}`, `Return ${IS.time.expected}.`);
}
