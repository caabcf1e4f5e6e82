/** Tells of a request without the proof that is looked for whose proof it has. */
import {
  providers as allProviders,
  type Provider,
  proofHeadersOfProvider,
  type SignedRequest,
  type Verdict,
} from '@countersign/core';

/** One sentence where a header of the request is the proof of one ready-made provider and of no other; else none. */
export function otherProviderNotes(request: SignedRequest, verdict: Verdict): readonly string[] {
  if (verdict.ok || (verdict.reason !== 'missing-signature' && verdict.reason !== 'missing-token')) return [];
  for (const [name] of request.headers) {
    const [reader, other] = readersOf(name.toLowerCase());
    if (reader === undefined || other !== undefined || reader.id === verdict.provider) continue;
    return [
      `The header ${name.toLowerCase()} is read by the provider ${reader.id}: is the request for that one?`,
    ];
  }
  return [];
}

/** Providers for any sender are no sign of one. */
function readersOf(header: string): readonly Provider[] {
  return allProviders.filter(
    ({ id, isGeneric = false }) => !isGeneric && proofHeadersOfProvider(id).includes(header),
  );
}
