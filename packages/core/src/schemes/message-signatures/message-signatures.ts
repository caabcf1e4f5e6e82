/** HTTP message signatures (RFC 9421) of requests, with Content-Digest (RFC 9530). */
import { isMac } from '../../crypto/backend.ts';
import { SECOND } from '../../freshness.ts';
import { publicKeyForm } from '../../keys/public-key-form.ts';
import type { KeyForm, KeyRing } from '../../keys.ts';
import type { CoverageWarning, CoveredPart, MaybePromise } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import type { Passage, ProvedContent, Reading, ReplayRules, Scheme } from '../../scheme.ts';
import { coverageReport, sameWarnings } from '../coverage.ts';
import { checkContentDigest } from './content-digest.ts';
import {
  type Candidate,
  findOthers,
  findSignatures,
  MAX_CANDIDATES,
  readSignatures,
  type WrittenSignatures,
} from './find-signatures.ts';
import { coversBody, type MessageSignatureOptions } from './policy.ts';
import { MESSAGE_SIGNATURE_ALGORITHMS } from './registered-names.ts';
import { signMessage } from './sign-message.ts';
import { fieldsOf } from './signature-input.ts';
import { judgeSignatureTimes, staleMs } from './signature-times.ts';
import { signedContent } from './signed-content.ts';

interface SignaturesFound {
  written: WrittenSignatures | undefined;
  /** Those that meet the policy. */
  candidates: readonly Candidate[];
}

type SignaturesPassage = Passage<SignaturesFound>;

/** What the steps need of the options, made once for all requests. */
interface SignaturesPlan {
  readonly options: MessageSignatureOptions;
  /** Whether requests are told apart by their nonce. */
  readonly byNonce: boolean;
  readonly readings: readonly Reading<SignaturesFound>[];
}

/**
 * Builds the scheme. Of several signatures that meet the policy each is a reading of its own, held only against its
 * own signature; the first that a key proves counts.
 */
export function createMessageSignatureScheme(options: MessageSignatureOptions): Scheme<SignaturesFound> {
  const readings = Array.from({ length: MAX_CANDIDATES }, (_, place) => createReading(place));
  const plan: SignaturesPlan = { options, byNonce: options.required.includes('nonce'), readings };
  return {
    name: options.name,
    proof: 'signature',
    keys: { fromAddress: false, forms: [keyFormOf(options)] },
    coverage: coverageOf(options),
    headers: { proof: ['signature', 'signature-input'], token: [], covered: fieldsOf(options), bound: [] },
    ...(options.context.origin && { origin: options.context.origin }),
    readings,
    handshakes: [],
    // A digest that the signature covers is checked, whether or not the gate requires one.
    readsBody: true,
    open: () => ({ written: undefined, candidates: [] }),
    extractHead: (passage) => extractHead(plan, passage),
    extractBody: (passage) => extractBody(plan, passage),
    confirm: (passage) => confirm(plan, passage),
    judgeTime: (passage) => judgeTimes(options, candidateOf(plan, passage), passage.nowMs),
    tell: (passage) => ({ coveredHeaders: fieldsOf(candidateOf(plan, passage).input) }),
    replay: replayRules(plan),
    sign: (draft) => signMessage(options, draft),
    declared: { type: 'message-signatures', options, build: createMessageSignatureScheme },
  };
}

function keyFormOf({ algorithm: name }: MessageSignatureOptions): KeyForm {
  const algorithm = MESSAGE_SIGNATURE_ALGORITHMS[name];
  return isMac(algorithm)
    ? { algorithm, variant: 0, kind: 'secret', encoding: 'utf8' }
    : publicKeyForm({ algorithm, variant: 0, kind: 'public', encoding: 'base64' });
}

/** @param place of its signature among the candidates */
function createReading(place: number): Reading<SignaturesFound> {
  return {
    name: place === 0 ? '' : `signature ${place + 1}`,
    message({ found }) {
      const candidate = found.candidates[place];
      return candidate && [candidate.base];
    },
    // Asked of a message that it has made.
    signatures: ({ found }) => [(found.candidates[place] as Candidate).signatures],
    keyId: ({ found }) => (found.candidates[place] as Candidate).input.parameters.keyid,
  };
}

function candidateOf({ readings }: SignaturesPlan, { found, reading }: SignaturesPassage): Candidate {
  return found.candidates[readings.indexOf(reading as Reading)] as Candidate;
}

function extractHead({ options }: SignaturesPlan, passage: SignaturesPassage): Objection | undefined {
  const signatures = readSignatures(passage.request.headers, options);
  if ('reason' in signatures) return signatures;
  passage.found.written = signatures;
  return undefined;
}

function extractBody({ options }: SignaturesPlan, passage: SignaturesPassage): Objection | undefined {
  const candidates = findSignatures(passage.request, passage.found.written as WrittenSignatures, options);
  if ('reason' in candidates) return candidates;
  passage.found.candidates = freshFirst(options, candidates, passage.nowMs);
  passage.signatures = [[...new Set(candidates.flatMap(({ signatures }) => signatures))]];
  const { input: first } = candidates[0] as Candidate;
  const isOne = candidates.every(({ input }) => input === first);
  if (isOne) passage.namedKeyId = first.parameters.keyid;
  else passage.keyHints = candidates.map(({ input }) => input.parameters.keyid);
  return undefined;
}

/** The first that a key proves counts: a stale one is no reason to refuse what a fresh one proves. */
function freshFirst(
  options: MessageSignatureOptions,
  candidates: readonly Candidate[],
  nowMs: number,
): readonly Candidate[] {
  const isFresh = (candidate: Candidate): boolean => judgeTimes(options, candidate, nowMs) === undefined;
  return [...candidates.filter(isFresh), ...candidates.filter((candidate) => !isFresh(candidate))];
}

function confirm(plan: SignaturesPlan, passage: SignaturesPassage): MaybePromise<Objection | undefined> {
  const { components, parameters } = candidateOf(plan, passage).input;
  if (parameters.created !== undefined) {
    passage.timestampText = String(parameters.created);
    passage.timestampMs = parameters.created * SECOND;
  }
  return components.some(({ name }) => name === 'content-digest')
    ? checkContentDigest(passage.request)
    : undefined;
}

function judgeTimes(
  options: MessageSignatureOptions,
  { input: { parameters } }: Candidate,
  nowMs: number,
): Objection | undefined {
  for (const name of ['created', 'expires'] as const) {
    if (parameters[name] === undefined && options.required.includes(name)) {
      return objection(
        'missing-timestamp',
        `the signature has no parameter ${name}`,
        `Have the sender sign with ${name}, or take it out of what the gate requires.`,
      );
    }
  }
  return judgeSignatureTimes(parameters, nowMs, options);
}

function replayRules(plan: SignaturesPlan): ReplayRules<SignaturesFound> {
  const { options, byNonce } = plan;
  return {
    by: byNonce ? 'signed-id' : 'message',
    uses: 1,
    singleUse: byNonce,
    // A request that is yet to be signed has no signature to name one.
    id: (passage) =>
      byNonce && passage.reading ? candidateOf(plan, passage).input.parameters.nonce : undefined,
    content: (passage) => [signedContent(candidateOf(plan, passage))],
    further: (passage, keys) => further(plan, passage, keys),
    untilMs: (passage) => staleMs(candidateOf(plan, passage).input.parameters, options),
    signedMs: () => undefined,
  };
}

function further(
  plan: SignaturesPlan,
  passage: SignaturesPassage,
  keys: KeyRing,
): MaybePromise<readonly ProvedContent[] | Objection> {
  const others = findOthers(passage.request, plan.options, candidateOf(plan, passage));
  return others.length === 0 ? [] : proved(plan, others, keys, passage);
}

/** Those that a key proves, whether or not they are fresh yet. An objection where the keys of one are not to be had. */
async function proved(
  { options, byNonce }: SignaturesPlan,
  candidates: readonly Candidate[],
  ring: KeyRing,
  { nowMs, action, request }: Pick<SignaturesPassage, 'nowMs' | 'action' | 'request'>,
): Promise<readonly ProvedContent[] | Objection> {
  const contents: ProvedContent[] = [];
  for (const candidate of candidates) {
    const { parameters } = candidate.input;
    const untilMs = staleMs(parameters, options);
    if (untilMs !== undefined && untilMs <= nowMs) continue;
    const keys = await ring.find({ nowMs, namedKeyId: parameters.keyid, keyHints: [], action, request });
    if (keys.outage) return keys.outage;
    for (const { proof } of keys.usable(nowMs, parameters.keyid)) {
      if ((await proof.find([candidate.base], candidate.signatures)) < 0) continue;
      const id = byNonce ? parameters.nonce : undefined;
      contents.push({ id, content: [signedContent(candidate)], untilMs });
      break;
    }
  }
  return contents;
}

/** Which parts each component proves, whatever equivalent the sender covers in its place. */
const COVERS: Readonly<Record<string, readonly CoveredPart[]>> = {
  '@method': ['method'],
  '@scheme': ['scheme'],
  '@target-uri': ['path', 'query', 'host'],
  '@request-target': ['path', 'query'],
  '@path': ['path'],
  '@query': ['query'],
  '@authority': ['host'],
  host: ['host'],
};

function coverageOf(options: MessageSignatureOptions): Scheme['coverage'] {
  const { components, required, maxAgeMs } = options;
  const covered = new Set<CoveredPart>(components.flatMap(({ name }) => COVERS[name] ?? []));
  if (components.some(coversBody)) covered.add('body');
  const isTimed = required.includes('created') || required.includes('expires');
  const byNonce = required.includes('nonce');
  if (isTimed) covered.add('timestamp');
  if (byNonce) covered.add('id');
  const warnings: CoverageWarning[] = [];
  if (!isTimed) warnings.push({ code: 'no-time' });
  else warnings.push({ code: 'repeat-in-time', ...(required.includes('created') && { pastMs: maxAgeMs }) });
  if (!byNonce) {
    warnings.push({ code: 'equal-requests', within: 'second' });
    warnings.push(...sameWarnings([...covered], isTimed ? 's' : undefined));
  }
  return coverageReport([...covered], byNonce ? 'signed-id' : 'message', warnings);
}
