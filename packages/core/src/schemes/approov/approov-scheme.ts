/** Approov tokens whose requests are signed as messages too (RFC 9421), by the installation or by the account. */
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import {
  type KeyRules,
  messageOf,
  type ReplayRules,
  type Scheme,
  type SigningDraft,
  type Told,
} from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { coverageReport } from '../coverage.ts';
import type { TokenScheme } from '../jwt/jwt-scheme.ts';
import { fieldLines } from '../message-signatures/field-value.ts';
import { type Candidate, findSignatures, readSignatures } from '../message-signatures/find-signatures.ts';
import { createMessageSignatureScheme } from '../message-signatures/message-signatures.ts';
import type { MessageSignatureOptions } from '../message-signatures/policy.ts';
import { signMessage } from '../message-signatures/sign-message.ts';
import { fieldsOf } from '../message-signatures/signature-input.ts';
import { judgeSignatureTimes, staleMs } from '../message-signatures/signature-times.ts';
import { accountRing, accountSigningKey } from './account-rings.ts';
import type { ApproovOptions } from './approov-options.ts';
import { type ApproovFound, type ApproovPassage, further, judgeSignature } from './message-proof.ts';

const FIELDS: readonly string[] = ['signature-input', 'signature'];

/** What the steps need of a declaration. */
interface ApproovPlan extends ApproovOptions {
  /** The scheme of the token alone. */
  readonly token: TokenScheme;
}

/** Adds the message signature to a scheme of tokens, which is asked first at every step and stays as it is. */
export function createApproovScheme(token: TokenScheme, options: ApproovOptions): Scheme<ApproovFound> {
  const { messageSigning, signer, signature } = options;
  const plan: ApproovPlan = { ...options, token };
  // A token that is taken once takes its message with it: the token's identity is the stricter one then.
  const identifies = messageSigning === 'required' && token.replay === undefined;

  return {
    ...token,
    ...(signer === 'account' && { keys: withAccountKeys(token.keys) }),
    coverage: coverageOf(plan),
    headers: {
      ...token.headers,
      proof: [...token.headers.proof, ...FIELDS],
      // Where it may be left out, each verdict says what was signed.
      covered: [...token.headers.covered, ...(messageSigning === 'required' ? fieldsOf(signature) : [])],
    },
    ...(signature.context.origin && { origin: signature.context.origin }),
    readsBody: true,
    open: () => ({ ...token.open(), written: undefined, candidates: [], keys: undefined, id: undefined }),
    extractHead: (passage) => extractHead(plan, passage),
    extractBody: (passage) => extractBody(plan, passage),
    confirm: (passage) => confirm(plan, passage),
    judgeTime: (passage) => judgeTime(plan, passage),
    tell: (passage) => tell(plan, passage),
    ...(identifies && { replay: replayRules(plan) }),
    sign: (draft) => signBoth(plan, draft),
    // That of the token: what is tried of it is tried with the message signature beside it.
    declared: {
      ...token.declared,
      build: (other) => createApproovScheme(token.declared.build(other) as TokenScheme, options),
      beside: {
        type: 'message-signatures',
        options: signature,
        build: (other) =>
          createApproovScheme(token, { ...options, signature: other as MessageSignatureOptions }),
      },
    },
  };
}

function withAccountKeys(keys: KeyRules): KeyRules {
  return { ...keys, create: (specs, context) => accountRing(keys, specs, context) };
}

function extractHead(
  { token, messageSigning, signature }: ApproovPlan,
  passage: ApproovPassage,
): Objection | undefined {
  const fault = token.extractHead(passage);
  if (fault) return fault;
  const { headers } = passage.request;
  const isSigned = FIELDS.some((name) => fieldLines(headers, name) !== undefined);
  if (!isSigned && messageSigning === 'optional') return undefined;
  const written = readSignatures(headers, signature);
  if ('reason' in written) return written;
  passage.found.written = written;
  return undefined;
}

function extractBody({ signature }: ApproovPlan, passage: ApproovPassage): Objection | undefined {
  const { written } = passage.found;
  if (!written) return undefined;
  const candidates = findSignatures(passage.request, written, signature);
  if ('reason' in candidates) return candidates;
  passage.found.candidates = candidates;
  return undefined;
}

async function confirm(plan: ApproovPlan, passage: ApproovPassage): Promise<Objection | undefined> {
  const fault = await plan.token.confirm(passage);
  if (fault) return fault;
  const { candidates } = passage.found;
  return candidates.length === 0 ? undefined : judgeSignature(plan, passage, candidates);
}

function judgeTime({ token, signature }: ApproovPlan, passage: ApproovPassage): Objection | undefined {
  const fault = token.judgeTime(passage);
  if (fault) return fault;
  const candidate = firstCandidate(passage);
  return candidate && judgeTimes(candidate, passage.nowMs, signature);
}

function tell({ token }: ApproovPlan, passage: ApproovPassage): Told {
  const candidate = firstCandidate(passage);
  const members = token.tell(passage);
  const coveredHeaders = [...(members.coveredHeaders ?? []), ...(candidate ? fieldsOf(candidate.input) : [])];
  return { ...members, coveredHeaders };
}

function replayRules(plan: ApproovPlan): ReplayRules<ApproovFound> {
  const { signature } = plan;
  return {
    by: 'signed-id',
    uses: 1,
    singleUse: signature.required.includes('nonce'),
    id: ({ found }) => found.id,
    content: messageOf,
    further: (passage) => further(signature, passage, firstCandidate(passage) as Candidate),
    untilMs: (passage) => staleMs((firstCandidate(passage) as Candidate).input.parameters, signature),
    signedMs: () => undefined,
  };
}

function firstCandidate({ found }: ApproovPassage): Candidate | undefined {
  return found.candidates[0];
}

function judgeTimes(
  { input: { parameters } }: Candidate,
  nowMs: number,
  signature: MessageSignatureOptions,
): Objection | undefined {
  return parameters.created === undefined
    ? objection(
        'missing-timestamp',
        'the message signature has no parameter created',
        'Have the app sign with created.',
      )
    : judgeSignatureTimes(parameters, nowMs, signature);
}

/** Mints the token, and signs the message that carries it, where the gate has a key for that. */
async function signBoth(
  { token, messageSigning, signer, signature }: ApproovPlan,
  draft: SigningDraft,
): Promise<SignedRequest> {
  if (signer === 'install' && messageSigning === 'required') {
    throw new SetupError(
      'provider.messageSigning',
      'each installation of the app signs with a key of its own, which the gate does not have',
      'Send the request from the app; or set signer to account.',
    );
  }
  const request = await token.sign(draft);
  const key = accountSigningKey(draft.key);
  return key === undefined ? request : signMessage(signature, { ...draft, ...request, key });
}

function coverageOf({
  token: { coverage: token },
  messageSigning,
  signature,
  tokenWarnings,
}: ApproovPlan): Scheme['coverage'] {
  if (messageSigning === 'optional') {
    return coverageReport(token.covered, token.replay, [
      ...token.warnings,
      { code: 'optional-message-signature' },
    ]);
  }
  const { covered, warnings } = createMessageSignatureScheme(signature).coverage;
  return coverageReport(covered, 'signed-id', [...warnings, ...tokenWarnings]);
}
