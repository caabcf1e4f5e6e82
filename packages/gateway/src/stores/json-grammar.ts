/** The tokens of RFC 8259, byte by byte. */

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** @returns 0 where it is none */
export function escapeSize(bytes: Uint8Array, at: number): number {
  switch (bytes[at + 1]) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return 2;
    case 0x75: // u
      for (let i = at + 2; i < at + 6; i++) if (!isHex(bytes[i] ?? 0)) return 0;
      return 6;
    default:
      return 0;
  }
}

function isHex(byte: number): boolean {
  const letter = byte | 0x20;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}

const LITERALS = ['true', 'false', 'null'].map((text) => Buffer.from(text));

/** @returns -1 where there is none */
export function literalEnd(bytes: Buffer, at: number): number {
  const literal = LITERALS.find(([first]) => first === bytes[at]);
  if (literal === undefined) return -1;
  const end = at + literal.length;
  return end <= bytes.length && literal.every((byte, i) => byte === bytes[at + i]) ? end : -1;
}

const BEGIN = 0;
const MINUS = 1;
const ZERO = 2;
const WHOLE = 3;
const POINT = 4;
const FRACTION = 5;
const E = 6;
const SIGN = 7;
const EXPONENT = 8;

/** @returns -1 where no number begins with this byte */
export function beginNumber(byte: number): number {
  return numberState(BEGIN, byte);
}

export function mayEndNumber(state: number): boolean {
  return state === ZERO || state === WHOLE || state === FRACTION || state === EXPONENT;
}

/** @returns what a number is after one more byte; -1 where that is no part of it */
export function numberState(state: number, byte: number): number {
  if (isDigit(byte)) return afterDigit(state, byte);
  if (byte === 0x2d) return state === BEGIN ? MINUS : state === E ? SIGN : -1;
  if (byte === 0x2b) return state === E ? SIGN : -1;
  if (byte === 0x2e) return state === ZERO || state === WHOLE ? POINT : -1;
  if (byte === 0x65 || byte === 0x45) return state === ZERO || state === WHOLE || state === FRACTION ? E : -1;
  return -1;
}

function afterDigit(state: number, byte: number): number {
  switch (state) {
    case BEGIN:
    case MINUS:
      return byte === 0x30 ? ZERO : WHOLE;
    case ZERO:
      return -1;
    case WHOLE:
      return WHOLE;
    case POINT:
    case FRACTION:
      return FRACTION;
    default:
      return EXPONENT;
  }
}
