/** What is worth saying of a refused request besides its remedy: what it seems to have lost, or whose it seems to be. */
import {
  providers as allProviders,
  type Gate,
  type Provider,
  proofHeadersOfProvider,
  type SignedRequest,
  type Verdict,
} from '@countersign/core';

/** Sentences for the operator; none where nothing stands out. */
export function refusalNotes(gate: Gate, request: SignedRequest, verdict: Verdict): readonly string[] {
  return [...lostBodyNotes(gate, request, verdict), ...otherProviderNotes(request, verdict)];
}

const LOST_BODY =
  'The body is empty. If the sender sent one, it was left out where the request was captured, or something had read it before.';

function lostBodyNotes(
  { coverage }: Gate,
  { method, body }: SignedRequest,
  verdict: Verdict,
): readonly string[] {
  const isMismatch = !verdict.ok && verdict.reason === 'signature-mismatch';
  const mayHaveBody = /^(?:POST|PUT|PATCH)$/.test(method) && coverage.covered.includes('body');
  return isMismatch && mayHaveBody && body.length === 0 ? [LOST_BODY] : [];
}

/** One where a header of the request is the proof of one ready-made provider and of no other. */
function otherProviderNotes(request: SignedRequest, verdict: Verdict): readonly string[] {
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
