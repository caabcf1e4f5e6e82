/** Approov tokens whose requests are signed as messages too (RFC 9421), by the installation or by the account. */
import { backend } from '#crypto';
import { SECOND } from '../../freshness.ts';
import type { Coverage, SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import {
  messageOf,
  type Passage,
  type ProvedContent,
  type Scheme,
  type SigningDraft,
  UNUSABLE_KEY,
} from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { utf8 } from '../../text/bytes.ts';
import { encodeBase64url } from '../../text/encodings.ts';
import { coverageReport } from '../coverage.ts';
import type { JwtFound } from '../jwt/find-token.ts';
import { checkContentDigest } from '../message-signatures/content-digest.ts';
import { fieldLines } from '../message-signatures/field-value.ts';
import {
  type Candidate,
  findOthers,
  findSignatures,
  readSignatures,
  type WrittenSignatures,
} from '../message-signatures/find-signatures.ts';
import { createMessageSignatureScheme } from '../message-signatures/message-signatures.ts';
import type { MessageSignatureOptions } from '../message-signatures/policy.ts';
import { signMessage } from '../message-signatures/sign-message.ts';
import { fieldsOf } from '../message-signatures/signature-input.ts';
import { judgeSignatureTimes, staleMs } from '../message-signatures/signature-times.ts';
import { signedContent } from '../message-signatures/signed-content.ts';
import { accountKeysOf, accountSigningKey, createAccountRing } from './account-rings.ts';
import { readInstallKey } from './install-key.ts';
import { findProved, findScope, type SignerKeys, unusableProof } from './signer-keys.ts';

/** Who signs: `install` with the key in the token’s claim `ipk`, `account` with a secret of the gate’s keys. */
export type MessageSigner = 'install' | 'account';

export interface ApproovOptions {
  /** Whether a request may come without a message signature. One that comes must be right either way. */
  readonly messageSigning: 'optional' | 'required';
  readonly signer: MessageSigner;
  /** What the signature must hold; its label names the signer, its components the token’s header. */
  readonly signature: MessageSignatureOptions;
  /** What the token’s options leave open, signed or not. Default none. */
  readonly tokenWarnings?: readonly string[];
}

const OTHER_MESSAGE: Readonly<Record<MessageSigner, string>> = {
  account:
    'Compare the gate’s key for account message signatures with Approov’s; or what is signed was changed on its way.',
  install:
    'What is signed was changed on its way, or another installation signed: the key is the token’s own (ipk).',
};

const FIELDS: readonly string[] = ['signature-input', 'signature'];

/** What is found of a token and its message signature. */
interface ApproovFound extends JwtFound {
  written: WrittenSignatures | undefined;
  /** The signature of the label, under each text that it can be of; then the one that is proved, alone. */
  candidates: readonly Candidate[];
  /** Once it is proved. */
  id: string | undefined;
}

/** Adds the message signature to a scheme of tokens, which is asked first at every step and stays as it is. */
export function createApproovScheme(token: Scheme<JwtFound>, options: ApproovOptions): Scheme<ApproovFound> {
  const { messageSigning, signer, signature } = options;
  // A token that is taken once takes its message with it: the token's identity is the stricter one then.
  const identifies = messageSigning === 'required' && token.replay === undefined;

  return {
    ...token,
    ...(signer === 'account' && {
      keys: {
        ...token.keys,
        create: (specs, context) => createAccountRing(token.keys, specs, context),
      },
    }),
    coverage: coverageOf(token, options),
    headers: {
      ...token.headers,
      proof: [...token.headers.proof, ...FIELDS],
      covered: [...token.headers.covered, ...fieldsOf(signature)],
    },
    ...(signature.context.origin && { origin: signature.context.origin }),
    readsBody: true,
    open: () => ({ ...token.open(), written: undefined, candidates: [], id: undefined }),
    extractHead(passage) {
      const fault = token.extractHead(passage);
      if (fault) return fault;
      const { headers } = passage.request;
      const isSigned = FIELDS.some((name) => fieldLines(headers, name) !== undefined);
      if (!isSigned && messageSigning === 'optional') return undefined;
      const written = readSignatures(headers, signature);
      if ('reason' in written) return written;
      passage.found.written = written;
      return undefined;
    },
    extractBody(passage) {
      const { written } = passage.found;
      if (!written) return undefined;
      const candidates = findSignatures(passage.request, written, signature);
      if ('reason' in candidates) return candidates;
      passage.found.candidates = candidates;
      return undefined;
    },
    async confirm(passage) {
      const fault = await token.confirm?.(passage);
      if (fault) return fault;
      const { candidates } = passage.found;
      return candidates.length === 0 ? undefined : judgeSignature(options, passage, candidates);
    },
    judgeTime(passage) {
      const fault = token.judgeTime?.(passage);
      if (fault) return fault;
      const candidate = chosen(passage);
      return candidate && judgeTimes(candidate, passage.nowMs, signature);
    },
    tell(passage) {
      const candidate = chosen(passage);
      return { ...token.tell?.(passage), coveredHeaders: candidate ? fieldsOf(candidate.input) : [] };
    },
    ...(identifies && {
      replay: {
        by: 'signed-id',
        uses: 1,
        singleUse: signature.required.includes('nonce'),
        id: ({ found }) => found.id,
        content: messageOf,
        further: (passage) => further(options, passage, chosen(passage) as Candidate),
        untilMs: (passage) => staleMs((chosen(passage) as Candidate).input.parameters, signature),
        signedMs: () => undefined,
      },
    }),
    sign: (draft) => signBoth(token, options, draft),
  };
}

function chosen({ found }: Passage<ApproovFound>): Candidate | undefined {
  return found.candidates[0];
}

/** The refusal; where a key that may not be used proves the message, it says so. */
async function orUnusable(
  refusal: Objection,
  { keys, nowMs }: Passage<ApproovFound>,
  candidates: readonly Candidate[],
): Promise<Objection> {
  const why = await unusableProof(accountKeysOf(keys), candidates, nowMs);
  return why === undefined ? refusal : objection(refusal.reason, why, UNUSABLE_KEY);
}

async function judgeSignature(
  { signer, signature }: ApproovOptions,
  passage: Passage<ApproovFound>,
  candidates: readonly Candidate[],
): Promise<Objection | undefined> {
  const keys = await keysOf(signer, passage);
  if (!keys) {
    const none = objection(
      'unknown-key',
      'no key for account message signatures is valid now',
      'Look at the states and the validity of the gate’s keys for account message signatures.',
    );
    return orUnusable(none, passage, candidates);
  }
  if ('reason' in keys) return keys;
  const proved = await findProved(keys, candidates);
  if (!proved) {
    const mismatch = objection(
      'signature-mismatch',
      `the token is genuine, and no key proves the message signature ${signature.label}`,
      OTHER_MESSAGE[signer],
    );
    return orUnusable(mismatch, passage, candidates);
  }
  const { candidate, scope } = proved;
  passage.found.candidates = [candidate];
  const { components, parameters } = candidate.input;
  if (parameters.created !== undefined) {
    passage.timestampText = String(parameters.created);
    passage.timestampMs = parameters.created * SECOND;
  }
  const isDigested = components.some(({ name }) => name === 'content-digest');
  const fault = isDigested ? await checkContentDigest(passage.request) : undefined;
  if (fault) return fault;
  passage.found.id = await idOf(candidate, scope);
  return undefined;
}

/** Undefined where none is valid now. */
async function keysOf(
  signer: MessageSigner,
  passage: Passage<ApproovFound>,
): Promise<SignerKeys | Objection | undefined> {
  if (signer === 'install') return readInstallKey(passage.found.claims['ipk']);
  const keys = accountKeysOf(passage.keys)?.usable(passage.nowMs);
  return keys && keys.length > 0 ? keys : undefined;
}

/** What the request's other signatures would be known by, if one of them came alone, under the label of this. */
async function further(
  { signer, signature }: ApproovOptions,
  passage: Passage<ApproovFound>,
  candidate: Candidate,
): Promise<readonly ProvedContent[]> {
  const others = findOthers(passage.request, signature, candidate);
  const keys = others.length === 0 ? undefined : await keysOf(signer, passage);
  if (!keys || 'reason' in keys) return [];
  const contents: ProvedContent[] = [];
  for (const other of others) {
    const untilMs = staleMs(other.input.parameters, signature);
    const scope = await findScope(keys, other);
    if (scope === undefined || (untilMs !== undefined && untilMs <= passage.nowMs)) continue;
    contents.push({ id: await idOf(other, scope), content: [], untilMs });
  }
  return contents;
}

/** The nonce, or all that was signed: ECDSA signatures can be rewritten into others as good. */
async function idOf(candidate: Candidate, scope: string): Promise<string> {
  const { nonce } = candidate.input.parameters;
  const identity = nonce === undefined ? `content\0${signedContent(candidate)}` : `nonce\0${scope}\0${nonce}`;
  return encodeBase64url(await backend.sha256([utf8(identity)]));
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
  token: Scheme<JwtFound>,
  { messageSigning, signer, signature }: ApproovOptions,
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

function coverageOf(
  { coverage: token }: Scheme<JwtFound>,
  { messageSigning, signature, tokenWarnings = [] }: ApproovOptions,
): Coverage {
  if (messageSigning === 'optional') {
    return coverageReport(token.covered, token.replay, [
      ...token.warnings,
      'Message signatures are optional: who takes one away is left with the token, and repeats of signed requests are not refused.',
    ]);
  }
  const { covered, warnings } = createMessageSignatureScheme(signature).coverage;
  return coverageReport(covered, token.replay === 'none' ? 'signed-id' : token.replay, [
    ...warnings,
    ...tokenWarnings,
  ]);
}
