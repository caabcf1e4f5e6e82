/** What is said of a response that was judged; of a refused one in words of its own, since the engine’s are of requests. */
import type { Accepted, Refused } from '../model.ts';
import { REFUSALS, type RefusalReason } from '../refusals.ts';
import type { SignedResponse } from './response-from.ts';

/** A proved response has the bytes that were proved: a web `Response` can be read once only. */
export type ResponseVerdict = (Accepted & { readonly response: SignedResponse }) | Refused;

/** What says `the request` and means the message that is judged; whatever else a sentence holds stays. */
const OF_THE_MESSAGE =
  /^(none of the keys proves |key ".*" proves |no valid key has the id that |no public key of those that were tried proves |)the request(?= names|$|;|, but | is )/s;

const REMEDIES: Readonly<Partial<Record<RefusalReason, string>>> = {
  'body-too-large': 'Raise maxBodyBytes, or have the server answer with less.',
  'missing-signature':
    'Nothing says that the server answered: it does not sign this response (a refusal of a request that is not proved, an error page of a proxy), or a proxy drops the fields.',
  'malformed-signature': 'Have the server write Signature-Input and Signature as RFC 9421 §4 does.',
  'algorithm-not-allowed':
    'Set scheme.algorithm to what the server signs with; it is never taken from the response.',
  'unknown-key': 'Add the server’s key to keys under this id, or look at its state and validity.',
  'signature-mismatch':
    'The key differs, the response was changed on its way, or it answers another request. Compare the keys; look for a proxy that changes the status or a covered field, or sends another host or path on; a server without TLS of its own takes its address for https unless `origin` says otherwise.',
  'missing-part': 'Look for a proxy that drops the field, and at what the server signs.',
  expired: 'The response is old: look for a cache or a queue on the way, and at both clocks.',
  'from-the-future': 'The server’s clock is ahead, or ours is behind: look at time synchronisation.',
};

export function aboutResponse(verdict: Refused): Refused {
  const { reason, message, remedy } = verdict;
  const isUsual = remedy === REFUSALS[reason].remedy;
  return {
    ...verdict,
    message: message.replace(OF_THE_MESSAGE, '$1the response'),
    remedy: (isUsual ? REMEDIES[reason] : undefined) ?? remedy,
  };
}
