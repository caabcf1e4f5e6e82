/** What is worth saying of a request besides its verdict: what it seems to have lost, whose it seems to be, and that nothing behind the gate will read it. */
import {
  providers as allProviders,
  type Gate,
  proofHeadersOfProvider,
  type SignedRequest,
  type Verdict,
} from '@countersign/core';
import type { Explanation, Untried } from '@countersign/core/explain';

/** Sentences for the operator; none where nothing stands out. */
export function verdictNotes(gate: Gate, request: SignedRequest, verdict: Verdict): readonly string[] {
  return [
    ...lostBodyNotes(gate, request, verdict),
    ...otherProviderNotes(request, verdict),
    ...jsonAsFormNotes(request, verdict),
  ];
}

const NOTHING_HELD =
  'None of the mistakes that can be tried explains it, so the gate’s key is most likely another one than the sender’s: of another address, or of another environment (test for live, staging for production). Copy the secret of this very address from the sender’s page once more. Where both are the same, a stranger sent it.';

const NO_TOKEN_HELD =
  'None of the mistakes that can be tried explains it, so the token is most likely of another issuer, or of another environment (test for live, staging for production), or the gate’s key is another than the one that signed it; or its content was changed after that. Compare the gate’s key, or the address of its key set, with the issuer’s. Where both are the same, a stranger made it.';

const NO_SECRET_HELD =
  'None of the mistakes that can be tried explains it, so the gate’s secret is most likely another one than the client’s: of another address, or of another environment (test for live, staging for production). Compare the two. Where both are the same, a stranger sent it.';

/** Why nothing is said of the key: what is likelier was not looked at. */
const UNTRIED: Readonly<Record<Untried, string>> = {
  budget:
    'Nothing that was tried explains it, and the time limit was reached before everything was tried: a less busy machine gets further. The usual causes are a body that was parsed and written again, and another key.',
  'long-body':
    'Nothing that was tried explains it, and the body, with more than 64 KB, was not written otherwise: whether it was parsed and written again between, have the sender’s and the receiver’s length and SHA-256 of it compared (--note has this one’s). If they are the same, the key is another one.',
};

/** Of an explanation that names no cause. */
export function unexplainedNotes({ gate, verdict, findings, untried }: Explanation): readonly string[] {
  const isExplained = findings.some(({ certainty }) => certainty !== 'possible');
  if (verdict.ok || verdict.reason !== 'signature-mismatch' || isExplained) return [];
  const left = untried.map((code) => UNTRIED[code]);
  if (left.length > 0) return left;
  if (gate.scheme.proof === 'signature') return [NOTHING_HELD];
  return [gate.scheme.declared.type === 'shared-token' ? NO_SECRET_HELD : NO_TOKEN_HELD];
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
  const names = new Set([...request.headers].map(([name]) => name.toLowerCase()));
  for (const name of names) {
    const reader = readerOf(name, names);
    if (reader === undefined || reader === verdict.provider) continue;
    return [`The header ${name} is read by the provider ${reader}: is the request for that one?`];
  }
  return [];
}

/** The id of who reads a header; of several, of whom the request has every header that carries the proof. Providers for any sender are no sign of one. */
function readerOf(name: string, names: ReadonlySet<string>): string | undefined {
  const readers = allProviders
    .map(({ id, isGeneric = false }) => ({ id, isGeneric, proof: proofHeadersOfProvider(id) }))
    .filter(({ proof }) => proof.includes(name));
  if (readers.some(({ isGeneric }) => isGeneric)) return undefined;
  const whole = readers.filter(({ proof }) => proof.every((header) => names.has(header)));
  const most = Math.max(...whole.map(({ proof }) => proof.length));
  const [reader, other] = readers.length > 1 ? whole.filter(({ proof }) => proof.length === most) : readers;
  return other === undefined ? reader?.id : undefined;
}

const JSON_AS_FORM =
  "The body is JSON, and its content type says that it is a form: the proof is right, and what reads the body by its type finds nothing in it. curl -d sends it so; send it with curl --data-binary @file -H 'Content-Type: application/json'.";

/** Of a refused one a finding says it. */
function jsonAsFormNotes({ headers, body }: SignedRequest, verdict: Verdict): readonly string[] {
  const isForm = /^application\/x-www-form-urlencoded *(?:;|$)/i.test(headers.get('content-type') ?? '');
  return verdict.ok && isForm && isJsonText(body) ? [JSON_AS_FORM] : [];
}

function isJsonText(body: Uint8Array): boolean {
  // A form’s name could be a number or a word.
  if (!/^\s*[{[]/.test(Buffer.from(body.subarray(0, 64)).toString('latin1'))) return false;
  try {
    JSON.parse(Buffer.from(body).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
