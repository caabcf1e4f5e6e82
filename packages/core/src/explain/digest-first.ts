/** Trials of a request whose signature holds, and whose body is not the one of the digest that it covers. */
import { andThen } from '../and-then.ts';
import { checkContentDigest } from '../schemes/message-signatures/content-digest.ts';
import type { Trace } from '../trace.ts';
import type { Judge, Trial } from './trial.ts';

/** Of trials that change the body alone, those alone go to the judge whose body is the digest’s: the signature holds in any case, and takes long. */
export function digestFirst(judge: Judge, first: Trial, { match, step }: Trace): Judge {
  const isOfDigest = first.scheme.headers.proof.includes('signature-input');
  if (!isOfDigest || match === undefined || step !== 'compare') return judge;
  return {
    ...judge,
    judge(trial) {
      if (trial.scheme !== first.scheme || trial.request.headers !== first.request.headers)
        return judge.judge(trial);
      if (trial.request.body === first.request.body) return judge.judge(trial);
      return andThen(checkContentDigest(trial.request), (objection) =>
        objection ? undefined : judge.judge(trial),
      );
    },
  };
}

/** Whether the body is the one that was signed, though the signature does not hold: what it was otherwise need not be tried. */
export async function hasBodyOfDigest({ scheme, request }: Trial, { match, step }: Trace): Promise<boolean> {
  const isOfDigest = scheme.headers.proof.includes('signature-input') && step === 'compare';
  if (!isOfDigest || match !== undefined || request.headers.count('content-digest') === 0) return false;
  return (await checkContentDigest(request)) === undefined;
}
