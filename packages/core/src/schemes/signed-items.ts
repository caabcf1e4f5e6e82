/** Bodies whose items are signed one by one, each with its signature inside: every one of them must be proved. */
import { isMac, type MacAlgorithm, type Message } from '../crypto/backend.ts';
import type { KeyForm } from '../keys.ts';
import type { SignedRequest } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { messageOf, Passage, type ProvedContent } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { concatBytes } from '../text/bytes.ts';
import { listElements } from '../text/json-elements.ts';
import { isJsonFault, type JsonObjectText, scanJsonObject } from '../text/json-text.ts';
import { member, memberAt, refuseOtherMember } from './json-member.ts';
import { memberNames, memberPath } from './member-path.ts';
import { ABSENT, describeSource, type MemberSource } from './part-source.ts';
import { piecewiseProof } from './piecewise-proof.ts';
import {
  checkBounds,
  decodePrefixed,
  decodeText,
  encodeSignature,
  type SignatureEncoding,
} from './signature-text.ts';
import { nothingFound, type TemplatePassage } from './template-found.ts';
import type { CompiledMessages, MessageTemplate, TemplateOptions } from './template-options.ts';

/** More than this nobody sends at once, and each is a MAC to make for each key. */
const MAX_ITEMS = 16;

/** Items are looked into at once, several times over. */
const MAX_LIST_BYTES: number = 64 * 1024;

/** Where items are: the way to a list, and from each of its elements to the object that is signed. */
interface ItemPath {
  readonly list: readonly string[];
  readonly inner: readonly string[];
  readonly text: string;
}

/**
 * The declaration of one item, for each item of a list: its signature and the members of its message are the item’s.
 * @param path to the list, `*`, and on to the object that is signed, e.g. `notificationItems.*.NotificationRequestItem`
 * @throws SetupError for a path without a `*`, and for a signature that is no member, or in several places
 */
export function signedItems(path: string, declared: TemplateOptions): TemplateOptions {
  const way = readPath(path);
  const { signature, keyForms } = declared;
  const [form] = keyForms;
  if (!('member' in signature) || signature.list || signature.places || !isItemForm(form)) {
    throw new SetupError(
      'scheme.each',
      'each item has one signature of its own, an HMAC, in one of its members',
      'Set signature: { member: NAME } without list and also, and an algorithm such as hmac-sha256.',
    );
  }
  const { body: _body, ...rest } = declared;
  const { encoding } = signature;
  return {
    ...rest,
    keyForms: [{ ...form, computed: piecewiseProof(form.algorithm) }],
    signature: {
      ...signature,
      member: `${path}.${signature.member}`,
      parse: member(memberPath(way.list)).parse,
      put: (request, text) =>
        placeEach(way, signature, request, decodeText(text, encoding) ?? NOTHING, encoding),
      places: { sources: [], reader: () => (passage) => readSignatures(way, declared, passage) },
    },
    message: {
      compile: (options) => compileEach(way, declared, options),
      each: { path, form: declared.message },
    },
  };
}

type ItemForm = KeyForm & { readonly kind: 'secret'; readonly algorithm: MacAlgorithm };

function isItemForm(form: KeyForm | undefined): form is ItemForm {
  return form?.kind === 'secret' && isMac(form.algorithm) && form.computed === undefined;
}

function readPath(text: string): ItemPath {
  const names = memberNames(text);
  const at = names.indexOf('*');
  if (at < 1 || names.indexOf('*', at + 1) > 0 || names.includes('')) {
    throw new SetupError(
      'scheme.each',
      `${JSON.stringify(text)} is no way through a list`,
      'Give the names on the way to the list, * for its elements, and those from there to the object that is signed, e.g. items.*.',
    );
  }
  return { list: names.slice(0, at), inner: names.slice(at + 1), text };
}

function compileEach(way: ItemPath, declared: TemplateOptions, options: TemplateOptions): CompiledMessages {
  const { templates, prepare, bodyProof, members = [] } = declared.message.compile(withoutDigest(options));
  const [only, second] = templates;
  if (only === undefined || second || prepare || bodyProof || only.covers.has('body')) {
    throw new SetupError(
      'scheme.message',
      'the message of an item is made of the item’s members',
      'Give one message, with {member:NAME} in place of the body or its digest.',
    );
  }
  const each: MessageTemplate = {
    ...only,
    warnings: [...only.warnings, { code: 'separable-items' }],
    fill: (passage) => fillEach(way, only, passage),
  };
  return {
    templates: [each],
    members,
    items: (untilMs) => ({ areParts: true, further: (passage) => contentsOf(passage, untilMs(passage)) }),
  };
}

/** The contents of several items, as they are claimed where one comes alone. */
function contentsOf(passage: TemplatePassage, untilMs: number | undefined): readonly ProvedContent[] {
  const pieces = messageOf(passage);
  return pieces.length === 1
    ? []
    : pieces.map((piece) => ({ id: undefined, content: [piece], untilMs, scope: undefined }));
}

/** No item has one: whether it is signed, the declaration’s own check says. */
function withoutDigest({ bodyDigest: _digest, ...options }: TemplateOptions): TemplateOptions {
  return options;
}

function fillEach(way: ItemPath, template: MessageTemplate, passage: TemplatePassage): Message | Objection {
  const items = itemsOf(way, passage);
  if ('reason' in items) return items;
  const texts: string[] = [];
  for (const json of items) {
    const message = template.fill(passageOf(passage, json), NOTHING);
    if ('reason' in message) return message;
    texts.push(message.join(''));
  }
  // A copy of what somebody captured, and taken twice.
  return new Set(texts).size === texts.length ? texts : withoutItems(way, 'has an item twice');
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/** A passage in which the item is the body. */
function passageOf(
  { request, nowMs, timestampText }: TemplatePassage,
  json: JsonObjectText,
): TemplatePassage {
  const inner = new Passage(request, nowMs, { ...nothingFound(), json });
  inner.timestampText = timestampText;
  return inner;
}

/** Asked for twice: for their signatures, and for what these are of. */
function itemsOf(way: ItemPath, { found }: TemplatePassage): readonly JsonObjectText[] | Objection {
  found.signedItems ??= readItems(way, found.json);
  return found.signedItems;
}

function readItems(way: ItemPath, json: JsonObjectText | undefined): readonly JsonObjectText[] | Objection {
  const other = json && refuseOtherMember(json, way.list);
  if (other) return other;
  const elements = json && elementsOf(way, json);
  if (!elements || elements.length === 0) return withoutItems(way, 'is not a list with something in it');
  if (elements.length > MAX_ITEMS) return withoutItems(way, `has more than ${MAX_ITEMS} items`);
  const items: JsonObjectText[] = [];
  for (const element of elements) {
    const item = itemOf(way, element);
    if (item !== undefined && 'reason' in item) return item;
    if (item === undefined) return withoutItems(way, 'has an item that is no object');
    items.push(item);
  }
  return items;
}

/** Undefined where there is no list, or one too long to look into. */
function elementsOf({ list }: ItemPath, json: JsonObjectText): readonly Uint8Array[] | undefined {
  const placed = memberAt(json, list);
  if (!placed) return undefined;
  const { object, member: jsonMember } = placed;
  const { valueStart, valueEnd } = jsonMember;
  if (valueEnd - valueStart > MAX_LIST_BYTES) return undefined;
  return listElements(object.bytes, valueStart, valueEnd);
}

function itemOf({ inner }: ItemPath, element: Uint8Array): JsonObjectText | Objection | undefined {
  const json = scanJsonObject(element);
  if (isJsonFault(json)) return undefined;
  if (inner.length === 0) return json;
  const other = refuseOtherMember(json, inner);
  if (other) return other;
  const placed = memberAt(json, inner);
  if (!placed) return undefined;
  const { object, member: jsonMember } = placed;
  const item = scanJsonObject(object.bytes.subarray(jsonMember.valueStart, jsonMember.valueEnd));
  return isJsonFault(item) ? undefined : item;
}

function withoutItems({ text }: ItemPath, problem: string): Objection {
  return objection(
    'malformed-body',
    `the body’s list at ${text} ${problem}`,
    `The sender must send at most ${MAX_ITEMS} items of together ${MAX_LIST_BYTES / 1024} KB.`,
  );
}

/** The signatures of all items, one behind the other: proved together or not at all. */
function readSignatures(
  way: ItemPath,
  { signature, keyForms }: TemplateOptions,
  passage: TemplatePassage,
): Objection | undefined {
  const items = itemsOf(way, passage);
  if ('reason' in items) return items;
  const { prefix = '', encoding } = signature;
  const signatures: Uint8Array[] = [];
  for (const json of items) {
    const part = (signature as MemberSource).read(passageOf(passage, json), 'string');
    if (typeof part !== 'string') return withoutSignature(signature as MemberSource, part === ABSENT);
    const bytes = checkBounds(part, 1) ?? decodePrefixed(part, prefix, encoding, keyForms[0] as KeyForm);
    if ('reason' in bytes) return bytes;
    signatures.push(bytes);
  }
  passage.signatures = [[concatBytes(signatures)]];
  return undefined;
}

function withoutSignature(source: MemberSource, isAbsent: boolean): Objection {
  const place = describeSource(source);
  return isAbsent
    ? objection('missing-signature', `an item has no signature in its ${place}`)
    : objection(
        'malformed-signature',
        `the ${place} of an item is not text`,
        'The sender must write it there as a text, and no other type.',
      );
}

/** Puts each item’s part of the signature into it. The message has been made of the items before. */
function placeEach(
  way: ItemPath,
  source: MemberSource,
  request: SignedRequest,
  joined: Uint8Array,
  encoding: SignatureEncoding,
): SignedRequest {
  const json = scanJsonObject(request.body);
  const elements = isJsonFault(json) ? undefined : elementsOf(way, json);
  if (!elements) return request;
  const size = joined.length / elements.length;
  const inside = member(memberPath([...way.inner, ...memberNames(source.member)]));
  let { body } = request;
  // From the last one on: what stands before it keeps its place.
  for (const [at, element] of [...elements.entries()].reverse()) {
    const text = encodeSignature(joined.subarray(at * size, (at + 1) * size), encoding);
    const placed = inside.put({ ...request, body: element }, text, false).body;
    const start = element.byteOffset - request.body.byteOffset;
    body = concatBytes([body.subarray(0, start), placed, body.subarray(start + element.length)]);
  }
  return { ...request, body };
}
