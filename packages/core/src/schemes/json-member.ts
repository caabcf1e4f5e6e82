/** Parts that sit in a member of a JSON body: the body parsed, they found, and put there. */

import { andThen } from '../and-then.ts';
import { acceptedWithLateId } from '../late-id.ts';
import type { MaybePromise } from '../model.ts';
import type { Objection } from '../objection.ts';
import { runOn, SLICE_BYTES } from '../pause.ts';
import { SetupError } from '../setup-error.ts';
import { byteString, concatBytes, utf8 } from '../text/bytes.ts';
import {
  decimalText,
  findMember,
  integerText,
  isJsonFault,
  isLiteral,
  type JsonFault,
  type JsonMember,
  type JsonObjectText,
  JsonScan,
  scanJsonObject,
  stringValue,
} from '../text/json-text.ts';
import { parseJsonBody } from './json-body.ts';
import { isWithin, memberNames } from './member-path.ts';
import { refuseOtherSpelling } from './other-spelling.ts';
import {
  ABSENT,
  type FoundPart,
  foundText,
  MALFORMED,
  type MemberKind,
  type MemberSource,
} from './part-source.ts';
import type { TemplatePassage } from './template-found.ts';

/** @param path the member’s name, or the names on the way to it, joined by points */
export function member(path: string): MemberSource {
  const names = memberNames(path);
  return {
    member: path,
    read: (passage, kind) => readMember(names, passage, kind),
    readLate: (passage) => readLate(names, passage),
    lateVerdict: acceptedWithLateId,
    put: (request, text, asNumber) => ({
      ...request,
      body: placeMember(request.body, names, asNumber ? text : JSON.stringify(text)),
    }),
    isWithin: (other) => 'member' in other && isWithin(path, other.member),
    parse:
      names.length === 1
        ? parseJson
        : (passage, sorts) => andThen(parseJson(passage, sorts), (fault) => fault ?? stepIn(passage, names)),
    parseDraft,
  };
}

/**
 * Parses the body before its proof is judged, once; in slices where it takes long.
 * @param sorts whether to note which objects’ members are out of order
 */
function parseJson(passage: TemplatePassage, sorts: boolean): MaybePromise<Objection | undefined> {
  return passage.found.json ? undefined : scanBody(passage.request.body, passage, sorts);
}

/** Objects inside others that were stepped into: each part that sits there asks for them. */
const innerObjects = new WeakMap<JsonMember, JsonObjectText | JsonFault>();

/** Scans the long objects on the way to a member, in slices: `memberAt` has them at hand then. */
export function stepIn(
  { found: { json } }: TemplatePassage,
  names: readonly string[],
): MaybePromise<undefined> {
  return json && stepFrom(json, names, 0);
}

function stepFrom(json: JsonObjectText, names: readonly string[], step: number): MaybePromise<undefined> {
  const jsonMember = step + 1 < names.length ? findMember(json, names[step] as string) : undefined;
  if (jsonMember === undefined || json.bytes.length < SLICE_BYTES) return undefined;
  const next = (inner: JsonObjectText | JsonFault): MaybePromise<undefined> => {
    innerObjects.set(jsonMember, inner);
    return isJsonFault(inner) ? undefined : stepFrom(inner, names, step + 1);
  };
  const scanned = innerObjects.get(jsonMember);
  if (scanned) return next(scanned);
  const scan = new JsonScan(json.bytes.subarray(jsonMember.valueStart, jsonMember.valueEnd), false);
  const first = scan.run();
  return first ? next(first) : runOn(() => scan.run()).then(next);
}

/** Notes the JSON object that bytes of the body are. */
export function scanBody(
  bytes: Uint8Array,
  passage: TemplatePassage,
  sorts: boolean,
): MaybePromise<Objection | undefined> {
  return andThen(parseJsonBody(bytes, sorts), noteJson, passage);
}

function noteJson(parsed: JsonObjectText | Objection, { found }: TemplatePassage): Objection | undefined {
  if ('reason' in parsed) return parsed;
  found.json = parsed;
  return undefined;
}

/** The part at the end of a path. */
export function readMember(
  names: readonly string[],
  { found: { json } }: TemplatePassage,
  kind: MemberKind,
): FoundPart {
  const placed = json && memberAt(json, names);
  if (!placed || isLiteral(placed.object, placed.member, 'null')) return ABSENT;
  const text = memberText(placed.object, placed.member, kind);
  return text === undefined ? MALFORMED : foundText(byteString(text));
}

function memberText(json: JsonObjectText, jsonMember: JsonMember, kind: MemberKind): string | undefined {
  if (kind === 'number') return decimalText(json, jsonMember);
  return stringValue(json, jsonMember) ?? (kind === 'either' ? integerText(json, jsonMember) : undefined);
}

/** A member, and the object that holds it. */
export interface PlacedMember {
  readonly object: JsonObjectText;
  readonly member: JsonMember;
}

/** The member at the end of a path; undefined where a step is absent or no object. */
export function memberAt(json: JsonObjectText, names: readonly string[]): PlacedMember | undefined {
  let object = json;
  for (let i = 0; ; i++) {
    const jsonMember = findMember(object, names[i] as string);
    if (jsonMember === undefined) return undefined;
    if (i + 1 === names.length) return { object, member: jsonMember };
    const inner = innerObject(object, jsonMember);
    if (isJsonFault(inner)) return undefined;
    object = inner;
  }
}

/** A name on the way to a member beside which another stands that may be read in its place. */
export function refuseOtherMember(json: JsonObjectText, names: readonly string[]): Objection | undefined {
  let object = json;
  for (const name of names) {
    const refused = refuseOtherSpelling(`the member ${name}`, object.members, name, true);
    if (refused) return refused;
    const jsonMember = findMember(object, name);
    const inner = jsonMember && name !== names.at(-1) ? innerObject(object, jsonMember) : undefined;
    if (inner === undefined || isJsonFault(inner)) return undefined;
    object = inner;
  }
  return undefined;
}

function innerObject(object: JsonObjectText, jsonMember: JsonMember): JsonObjectText | JsonFault {
  const scanned = innerObjects.get(jsonMember);
  if (scanned) return scanned;
  const inner = scanJsonObject(object.bytes.subarray(jsonMember.valueStart, jsonMember.valueEnd));
  innerObjects.set(jsonMember, inner);
  return inner;
}

function readLate(names: readonly string[], passage: TemplatePassage): string | undefined {
  const { found } = passage;
  const json = found.json ?? scanJsonObject(passage.request.body);
  if (!isJsonFault(json)) found.json = json;
  const part = readMember(names, passage, 'either');
  return typeof part === 'string' ? part : undefined;
}

function parseDraft(passage: TemplatePassage): void {
  passage.found.json = draftJson(passage.request.body);
}

/** Adds a member at the end of its object, which is made where it is absent; one that is there already stays. */
export function placeMember(body: Uint8Array, names: readonly string[], valueText: string): Uint8Array {
  const json = draftJson(body);
  const [name, ...inner] = names;
  const jsonMember = findMember(json, name as string);
  if (jsonMember) {
    if (inner.length === 0) return body;
    const changed = placeMember(body.subarray(jsonMember.valueStart, jsonMember.valueEnd), inner, valueText);
    return concatBytes([
      body.subarray(0, jsonMember.valueStart),
      changed,
      body.subarray(jsonMember.valueEnd),
    ]);
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

function draftJson(body: Uint8Array): JsonObjectText {
  const json = scanJsonObject(body);
  if (isJsonFault(json))
    throw new SetupError(
      'request.body',
      `${json.fault}, at byte ${json.offset}`,
      'Give a JSON object, each name in it once: the scheme reads or puts a part there.',
    );
  return json;
}
