/** Signing by a template's declaration: puts timestamp, ids and key id where they belong, then the signature. */
import { backend } from '#crypto';
import { andThen } from '../and-then.ts';
import { formatTimestamp } from '../freshness.ts';
import type { MaybePromise, SignedRequest } from '../model.ts';
import { Passage, type Reading, type SigningDraft } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { concatBytes, utf8 } from '../text/bytes.ts';
import { encodeBase64url } from '../text/encodings.ts';
import { parseForm } from '../text/form.ts';
import { findMember, isJsonFault, scanJsonObject } from '../text/json-text.ts';
import { digestBody, digestsBody, digestText } from './body-digest.ts';
import { bodyProof, needsDigest } from './body-proof.ts';
import { memberNames } from './member-path.ts';
import { type PartSource, readPart } from './part-source.ts';
import { encodeSignature } from './signature-text.ts';
import { nothingFound, type TemplateFound, type TemplatePassage } from './template-found.ts';
import type { TemplateOptions } from './template-options.ts';

/** Signs a draft. @throws SetupError where the draft's body cannot carry what the scheme puts in it. */
export function signTemplate(
  options: TemplateOptions,
  readings: readonly Reading<TemplateFound>[],
  draft: SigningDraft,
): MaybePromise<SignedRequest> {
  const { timestamp } = options;
  const timestampText = timestamp && formatTimestamp(draft.timestampMs, timestamp.unit);
  let request: SignedRequest = {
    method: draft.method,
    url: draft.url,
    headers: draft.headers,
    body: draft.body,
  };
  if (timestamp && timestampText !== undefined && !('item' in timestamp)) {
    request = placePart(request, timestamp, timestampText, timestamp.unit !== 'rfc3339' && !timestamp.isText);
  }
  if (options.id && needsId(options, options.id, request, draft)) {
    request = placePart(request, options.id, draft.id ?? freshId());
  }
  if (options.nonce && draft.nonce !== undefined) request = placePart(request, options.nonce, draft.nonce);
  if (options.keyId && draft.key.isNamed) request = placePart(request, options.keyId, draft.key.info.id);

  const passage = passageOf(options, request, draft, timestampText);
  const { bodyDigest } = options;
  const digested =
    bodyDigest && needsDigest(options, passage)
      ? andThen(digestBody(passage), () => placePart(request, bodyDigest, digestText(passage, 'hex')))
      : request;
  return andThen(digested, (placed) =>
    signPlaced(
      options,
      readings[0] as Reading<TemplateFound>,
      passageOf(options, placed, draft, timestampText),
      draft,
    ),
  );
}

function passageOf(
  options: TemplateOptions,
  request: SignedRequest,
  draft: SigningDraft,
  timestampText: string | undefined,
): TemplatePassage {
  const passage = new Passage(request, draft.timestampMs, nothingFound());
  passage.timestampText = timestampText;
  const sources = [options.signature, options.nonce, names(options, 'id') ? options.id : undefined];
  if (sources.some((source) => source && 'member' in source)) passage.found.json = jsonOf(request.body);
  if (sources.some((source) => source && 'field' in source)) passage.found.form = formOf(request);
  return passage;
}

/** Signs a request in which everything but the signature has its place. */
function signPlaced(
  options: TemplateOptions,
  reading: Reading<TemplateFound>,
  passage: TemplatePassage,
  draft: SigningDraft,
): MaybePromise<SignedRequest> {
  return andThen(digestsBody(options) ? digestBody(passage) : undefined, () =>
    andThen(bodyProof(options)?.(passage), (fault) => {
      if (!fault) return signPassage(options, reading, passage, draft);
      throw new SetupError('request.body', fault.message, fault.remedy ?? 'Give a form.');
    }),
  );
}

function signPassage(
  { timestamp, signature }: TemplateOptions,
  reading: Reading<TemplateFound>,
  passage: TemplatePassage,
  draft: SigningDraft,
): MaybePromise<SignedRequest> {
  const { request, timestampText } = passage;
  const message = reading.message(passage);
  if (message === undefined || 'reason' in message) {
    throw new SetupError(
      message?.absent === 'nonce' ? 'request.nonce' : 'request',
      message?.message ?? 'the request cannot be signed',
      message?.remedy ?? 'Give the part that the message covers.',
    );
  }
  const place = (bytes: Uint8Array): SignedRequest => {
    const value = signature.prefix ?? '';
    const text = value + encodeSignature(bytes, signature.encoding);
    if (!signature.list) return placePart(request, signature, text);
    const { separator, assign, labels } = signature.list;
    const item = `${labels[draft.key.variant]}${assign}${text}`;
    const time =
      timestamp && 'item' in timestamp ? `${timestamp.item}${assign}${timestampText}${separator}` : '';
    return placePart(request, signature, time + item);
  };
  const signed = draft.key.proof.sign(message);
  return signed instanceof Promise ? signed.then(place) : place(signed);
}

/** A header is written anew; what stands in the URL or the body stays. */
function needsId(
  options: TemplateOptions,
  source: PartSource,
  request: SignedRequest,
  draft: SigningDraft,
): boolean {
  if ('header' in source) return draft.id !== undefined || names(options, 'id');
  if (!names(options, 'id')) return false;
  const passage = new Passage(request, draft.timestampMs, nothingFound());
  if ('member' in source) passage.found.json = jsonOf(request.body);
  if ('field' in source) passage.found.form = formOf(request);
  return readPart(source, passage).state === 'absent';
}

function names({ message }: TemplateOptions, field: string): boolean {
  return [message].flat().every((template) => template.includes(`{${field}}`));
}

function freshId(): string {
  return `msg_${encodeBase64url(backend.randomBytes(16))}`;
}

function placePart(
  request: SignedRequest,
  source: PartSource,
  text: string,
  asNumber = false,
): SignedRequest {
  if ('header' in source) return { ...request, headers: request.headers.with(source.header, text) };
  if ('query' in source) {
    const joint = request.url.includes('?') ? '&' : '?';
    return { ...request, url: `${request.url}${joint}${source.query}=${encodeURIComponent(text)}` };
  }
  if ('member' in source)
    return {
      ...request,
      body: placeMember(request.body, memberNames(source.member), asNumber ? text : JSON.stringify(text)),
    };
  if ('field' in source) return placeField(request, source.field, text);
  return request;
}

/** Adds a member at the end of its object, which is made where it is absent; one that is there already stays. */
function placeMember(body: Uint8Array, names: readonly string[], valueText: string): Uint8Array {
  const json = jsonOf(body);
  const [name, ...inner] = names;
  const member = findMember(json, name as string);
  if (member) {
    if (inner.length === 0) return body;
    const changed = placeMember(body.subarray(member.valueStart, member.valueEnd), inner, valueText);
    return concatBytes([body.subarray(0, member.valueStart), changed, body.subarray(member.valueEnd)]);
  }
  const value = inner.reduceRight((text, innerName) => `{${JSON.stringify(innerName)}:${text}}`, valueText);
  const brace = body.lastIndexOf(0x7d);
  const comma = json.members.length > 0 ? ',' : '';
  return concatBytes([
    body.subarray(0, brace),
    utf8(`${comma}${JSON.stringify(name)}:${value}`),
    body.subarray(brace),
  ]);
}

function placeField(request: SignedRequest, name: string, text: string): SignedRequest {
  const type = request.headers.get('content-type');
  const headers =
    type === undefined
      ? request.headers.with('content-type', 'application/x-www-form-urlencoded')
      : request.headers;
  const placed = { ...request, headers };
  const fields = formOf(placed);
  if (type?.toLowerCase().startsWith('multipart/')) {
    throw new SetupError('request', 'a multipart form cannot be signed here', 'Send it urlencoded.');
  }
  if (fields.some((field) => field.name === name)) return placed;
  const joint = request.body.length > 0 ? '&' : '';
  const pair = `${joint}${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
  return { ...placed, body: concatBytes([request.body, utf8(pair)]) };
}

function jsonOf(body: Uint8Array): Exclude<ReturnType<typeof scanJsonObject>, { fault: string }> {
  const json = scanJsonObject(body);
  if (isJsonFault(json))
    throw new SetupError(
      'request.body',
      `${json.fault}, at byte ${json.offset}`,
      'Give a JSON object, each name in it once: the scheme reads or puts a part there.',
    );
  return json;
}

function formOf({ headers, body }: SignedRequest): Exclude<ReturnType<typeof parseForm>, { fault: string }> {
  const form = parseForm(headers.get('content-type'), body);
  if ('fault' in form) throw new SetupError('request.body', form.fault, 'Give an urlencoded form.');
  return form;
}
