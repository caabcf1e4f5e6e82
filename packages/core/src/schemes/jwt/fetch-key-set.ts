/** One fetch of keys. */
import { hasTooManyValues, type Jwk, keyJson, MAX_KEY_VALUES } from '../../keys/jwk.ts';
import { withPauses } from '../../pause.ts';
import { type FetchRequest, fetchBytes } from '../fetch-published.ts';
import { type PublishedKeySet, readPublishedKeySet } from './token-key-text.ts';

export interface KeySetRequest extends FetchRequest {
  /** Default: that of a JWKS. */
  readonly accept?: string;
}

/** The set, or a text that says why there is none; never throws. */
export async function fetchKeySet(request: KeySetRequest): Promise<PublishedKeySet | string> {
  const json = await fetchKeyObject(request);
  return typeof json === 'string' ? json : readPublishedKeySet(json);
}

/** The JSON object at an address, or a text that says why there is none; never throws. */
export async function fetchKeyObject({
  accept = 'application/jwk-set+json, application/json',
  ...request
}: KeySetRequest): Promise<Jwk | string> {
  const answer = await fetchKeyJson(request, { headers: { accept } });
  return 'fault' in answer ? answer.fault : answer.json;
}

/** A JSON object, or why there is none: a sentence that goes on from what was asked, and the status where there was one. */
export type KeyAnswer = { readonly json: Jwk } | { readonly fault: string; readonly status?: number };

/** Never throws. @param init what is sent: of header values that are none an error would quote them */
export async function fetchKeyJson(request: FetchRequest, init: RequestInit): Promise<KeyAnswer> {
  const answer = await fetchBytes(request, init);
  if ('fault' in answer) return answer;
  if (hasTooManyValues(answer.bytes)) return { fault: `it has more than ${MAX_KEY_VALUES} values` };
  const json = await withPauses(keyJson(answer.bytes));
  return json ? { json } : { fault: 'it is not a JSON object' };
}
