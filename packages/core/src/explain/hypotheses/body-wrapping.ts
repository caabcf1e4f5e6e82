/** Bodies that were wrapped into another text, or taken out of one. */
import { byteText, latin1, utf8 } from '../../text/bytes.ts';
import { decodeHex, encodeBase64, encodeHex } from '../../text/encodings.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import type { JsonTree } from '../json-tree.ts';
import { bodyJson, bodyText, changeableBody, otherBody, withBody, withTexts } from '../other-body.ts';
import { bytesOfBase64 } from '../strangers-base64.ts';
import type { Change, Trial } from '../trial.ts';
import { BODY_STEPS, RAW, SIGN_WHAT_IS_SENT } from './body-part.ts';

/** The bytes that the body’s text stands for; nothing where it stands for none. */
function* decodedBody(trial: Trial, decode: (text: string) => Uint8Array | undefined): Generator<Change> {
  const text = bodyText(trial);
  const bytes = text === undefined || text === '' ? undefined : decode(text);
  if (bytes && bytes.length > 0) yield* otherBody(trial, bytes);
}

function* encodedBody(trial: Trial, encode: (body: Uint8Array) => Iterable<string>): Generator<Change> {
  const body = changeableBody(trial);
  if (body && body.length > 0) yield* withTexts(trial, encode(body));
}

/** The bytes of a list of their numbers. */
function listedBytes(tree: JsonTree | undefined): Uint8Array | undefined {
  if (tree?.kind !== 'list' || tree.items.length === 0) return undefined;
  const bytes = tree.items.map((item) => (item.kind === 'word' ? Number(item.word) : -1));
  return bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256)
    ? Uint8Array.from(bytes)
    : undefined;
}

/** What Node makes of a Buffer in JSON, and others of bytes. */
function bytesInJson(tree: JsonTree | undefined): Uint8Array | undefined {
  if (tree?.kind !== 'object') return listedBytes(tree);
  const data = tree.members.find(({ name }) => name === 'data')?.value;
  if (data) return listedBytes(data);
  // Of a typed array: {"0":123,"1":34}.
  const isList = tree.members.every(({ name }, i) => name === String(i));
  return isList ? listedBytes({ kind: 'list', items: tree.members.map(({ value }) => value) }) : undefined;
}

const CHUNK = /([\da-f]{1,8})[^\r\n]*\r?\n/iy;

/** The body of a chunked message whose framing was left in; undefined where it has none. */
function unchunked(body: string): string | undefined {
  let rest = '';
  let at = 0;
  for (;;) {
    CHUNK.lastIndex = at;
    const [line = '', digits = ''] = CHUNK.exec(body) ?? [];
    if (line === '') return undefined;
    const start = at + line.length;
    const length = Number.parseInt(digits, 16);
    if (length === 0) return rest === '' ? undefined : rest;
    if (start + length > body.length) return undefined;
    rest += body.slice(start, start + length);
    at = start + length + (/^\r?\n/.exec(body.slice(start + length, start + length + 2))?.[0].length ?? 0);
  }
}

/** At most 3 trials a row. */
export const BODY_WRAPPING: readonly TrialHypothesis[] = [
  {
    id: 'body-base64',
    ...BODY_STEPS,
    changes: (trial) =>
      decodedBody(trial, (text) =>
        bytesOfBase64(text.replace(/^data:[^,]*,|^"|"$/g, '').replace(/\s+/g, '')),
      ),
    says: () =>
      'The body arrives as base64 of the bytes that were signed, as AWS API Gateway and Lambda hand it over with isBase64Encoded.',
    mend: () => 'Decode the body before the gate sees it: in Lambda where event.isBase64Encoded is true.',
    example: 'raw-body-lambda',
  },
  {
    id: 'body-signed-base64',
    ...BODY_STEPS,
    changes: (trial) => encodedBody(trial, (body) => [encodeBase64(body)]),
    says: () => 'The signature is of the body’s base64, and the body arrives decoded.',
    mend: () => `Look for a gateway that decodes binary bodies. ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body-lambda',
  },
  {
    id: 'body-hex',
    ...BODY_STEPS,
    changes: (trial) =>
      decodedBody(trial, (text) => decodeHex(text.trim().replace(/^(?:0x|\\x)/, ''), { upperCase: true })),
    says: () => 'The body arrives as hex of the bytes that were signed.',
    mend: () => `${RAW} Databases and logs show bytes as hex: decode them.`,
    example: 'raw-body',
  },
  {
    id: 'body-signed-hex',
    ...BODY_STEPS,
    changes: (trial) => encodedBody(trial, (body) => [encodeHex(body), encodeHex(body).toUpperCase()]),
    says: () => 'The signature is of the body’s hex, and the body arrives as it is.',
    mend: () => SIGN_WHAT_IS_SENT,
  },
  {
    id: 'body-stringified-twice',
    ...BODY_STEPS,
    *changes(trial) {
      const tree = bodyJson(trial);
      if (tree?.kind === 'text') yield* otherBody(trial, utf8(tree.text));
    },
    says: () => 'The body arrives as a JSON string of the text that was signed: it was stringified twice.',
    mend: () => `${RAW} Where a client is given a string, it must not make JSON of it once more.`,
    example: 'raw-body',
  },
  {
    id: 'body-signed-stringified',
    ...BODY_STEPS,
    *changes(trial) {
      const text = bodyText(trial);
      if (text !== undefined && text !== '') yield* withTexts(trial, [JSON.stringify(text)]);
    },
    says: () =>
      'The signature is of the body as a JSON string, in quotes and with backslashes: what was signed was stringified once more than what was sent.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-buffer-as-json',
    ...BODY_STEPS,
    *changes(trial) {
      const bytes = bytesInJson(bodyJson(trial)) ?? listedBytes(numbersOf(bodyText(trial)));
      if (bytes) yield* otherBody(trial, bytes);
    },
    says: () =>
      'The body arrives as a list of its bytes’ numbers, as {"type":"Buffer","data":[…]}: a Buffer was made JSON.',
    mend: () => 'Hand the gate the Buffer itself, not JSON.stringify or String of it.',
    example: 'raw-body',
  },
  {
    id: 'body-python-bytes',
    ...BODY_STEPS,
    *changes(trial) {
      const [, , inside] = /^b(['"])(.*)\1$/s.exec(bodyText(trial)?.trim() ?? '') ?? [];
      const bytes = inside === undefined ? undefined : pythonBytes(inside);
      if (bytes) yield* otherBody(trial, bytes);
    },
    says: () => "The body arrives as Python shows bytes, b'…': somebody made a text of them with str().",
    mend: () => "Hand the gate the bytes themselves, or body.decode(): str(body) is b'…'.",
    example: 'raw-body',
  },
  {
    id: 'body-signed-python-bytes',
    ...BODY_STEPS,
    *changes(trial) {
      const body = changeableBody(trial);
      if (body) yield* withTexts(trial, [shownByPython(body)]);
    },
    says: () => "The signature is of the body as Python shows bytes, b'…'.",
    mend: () => 'Have the sender sign the bytes themselves: str(body) and f"{body}" make b\'…\' of them.',
  },
  {
    id: 'body-chunked',
    ...BODY_STEPS,
    changes: (trial) => withBody(trial, unchunked),
    says: () =>
      'The framing of Transfer-Encoding: chunked stands in the body, lengths in hex between its pieces.',
    mend: () =>
      'Take the body from an HTTP parser: what was read from a socket, or captured, has to be joined first.',
    example: 'raw-body',
  },
  {
    id: 'body-with-its-head',
    ...BODY_STEPS,
    changes: (trial) =>
      withBody(trial, (body) =>
        /^(?:[A-Z]+ \S+ HTTP\/|[\w-]+: )/.test(body) ? body.replace(/^.*?\r?\n\r?\n/s, '') : undefined,
      ),
    says: () => 'Header fields stand in the body, before what was signed.',
    mend: () => 'Hand the gate what stands after the first empty line of the message.',
    example: 'raw-body',
  },
];

/** `123,34,97`: what String makes of bytes. */
function numbersOf(text: string | undefined): JsonTree | undefined {
  if (text === undefined || !/^\d{1,3}(?:,\d{1,3})+$/.test(text)) return undefined;
  return { kind: 'list', items: text.split(',').map((word) => ({ kind: 'word', word })) };
}

const PYTHON_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function pythonBytes(inside: string): Uint8Array | undefined {
  return latin1(
    inside.replace(/\\(?:x([\da-f]{2})|(.))/gs, (_, digits: string | undefined, char: string) =>
      digits === undefined
        ? (PYTHON_ESCAPES[char] ?? char)
        : String.fromCharCode(Number.parseInt(digits, 16)),
    ),
  );
}

function shownByPython(body: Uint8Array): string {
  const text = byteText(body);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replace(/[\\\n\r\t]|[^\x20-\x7e]|'/g, (char) => {
    if (char === "'") return quote === "'" ? "\\'" : char;
    const letter = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char];
    return letter ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `b${quote}${inside}${quote}`;
}
