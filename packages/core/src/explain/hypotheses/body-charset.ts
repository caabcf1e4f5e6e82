/** Bodies whose text was decoded with one charset and encoded with another. */
import { byteText, decodeUtf8, isAscii, latin1, utf8 } from '../../text/bytes.ts';
import { withEscaped, withEscapedText } from '../escaped-text.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { bodyText, changeableBody, otherBody, withTexts } from '../other-body.ts';
import type { Change, Trial } from '../trial.ts';
import { fromWindows1252, windows1252 } from '../windows-1252.ts';
import { BODY_STEPS, COMPARED } from './body-part.ts';

/** The body as the bytes of another charset; nothing where it is all ASCII, or no UTF-8. */
function* asBytes(
  trial: Trial,
  encodings: readonly ((text: string) => Uint8Array | undefined)[],
): Generator<Change> {
  const text = bodyText(trial);
  if (text === undefined || isAscii(text)) return;
  for (const encode of encodings) {
    const bytes = encode(text);
    if (bytes) yield* otherBody(trial, bytes);
  }
}

/** What the bytes are as text of one byte a character, in UTF-8; nothing where they are all ASCII. */
function* fromBytes(trial: Trial): Generator<Change> {
  const body = changeableBody(trial);
  if (!body) return;
  const text = byteText(body);
  if (isAscii(text)) return;
  for (const decoded of [text, fromWindows1252(text)]) yield* otherBody(trial, utf8(decoded));
}

const lowBytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** UTF-16, the low byte of each unit first or last. */
function utf16(text: string, isLittle: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), isLittle);
  return new Uint8Array(view.buffer);
}

/** What is usual beside Latin-1 and Windows-1252. */
const CHARSETS = [
  'iso-8859-15',
  'windows-1250',
  'iso-8859-2',
  'windows-1251',
  'koi8-r',
  'windows-1254',
  'shift_jis',
  'gb18030',
  'big5',
  'euc-kr',
];

/** Undefined where the bytes are of no such text, or the runtime has it not. */
function decodedAs(charset: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const RAW_BYTES = 'Hand the gate the raw body, as bytes: nothing may make a text of it and bytes again.';
const SIGN_UTF8 = 'have the sender sign the UTF-8 bytes that it sends';

/** With a question mark for each character that the charset lacks. */
function replacing(
  encode: (text: string) => Uint8Array | undefined,
): (text: string) => Uint8Array | undefined {
  return (text) => encode(text.replace(/[^\0-\x7f]/gu, (char) => (encode(char) ? char : '?')));
}

/** Those bytes, taken for UTF-8. */
function mangled(encode: (text: string) => Uint8Array | undefined): (text: string) => Uint8Array | undefined {
  return (text) => {
    const bytes = encode(text);
    return bytes && utf8(new TextDecoder().decode(bytes));
  };
}

/** At most 10 trials a row. */
export const BODY_CHARSET: readonly TrialHypothesis[] = [
  {
    id: 'body-decoded-twice',
    ...COMPARED,
    *changes(trial) {
      // The text’s characters are the bytes of the text that was signed.
      yield* asBytes(trial, [twiceDecoded(latin1), twiceDecoded(windows1252)]);
      yield* withEscapedText(trial, twiceDecoded(latin1));
      yield* withEscapedText(trial, twiceDecoded(windows1252));
    },
    says: () =>
      'The body was decoded as Latin-1 or Windows-1252, though it is UTF-8, and encoded again: “é” has become “Ã©”.',
    mend: () => `${RAW_BYTES} Where a text must be made, decode it as UTF-8.`,
    example: 'charset',
  },
  {
    id: 'body-signed-latin1',
    ...COMPARED,
    *changes(trial) {
      yield* asBytes(trial, [latin1, windows1252, lowBytes, replacing(latin1), replacing(windows1252)]);
      // A library that signs texts has decoded these bytes once more.
      yield* asBytes(trial, [mangled(replacing(latin1)), mangled(replacing(windows1252))]);
      yield* withEscapedText(trial, latin1);
      yield* withEscapedText(trial, windows1252);
    },
    says: () =>
      'The signature is of the body as Latin-1 or Windows-1252, with “?” for what these lack, and it arrives as UTF-8: it was converted on its way, or the sender signs other bytes than it sends.',
    mend: () => `${RAW_BYTES} If they are raw: ${SIGN_UTF8}.`,
    example: 'charset',
  },
  {
    id: 'body-became-latin1',
    ...BODY_STEPS,
    *changes(trial) {
      const body = changeableBody(trial);
      if (body && decodeUtf8(body) === undefined) yield* fromBytes(trial);
      yield* withEscaped(trial, (bytes) =>
        decodeUtf8(bytes) === undefined ? utf8(fromWindows1252(byteText(bytes))) : undefined,
      );
    },
    says: () => 'The signature is of the body as UTF-8, and it arrives as Latin-1 or Windows-1252.',
    mend: () => `${RAW_BYTES} Name the charset where a text is made: default charsets differ by machine.`,
    example: 'charset',
  },
  {
    id: 'body-charset-converted',
    ...BODY_STEPS,
    *changes(trial) {
      const body = changeableBody(trial);
      if (!body || decodeUtf8(body) !== undefined) return;
      for (const charset of CHARSETS) {
        const text = decodedAs(charset, body);
        if (text !== undefined) yield* otherBody(trial, utf8(text), charset);
      }
    },
    says: (charset) => `The signature is of the body as UTF-8, and it arrives in the charset ${charset}.`,
    mend: () => `${RAW_BYTES} Name the charset where a text is made: default charsets differ by machine.`,
    example: 'charset',
  },
  {
    id: 'body-signed-decoded-twice',
    ...COMPARED,
    *changes(trial) {
      const body = changeableBody(trial);
      if (body && decodeUtf8(body) !== undefined) yield* fromBytes(trial);
      yield* withEscaped(trial, (bytes) => utf8(byteText(bytes)));
    },
    says: () =>
      'The signature is of a text that was decoded as Latin-1 or Windows-1252, though it is UTF-8: the sender signed “Ã©” for “é”.',
    mend: () =>
      `Look at the sender’s code, and ${SIGN_UTF8}: in Node sign the Buffer, or a string without the encoding latin1 or binary.`,
    example: 'charset',
  },
  {
    id: 'body-signed-utf16',
    ...COMPARED,
    *changes(trial) {
      for (const isLittle of [true, false])
        for (const mark of ['', '\ufeff']) yield* withUtf16(trial, (text) => utf16(mark + text, isLittle));
    },
    says: () => 'The signature is of the body as UTF-16, and it arrives as UTF-8.',
    mend: () =>
      `Look at the sender’s code, and ${SIGN_UTF8}: in .NET Encoding.UTF8.GetBytes, not Encoding.Unicode.`,
    example: 'charset',
  },
  {
    id: 'body-became-utf16',
    ...BODY_STEPS,
    *changes(trial) {
      const body = changeableBody(trial);
      if (!body || body.length < 2 || body.length % 2 !== 0 || !body.includes(0)) return;
      const isLittle = body[0] === 0xff || (body[0] !== 0xfe && body[1] === 0);
      const text = new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be').decode(body);
      yield* otherBody(trial, utf8(text));
    },
    says: () => 'The signature is of the body as UTF-8, and it arrives as UTF-16.',
    mend: () =>
      'Send the body as UTF-8: Windows PowerShell’s > and Out-File write UTF-16 unless they are told -Encoding utf8.',
    example: 'charset',
  },
  {
    id: 'body-signed-ascii',
    ...COMPARED,
    changes: (trial) =>
      asBytes(trial, [
        (text) => utf8(text.replace(/[^\0-\x7f]/g, '?')),
        (text) => utf8(text.replace(/[^\0-\x7f]/gu, '?')),
        (text) => utf8(text.replace(/[^\0-\x7f]/g, '')),
      ]),
    says: () => 'The signature is of the body with its letters beyond ASCII replaced by “?”, or left out.',
    mend: () =>
      `Look at the sender’s code, and ${SIGN_UTF8}: in .NET Encoding.UTF8.GetBytes, not Encoding.ASCII; in Java getBytes(UTF_8).`,
    example: 'charset',
  },
  {
    id: 'body-charset-lookalikes',
    ...BODY_STEPS,
    *changes(trial) {
      const body = changeableBody(trial);
      if (!body) return;
      const text = decodeUtf8(body) ?? fromWindows1252(byteText(body));
      yield* withTexts(trial, withOriginals(text));
    },
    says: () =>
      "The body was converted to another charset after it was signed, and characters that it lacks were replaced: ’ by ' or ?, – by - or ?.",
    mend: () =>
      `${RAW_BYTES} iconv with //TRANSLIT and encoders that replace lose characters: stay with UTF-8.`,
    example: 'charset',
  },
];

function* withUtf16(trial: Trial, encode: (text: string) => Uint8Array): Generator<Change> {
  const text = bodyText(trial);
  if (text !== undefined && text !== '') yield* otherBody(trial, encode(text));
}

/** Nothing where what comes out is no text: then it was never decoded so. */
function twiceDecoded(
  encode: (text: string) => Uint8Array | undefined,
): (text: string) => Uint8Array | undefined {
  return (text) => {
    const bytes = encode(text);
    return bytes && decodeUtf8(bytes) !== undefined ? bytes : undefined;
  };
}

/** Between letters an apostrophe, between blanks a dash: what converters put there, and what it was. */
const APOSTROPHES = /(?<=\p{L})['?](?=\p{L})/gu;
const DASHES = /(?<= )[-?](?= )/g;

/** The text with one kind of character put back, with both, and with quotes. */
function* withOriginals(text: string): Generator<string> {
  for (const dash of ['–', '—', '-']) {
    const dashed = text.replace(DASHES, dash);
    yield dashed;
    yield dashed.replace(APOSTROPHES, '’');
  }
}
