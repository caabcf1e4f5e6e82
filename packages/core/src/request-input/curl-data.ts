/** What curl's options of data send. @see https://curl.se/docs/manpage.html */
import { shortened } from '../text/amounts.ts';
import { byteText, type Sliced } from '../text/bytes.ts';
import { MAX_QUOTED_CHARS } from './input-error.ts';
import { bytesOf } from './request-input.ts';

/** Of an option: what is made of it is made in a turn of its own. */
export const LONG_VALUE: number = 32 * 1024;

/** @param option as the line has it, with its value. @throws InputError for all but `-`. */
export type ReadFile = (option: string, file: string) => Uint8Array;

/** `@-` is what is piped into curl; as text it loses its line ends and zero bytes, as curl does it. */
export function readData(option: string, value: string, readFile: ReadFile, as: 'text' | 'binary'): string {
  if (!value.startsWith('@')) return value;
  const text = byteText(
    readFile(`${option} ${shortened(fileName(value), MAX_QUOTED_CHARS)}`, value.slice(1)),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: curl drops these from text data.
  return as === 'text' ? text.replace(/[\r\n\x00]/g, '') : text;
}

/** `text`, `=text`, `name=text`, `@file`, `name@file`. */
export function* urlencodeData(option: string, value: string, readFile: ReadFile): Sliced<string> {
  const match = /^([^=@]*)([=@])(.*)$/s.exec(value);
  if (match === null) return yield* percentEncode(value);
  const [, name = '', sign, content = ''] = match;
  const isFile = sign === '@';
  const text = isFile
    ? byteText(readFile(`${option} ${shortened(fileName(value), MAX_QUOTED_CHARS)}`, content))
    : content;
  return (name === '' ? '' : `${name}=`) + (yield* percentEncode(text));
}

function fileName(byteString: string): string {
  return new TextDecoder().decode(bytesOf(byteString));
}

function* percentEncode(byteString: string): Sliced<string> {
  let encoded = '';
  for (let start = 0; start < byteString.length; start += LONG_VALUE) {
    if (start > 0) yield;
    encoded += percentEncodePiece(byteString, start, Math.min(start + LONG_VALUE, byteString.length));
  }
  return encoded;
}

/** In one buffer: a text of bytes that are all escaped takes ten times as long by an expression. */
function percentEncodePiece(byteString: string, start: number, end: number): string {
  const encoded = new Uint8Array(3 * (end - start));
  let length = 0;
  for (let i = start; i < end; i++) {
    const byte = byteString.charCodeAt(i);
    if (isUnreserved(byte)) encoded[length++] = byte;
    else {
      encoded[length++] = 0x25;
      encoded[length++] = HEX_DIGITS.charCodeAt(byte >> 4);
      encoded[length++] = HEX_DIGITS.charCodeAt(byte & 0xf);
    }
  }
  return byteText(encoded.subarray(0, length));
}

const HEX_DIGITS = '0123456789ABCDEF';

/** Letters, digits, `-._~`. @see RFC 3986 §2.3 */
function isUnreserved(byte: number): boolean {
  const letter = byte | 0x20;
  if (letter >= 0x61 && letter <= 0x7a) return true;
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e || byte === 0x5f || byte === 0x7e;
}
