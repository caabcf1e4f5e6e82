/** Parts that sit in a member of a JSON body: the body parsed, they found, and put there. */

import { acceptedWithLateId } from '../late-id.ts';
import type { MaybePromise } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { runOn } from '../pause.ts';
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
import { isWithin, memberNames } from './member-path.ts';
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
    parse: parseJson,
    parseDraft,
  };
}

/** Parses the body before its proof is judged; in slices where it takes long. @param sorts whether to note which objects’ members are out of order */
function parseJson(passage: TemplatePassage, sorts: boolean): MaybePromise<Objection | undefined> {
  const scan = new JsonScan(passage.request.body, sorts);
  const note = (json: JsonObjectText | JsonFault): Objection | undefined => {
    if (isJsonFault(json))
      return objection('malformed-body', `in the body, ${json.fault}, at byte ${json.offset}`);
    passage.found.json = json;
    return undefined;
  };
  const first = scan.run();
  return first ? note(first) : runOn(() => scan.run()).then(note);
}

function readMember(
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
interface PlacedMember {
  readonly object: JsonObjectText;
  readonly member: JsonMember;
}

/** The member at the end of a path; undefined where a step is absent or no object. */
function memberAt(json: JsonObjectText, names: readonly string[]): PlacedMember | undefined {
  let object = json;
  for (let i = 0; ; i++) {
    const jsonMember = findMember(object, names[i] as string);
    if (jsonMember === undefined) return undefined;
    if (i + 1 === names.length) return { object, member: jsonMember };
    const inner = scanJsonObject(object.bytes.subarray(jsonMember.valueStart, jsonMember.valueEnd));
    if (isJsonFault(inner)) return undefined;
    object = inner;
  }
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
function placeMember(body: Uint8Array, names: readonly string[], valueText: string): Uint8Array {
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
