/** Signing by a template's declaration: puts timestamp, ids and key id where they belong, then the signature. */
import { backend } from '#crypto';
import { andThen } from '../and-then.ts';
import type { MaybePromise, SignedRequest } from '../model.ts';
import { Passage, type Reading, type SigningDraft } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { encodeBase64url } from '../text/encodings.ts';
import { ABSENT, isInBody, type PartSource, putPart, readPart } from './part-source.ts';
import { encodeSignature } from './signature-text.ts';
import { nothingFound, type TemplateFound, type TemplatePassage } from './template-found.ts';
import type { CompiledMessages, TemplateOptions } from './template-options.ts';

/** What a draft is signed by. */
interface Signing {
  readonly options: TemplateOptions;
  readonly messages: CompiledMessages;
  readonly reading: Reading<TemplateFound>;
  readonly draft: SigningDraft;
  readonly timestampText: string | undefined;
}

/** Signs a draft. @throws SetupError where the draft's body cannot carry what the scheme puts in it. */
export function signTemplate(
  options: TemplateOptions,
  messages: CompiledMessages,
  readings: readonly Reading<TemplateFound>[],
  draft: SigningDraft,
): MaybePromise<SignedRequest> {
  const { timestamp } = options;
  const timestampText = timestamp?.write(draft.timestampMs, timestamp.unit);
  const signing = { options, messages, reading: readings[0] as Reading<TemplateFound>, draft, timestampText };
  let request: SignedRequest = {
    method: draft.method,
    url: draft.url,
    headers: draft.headers,
    body: draft.body,
  };
  if (timestamp) {
    request = putPart(request, timestamp, timestampText as string, timestamp.kind === 'number');
  }
  if (options.id && needsId(signing, options.id, request)) {
    request = putPart(request, options.id, draft.id ?? freshId());
  }
  if (options.nonce && draft.nonce !== undefined) request = putPart(request, options.nonce, draft.nonce);
  if (options.keyId && draft.key.isNamed) request = putPart(request, options.keyId, draft.key.info.id);
  request = messages.place?.(request) ?? request;

  const digested = messages.bodyProof?.place(passageOf(signing, request)) ?? request;
  return andThen(digested, (placed) => signPlaced(signing, passageOf(signing, placed)));
}

function passageOf(
  { options, messages, draft, timestampText }: Signing,
  request: SignedRequest,
): TemplatePassage {
  const passage = new Passage(request, draft.timestampMs, nothingFound());
  passage.timestampText = timestampText;
  const { items } = options.signature.list ?? {};
  if (items) passage.found.items = new Map(Object.entries(items));
  const id = namesId(messages) ? options.id : undefined;
  const type = names(messages, 'type') ? options.type : undefined;
  const sources = [options.signature, options.nonce, id, type, ...(messages.members ?? [])];
  for (const source of sources) if (isInBody(source)) source.parseDraft(passage);
  return passage;
}

/** Signs a request in which everything but the signature has its place. */
function signPlaced(signing: Signing, passage: TemplatePassage): MaybePromise<SignedRequest> {
  const { prepare, bodyProof } = signing.messages;
  return andThen(
    andThen(prepare?.(passage), (fault) => fault ?? bodyProof?.read(passage)),
    (fault) => {
      if (!fault) return signPassage(signing, passage);
      throw new SetupError('request.body', fault.problem, fault.remedy ?? 'Give a form.');
    },
  );
}

function signPassage(
  { options, reading, draft }: Signing,
  passage: TemplatePassage,
): MaybePromise<SignedRequest> {
  const message = reading.message(passage);
  if (message === undefined || 'reason' in message) {
    throw new SetupError(
      message?.code === 'nonce-absent' ? 'request.nonce' : 'request',
      message?.problem ?? 'the request cannot be signed',
      message?.remedy ?? 'Give the part that the message covers.',
    );
  }
  return andThen(draft.key.proof.sign(message), (bytes) =>
    putPart(
      passage.request,
      options.signature,
      signatureText(options, bytes, draft.key.variant, passage.timestampText),
    ),
  );
}

function signatureText(
  { signature, timestamp }: TemplateOptions,
  bytes: Uint8Array,
  variant: number,
  timestampText: string | undefined,
): string {
  const text = (signature.prefix ?? '') + encodeSignature(bytes, signature.encoding);
  if (!signature.list) return text;
  const { separator, assign, labels, items } = signature.list;
  const time = timestamp && 'item' in timestamp ? [`${timestamp.item}${assign}${timestampText}`] : [];
  const signed = `${labels[variant]}${assign}${text}`;
  if (items === undefined) return [...time, signed].join(separator);
  const besides = Object.entries(items).map(([label, value]) => `${label}${assign}${value}`);
  return [signed, ...besides, ...time].join(separator);
}

/** A header is written anew; what stands in the URL stays, and what stands in the body where it is put. */
function needsId({ messages, draft }: Signing, source: PartSource, request: SignedRequest): boolean {
  if ('header' in source) return draft.id !== undefined || namesId(messages);
  if (!namesId(messages)) return false;
  return (
    isInBody(source) || readPart(source, new Passage(request, draft.timestampMs, nothingFound())) === ABSENT
  );
}

function namesId(messages: CompiledMessages): boolean {
  return names(messages, 'id');
}

function names({ templates }: CompiledMessages, field: 'id' | 'type'): boolean {
  return templates.every(({ fields }) => fields.has(field));
}

function freshId(): string {
  return `msg_${encodeBase64url(backend.randomBytes(16))}`;
}
