/** A request without what its proof put into it, so that it can be signed anew: signature, time and digest of the body, wherever they stand. */
import { declaredAs } from './explain/declared.ts';
import type { Gate } from './gate.ts';
import { HeaderList } from './headers.ts';
import type { SignedRequest } from './model.ts';
import { type Sliced, withPauses } from './pause.ts';
import { fieldText, withFieldText } from './schemes/field-text.ts';
import { member } from './schemes/json-member.ts';
import { memberNames } from './schemes/member-path.ts';
import type { PartSource } from './schemes/part-source.ts';
import { concatBytes, decodeUtf8, utf8 } from './text/bytes.ts';
import { listElements } from './text/json-elements.ts';
import {
  findMember,
  isJsonFault,
  type JsonFault,
  type JsonObjectText,
  JsonScan,
  withoutMember,
} from './text/json-text.ts';

type Unsigned = Pick<SignedRequest, 'url' | 'headers' | 'body'>;

/** The rest stays byte for byte; a body that is not of the form that the scheme reads stays whole. A long one is read in slices. */
export async function withoutProof<Request extends Unsigned>(
  { scheme, proofHeaders }: Pick<Gate, 'scheme' | 'proofHeaders'>,
  request: Request,
): Promise<Request> {
  const kept = [...request.headers].filter(([name]) => !proofHeaders.includes(name.toLowerCase()));
  const { url, body } = request;
  let bare: Unsigned = { url, body, headers: new HeaderList(kept.flat()) };
  const { signature, timestamp, bodyDigest } = declaredAs(scheme, 'template')?.options ?? {};
  const certified = declaredAs(scheme, 'certificate')?.options;
  const members = [certified?.signature, certified?.timestamp].flatMap((name) =>
    name === undefined ? [] : member(name),
  );
  const parts: readonly (PartSource | undefined)[] = [signature, timestamp, bodyDigest, ...members];
  for (const part of parts) if (part !== undefined) bare = await withPauses(withoutPart(bare, part));
  return { ...request, ...bare };
}

function* withoutPart(request: Unsigned, part: PartSource): Sliced<Unsigned> {
  const { url, headers, body } = request;
  if ('header' in part) {
    const others = [...headers].filter(([name]) => name.toLowerCase() !== part.header.toLowerCase());
    return { ...request, headers: new HeaderList(others.flat()) };
  }
  if ('member' in part) return { ...request, body: yield* cutMember(body, memberNames(part.member)) };
  if ('jsonField' in part) return { ...request, body: yield* cutInField(body, part) };
  if ('field' in part) return { ...request, body: yield* withoutField(body, part.field) };
  const at = url.indexOf('?');
  if (!('query' in part) || at < 0) return request;
  const rest = yield* withoutField(utf8(url.slice(at + 1)), part.query);
  const query = decodeUtf8(rest) ?? '';
  return { ...request, url: query === '' ? url.slice(0, at) : `${url.slice(0, at)}?${query}` };
}

function* cutMember(bytes: Uint8Array, [name = '', ...rest]: readonly string[]): Sliced<Uint8Array> {
  if (name === '*') return yield* cutInElements(bytes, rest);
  const object = yield* scanned(bytes);
  const jsonMember = isJsonFault(object) ? undefined : findMember(object, name);
  if (isJsonFault(object) || jsonMember === undefined) return bytes;
  if (rest.length === 0) return concatBytes(withoutMember(object, jsonMember)[0] ?? [bytes]);
  const { valueStart, valueEnd } = jsonMember;
  const value = yield* cutMember(bytes.subarray(valueStart, valueEnd), rest);
  return concatBytes([bytes.subarray(0, valueStart), value, bytes.subarray(valueEnd)]);
}

/** Of items that are signed one by one. */
function* cutInElements(bytes: Uint8Array, names: readonly string[]): Sliced<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let end = 0;
  for (const element of listElements(bytes, 0, bytes.length) ?? []) {
    const start = element.byteOffset - bytes.byteOffset;
    pieces.push(bytes.subarray(end, start), yield* cutMember(element, names));
    end = start + element.length;
  }
  return concatBytes([...pieces, bytes.subarray(end)]);
}

/** The field is written anew; of a multipart form nothing is cut out. */
function* cutInField(
  bytes: Uint8Array,
  { jsonField, path }: Extract<PartSource, { readonly jsonField: string }>,
): Sliced<Uint8Array> {
  const value = fieldText(bytes, jsonField);
  if (value === undefined) return bytes;
  const json = decodeUtf8(yield* cutMember(utf8(value), memberNames(path))) ?? '';
  return withFieldText(bytes, jsonField, json);
}

function* scanned(bytes: Uint8Array): Sliced<JsonObjectText | JsonFault> {
  const scan = new JsonScan(bytes, false);
  for (;;) {
    const object = scan.run();
    if (object !== undefined) return object;
    yield;
  }
}

/** Of one slice: each byte may be a field. */
const FIELD_SLICE_BYTES = 32 * 1024;

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;

/** In one pass, a byte at a time: fields may be as many as bytes. @param bytes fields of a form or a query, percent-encoded */
function* withoutField(bytes: Uint8Array, name: string): Sliced<Uint8Array> {
  const nameBytes = utf8(name);
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  let isStart = true;
  let isFirst = true;
  let isLeftOut = false;
  const begin = (at: number): void => {
    isStart = false;
    isLeftOut = isNamed(bytes, at, nameBytes);
    if (isLeftOut) return;
    if (!isFirst) kept[length++] = AMPERSAND;
    isFirst = false;
  };
  for (let at = 0; at < bytes.length; at++) {
    if (at > 0 && at % FIELD_SLICE_BYTES === 0) yield;
    if (isStart) begin(at);
    const byte = bytes[at] as number;
    if (byte === AMPERSAND) isStart = true;
    else if (!isLeftOut) kept[length++] = byte;
  }
  if (isStart) begin(bytes.length);
  return kept.subarray(0, length);
}

/** Whether a field that begins there has that name, however it is spelt. */
function isNamed(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  let at = start;
  for (let i = 0; i < name.length; i++) {
    const byte = bytes[at];
    if (byte === undefined || byte === AMPERSAND || byte === EQUALS) return false;
    const code = byte === PERCENT ? hexByte(bytes, at + 1) : undefined;
    if ((code ?? (byte === PLUS ? SPACE : byte)) !== name[i]) return false;
    at += code === undefined ? 1 : 3;
  }
  return at >= bytes.length || bytes[at] === AMPERSAND || bytes[at] === EQUALS;
}

/** Undefined where no two hexadecimal digits stand there. */
function hexByte(bytes: Uint8Array, at: number): number | undefined {
  const high = hexDigit(bytes[at]);
  const low = hexDigit(bytes[at + 1]);
  return high === undefined || low === undefined ? undefined : 16 * high + low;
}

function hexDigit(byte = 0): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}
