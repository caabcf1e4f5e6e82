/** HTTP message signatures (RFC 9421) of requests, with Content-Digest (RFC 9530). */
import { andThen } from '../../and-then.ts';
import { SECOND } from '../../freshness.ts';
import type { KeyRing } from '../../keys.ts';
import type { CoverageWarning, CoveredPart, MaybePromise } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import type { Passage, ProvedContent, Reading, ReplayRules, Scheme } from '../../scheme.ts';
import { coverageReport, sameWarnings } from '../coverage.ts';
import { judgeMemberNames } from '../json-body.ts';
import type { SignatureComponent } from './component.ts';
import { checkContentDigest } from './content-digest.ts';
import {
  type Candidate,
  findOthers,
  findSignatures,
  MAX_CANDIDATES,
  readSignatures,
  type WrittenSignatures,
} from './find-signatures.ts';
import { keyRulesOf } from './keys/key-rules.ts';
import { judgeKeyParameters, ownerOf } from './keys/published-ring-key.ts';
import { coversBody, isOwnDigest, type MessageSignatureOptions, ownFieldsOf } from './policy.ts';
import { signMessage } from './sign-message.ts';
import { fieldsOf } from './signature-input.ts';
import { judgeEnd, judgeSignatureTimes, staleMs } from './signature-times.ts';
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
  const toldFields = options.kind === 'response' ? ownFieldsOf : fieldsOf;
  const plan: SignaturesPlan = { options, byNonce: options.required.includes('nonce'), readings };
  return {
    name: options.name,
    proof: 'signature',
    keys: keyRulesOf(options),
    coverage: coverageOf(options),
    headers: {
      proof: ['signature', 'signature-input'],
      token: [],
      covered: fieldsOf({ components: demandsOf(options) }),
      bound: [],
    },
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
    tell: (passage) => ({ coveredHeaders: toldFields(candidateOf(plan, passage).input) }),
    replay: replayRules(plan),
    sign: (draft) => signMessage(options, draft),
    declared: { type: 'message-signatures', options, build: createMessageSignatureScheme },
  };
}

/** All that a signature must cover, wherever a request has it. */
function demandsOf({ components, whenPresent = [] }: MessageSignatureOptions): readonly SignatureComponent[] {
  return [...components, ...whenPresent];
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
    keyId: ({ found }) => (found.candidates[place] as Candidate).keyName,
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
  const { input: first, keyName } = candidates[0] as Candidate;
  const isOne = candidates.every(({ input }) => input === first);
  if (isOne) passage.namedKeyId = keyName;
  else passage.keyHints = candidates.map((candidate) => candidate.keyName);
  return undefined;
}

/** The first that a key proves counts: a stale one is no reason to refuse what a fresh one proves. */
function freshFirst(
  options: MessageSignatureOptions,
  candidates: readonly Candidate[],
  nowMs: number,
): readonly Candidate[] {
  if (candidates.length < 2) return candidates;
  const isFresh = (candidate: Candidate): boolean => judgeTimes(options, candidate, nowMs) === undefined;
  return [...candidates.filter(isFresh), ...candidates.filter((candidate) => !isFresh(candidate))];
}

function confirm(plan: SignaturesPlan, passage: SignaturesPassage): MaybePromise<Objection | undefined> {
  const { components, parameters } = candidateOf(plan, passage).input;
  if (parameters.created !== undefined) {
    passage.timestampText = String(parameters.created);
    passage.timestampMs = parameters.created * SECOND;
  }
  const otherKey = judgeKeyParameters(passage.key, parameters);
  if (otherKey) return otherKey;
  const { kind, byteEncoding, distinctNames } = plan.options;
  // What answers HEAD has no body, and may say what the digest of one would be (RFC 9110 §9.3.2).
  if (kind === 'response' && passage.request.method === 'HEAD' && passage.request.body.length === 0)
    return undefined;
  const otherBody = components.some(isOwnDigest)
    ? checkContentDigest(passage.request, kind, byteEncoding)
    : undefined;
  if (!distinctNames) return otherBody;
  return andThen(otherBody, (fault) => fault ?? judgeMemberNames(passage.request.body));
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
  const { idHeader } = options;
  return {
    by: byNonce || idHeader !== undefined ? 'signed-id' : 'message',
    uses: 1,
    singleUse: byNonce,
    // A request that is yet to be signed has no signature to name one.
    id: (passage) => (passage.reading ? idOf(plan, candidateOf(plan, passage)) : undefined),
    content: (passage) => [signedContent(candidateOf(plan, passage))],
    scope: (passage) => scopeOf(options, candidateOf(plan, passage), ownerOf(passage.key)),
    // A nonce is for one request; under an id of its header a sender sends the same again.
    ...(idHeader !== undefined && !byNonce && { restOfId: ({ request }) => request.body }),
    further: (passage, keys) => further(plan, passage, keys),
    untilMs: (passage) => staleMs(candidateOf(plan, passage).input.parameters, options),
    // A sender may sign anew, for a short time, what it sends again: its id is remembered from when it came.
    signedMs: ({ nowMs }) => (idHeader !== undefined && !byNonce ? nowMs : undefined),
  };
}

/** The id that the signature covers: a nonce, or the value of a header. */
function idOf(
  { options: { idHeader }, byNonce }: SignaturesPlan,
  { input: { components, parameters }, base }: Candidate,
): string | undefined {
  if (byNonce) return parameters.nonce;
  const forms = components.filter(({ name, parameters: form }) => name === idHeader && !form.has('key'));
  const covered = forms.find(({ parameters: form }) => form.size === 0) ?? forms[0];
  if (covered === undefined) return undefined;
  // As it is signed: of one signature the field may be written in several ways (`;sf`), each of which would be another id.
  const line = base.split('\n', components.length)[components.indexOf(covered)];
  return line?.slice(`${covered.identifier}: `.length) || undefined;
}

/**
 * Whose signature it is, where there are several senders; and, where a header is the id, what it covers of method and target: senders number
 * the requests of each operation by themselves.
 */
function scopeOf(
  { idHeader }: MessageSignatureOptions,
  { base }: Pick<Candidate, 'base'>,
  owner: string | undefined,
): string | undefined {
  if (idHeader === undefined) return owner;
  const target = base.split('\n').filter((line) => /^"@(?!signature-params")/.test(line));
  return [owner ?? '', ...target.sort()].join('\n');
}

function further(
  plan: SignaturesPlan,
  passage: SignaturesPassage,
  keys: KeyRing,
): MaybePromise<readonly ProvedContent[] | Objection> {
  const others = findOthers(passage.request, plan.options, candidateOf(plan, passage));
  return others.length === 0 ? [] : proved(plan, others, keys, passage);
}

/** Those that a key proves, whether or not they are fresh yet. An objection where the keys of one are not to be had, or it is good for too long. */
async function proved(
  plan: SignaturesPlan,
  candidates: readonly Candidate[],
  ring: KeyRing,
  { nowMs, action, request }: Pick<SignaturesPassage, 'nowMs' | 'action' | 'request'>,
): Promise<readonly ProvedContent[] | Objection> {
  const { options } = plan;
  const contents: ProvedContent[] = [];
  for (const candidate of candidates) {
    const { parameters } = candidate.input;
    const untilMs = staleMs(parameters, options);
    if (untilMs !== undefined && untilMs <= nowMs) continue;
    const { keyName: namedKeyId } = candidate;
    const keys = await ring.find({ nowMs, namedKeyId, keyHints: [], action, request });
    // Whose keys are not taken here has signed nothing that could come alone.
    if (keys.outage && keys.outage.reason !== 'unknown-key') return keys.outage;
    for (const key of keys.usable(nowMs, namedKeyId)) {
      if ((await key.proof.find([candidate.base], candidate.signatures)) < 0) continue;
      if (judgeKeyParameters(key, parameters)) continue;
      const endless = judgeEnd(parameters, nowMs, options);
      if (endless) return endless;
      const id = idOf(plan, candidate);
      const scope = scopeOf(options, candidate, ownerOf(key));
      contents.push({ id, content: [signedContent(candidate)], untilMs, scope });
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
  const { required, maxAgeMs, idHeader } = options;
  const components = demandsOf(options);
  const covered = new Set<CoveredPart>(components.flatMap(({ name }) => COVERS[name] ?? []));
  if (components.some(coversBody)) covered.add('body');
  const isTimed = required.includes('created') || required.includes('expires');
  const byNonce = required.includes('nonce');
  if (isTimed) covered.add('timestamp');
  if (byNonce || idHeader !== undefined) covered.add('id');
  const warnings: CoverageWarning[] = [];
  if (!isTimed) warnings.push({ code: 'no-time' });
  else warnings.push({ code: 'repeat-in-time', ...(required.includes('created') && { pastMs: maxAgeMs }) });
  if (!byNonce) {
    warnings.push({ code: 'equal-requests', ...(isTimed && { within: 'second' }) });
    warnings.push(...sameWarnings([...covered], isTimed ? 's' : undefined));
  }
  const by = byNonce || idHeader !== undefined ? 'signed-id' : 'message';
  return coverageReport([...covered], by, warnings);
}
