/** The message signature beside a token: which key proves it, and what the request is known by then. */
import { backend } from '#crypto';
import { SECOND } from '../../freshness.ts';
import { type Objection, objection } from '../../objection.ts';
import { type Passage, type ProvedContent, UNUSABLE_KEY } from '../../scheme.ts';
import { utf8 } from '../../text/bytes.ts';
import { encodeBase64url } from '../../text/encodings.ts';
import type { JwtFound } from '../jwt/find-token.ts';
import { checkContentDigest } from '../message-signatures/content-digest.ts';
import { type Candidate, findOthers, type WrittenSignatures } from '../message-signatures/find-signatures.ts';
import type { MessageSignatureOptions } from '../message-signatures/policy.ts';
import { staleMs } from '../message-signatures/signature-times.ts';
import { signedContent } from '../message-signatures/signed-content.ts';
import { accountKeysOf } from './account-rings.ts';
import type { ApproovOptions, MessageSigner } from './approov-options.ts';
import { readInstallKey } from './install-key.ts';
import { findProved, findScope, type SignerKeys, unusableProof } from './signer-keys.ts';

/** What is found of a token and its message signature. */
export interface ApproovFound extends JwtFound {
  written: WrittenSignatures | undefined;
  /** The signature of the label, under each text that it can be of; then the one that is proved, alone. */
  candidates: readonly Candidate[];
  /** Those that may have signed, once one of them is proved to have. */
  keys: SignerKeys | undefined;
  /** Once it is proved. */
  id: string | undefined;
}

export type ApproovPassage = Passage<ApproovFound>;

const OTHER_MESSAGE: Readonly<Record<MessageSigner, string>> = {
  account:
    'Compare the gate’s key for account message signatures with Approov’s; or what is signed was changed on its way.',
  install:
    'What is signed was changed on its way, or another installation signed: the key is the token’s own (ipk).',
};

/** Looks for the key that proves the signature, and notes under `found` what it proves. */
export async function judgeSignature(
  { signer, signature }: ApproovOptions,
  passage: ApproovPassage,
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
  passage.found.keys = keys;
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

/** The refusal; where a key that may not be used proves the message, it says so. */
async function orUnusable(
  refusal: Objection,
  { keys, nowMs }: ApproovPassage,
  candidates: readonly Candidate[],
): Promise<Objection> {
  const why = await unusableProof(accountKeysOf(keys), candidates, nowMs);
  return why === undefined ? refusal : objection(refusal.reason, why, UNUSABLE_KEY);
}

/** Undefined where none is valid now. */
async function keysOf(
  signer: MessageSigner,
  passage: ApproovPassage,
): Promise<SignerKeys | Objection | undefined> {
  if (signer === 'install') return readInstallKey(passage.found.claims['ipk']);
  const keys = accountKeysOf(passage.keys)?.usable(passage.nowMs);
  return keys && keys.length > 0 ? keys : undefined;
}

/** What the request's other signatures would be known by, if one of them came alone, under the label of this. */
export async function further(
  signature: MessageSignatureOptions,
  passage: ApproovPassage,
  candidate: Candidate,
): Promise<readonly ProvedContent[]> {
  const contents: ProvedContent[] = [];
  for (const other of findOthers(passage.request, signature, candidate)) {
    const untilMs = staleMs(other.input.parameters, signature);
    const scope = await findScope(passage.found.keys as SignerKeys, other);
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
