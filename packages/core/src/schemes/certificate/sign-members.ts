/** Signing a JSON body’s members: what a draft lacks of them is put there. */
import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import type { MaybePromise, SignedRequest } from '../../model.ts';
import { Passage, type SigningDraft } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { encodeBase64, encodeBase64url } from '../../text/encodings.ts';
import type { JsonObjectText } from '../../text/json-text.ts';
import { member } from '../json-member.ts';
import { nothingFound } from '../template-found.ts';
import { type HostPattern, sampleHost } from './certificate-address.ts';
import type { CertificateOptions, Choice, RsaAlgorithm, SignedMember } from './certificate-options.ts';
import { memberText, signedLines, signedTexts } from './signed-members.ts';

/** Signs a draft. @throws SetupError where its body is no JSON object, or holds what cannot be signed */
export function signWithCertificate(
  options: CertificateOptions,
  algorithms: readonly RsaAlgorithm[],
  draft: SigningDraft,
): MaybePromise<SignedRequest> {
  const { method, url, headers, body, key } = draft;
  const algorithm = algorithms[key.variant] as RsaAlgorithm;
  let request: SignedRequest = { method, url, headers, body };
  const put = (name: string, text: string): void => {
    request = member(name).put(request, text, false);
  };
  const { certificate, message } = options;
  if ('member' in options.algorithm) {
    put(options.algorithm.member, keyOf(options.algorithm, algorithm));
    refuseOther(options.algorithm, algorithm, jsonOf(request));
  }
  put(certificate.member, `https://${sampleHost(certificate.hosts[0] as HostPattern)}/certificate.pem`);
  if ('member' in message) put(message.member, [...message.values.keys()][0] as string);
  const members = membersOf(message, jsonOf(request));
  for (const { name, isOptional } of members) if (!isOptional) put(name, textFor(name, options, draft));
  const texts = signedTexts(jsonOf(request), members);
  if ('reason' in texts) {
    throw new SetupError(
      'request.body',
      (texts as { readonly problem: string }).problem,
      'Give it as a text in one line, and its name once.',
    );
  }
  return andThen(key.proof.sign(signedLines(texts as ReadonlyMap<string, string>)), (signature) =>
    member(options.signature).put(request, encodeBase64(signature), false),
  );
}

function keyOf(
  choice: Extract<Choice<RsaAlgorithm>, { readonly member: string }>,
  algorithm: RsaAlgorithm,
): string {
  const [key = ''] = [...choice.values].find(([, value]) => value === algorithm) ?? [];
  return key;
}

/** A draft may say itself by what it is signed. */
function refuseOther(
  choice: Extract<Choice<RsaAlgorithm>, { readonly member: string }>,
  algorithm: RsaAlgorithm,
  json: JsonObjectText,
): void {
  const text = memberText(json, choice.member);
  if (typeof text === 'string' && choice.values.get(text) === algorithm) return;
  throw new SetupError(
    'request.body',
    `its member ${choice.member} is not that of ${algorithm}, by which the gate signs`,
    `Give ${keyOf(choice, algorithm)}, or leave it out.`,
  );
}

/** What stands for a member that the draft lacks. */
function textFor(name: string, { timestamp, id, require }: CertificateOptions, draft: SigningDraft): string {
  if (name === timestamp) return new Date(draft.timestampMs).toISOString();
  if (name === id) return draft.id ?? encodeBase64url(backend.randomBytes(16));
  return require.find(({ member: required }) => required === name)?.values[0] ?? '';
}

function membersOf(message: Choice<readonly SignedMember[]>, json: JsonObjectText): readonly SignedMember[] {
  if ('always' in message) return message.always;
  const text = memberText(json, message.member);
  const members = typeof text === 'string' ? message.values.get(text) : undefined;
  if (members) return members;
  throw new SetupError(
    'request.body',
    `its member ${message.member} chooses no message`,
    `Give one of ${[...message.values.keys()].join(', ')}.`,
  );
}

function jsonOf(request: SignedRequest): JsonObjectText {
  const passage = new Passage(request, 0, nothingFound());
  member('').parseDraft(passage);
  return passage.found.json as JsonObjectText;
}
