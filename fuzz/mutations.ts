/** Changes of inputs: of bytes, of pieces, and by the words that the code under test compares with. */

/** Whole numbers of 32 bits, the same for the same seed. */
export type Random = () => number;

/** What changes are made of. */
export interface Material {
  readonly random: Random;
  readonly words: readonly Uint8Array[];
  /** Of another input, to be mixed in. */
  readonly other: () => Uint8Array;
  /** A longer result is cut. */
  readonly mostBytes: number;
}

/** An input with some changes, one after another. */
export function mutated(input: Uint8Array, material: Material): Uint8Array {
  let bytes = input;
  for (let n = 1 << (material.random() % 4); n > 0; n--) {
    const isRare = material.random() % 64 === 0;
    const change = isRare ? repeated : (CHANGES[material.random() % CHANGES.length] as Change);
    bytes = change(bytes, material);
    if (bytes.length > material.mostBytes) bytes = bytes.subarray(0, material.mostBytes);
  }
  return bytes;
}

type Change = (bytes: Uint8Array, material: Material) => Uint8Array;

/** Bytes that parsers give a meaning, and ends of ranges. */
const TELLING = Uint8Array.from([
  ...Buffer.from('\0\t\n\r "\'\\%&+,-./:;=@[]{}()<>^|$`0129afzAFZ_~\x7f', 'latin1'),
  0x80,
  0xbf,
  0xc0,
  0xc2,
  0xe0,
  0xe2,
  0xed,
  0xef,
  0xf0,
  0xf4,
  0xff,
]);

const CHANGES: readonly Change[] = [
  (bytes, { random }) => replaced(bytes, random, (byte) => byte ^ (1 << (random() % 8))),
  (bytes, { random }) => replaced(bytes, random, () => random() & 0xff),
  (bytes, { random }) => replaced(bytes, random, () => TELLING[random() % TELLING.length] as number),
  (bytes, { random }) => replaced(bytes, random, (byte) => byte + (random() % 9) - 4),
  (bytes, { random }) => spliced(bytes, spanOf(bytes, random), Uint8Array.of()),
  (bytes, { random }) =>
    spliced(bytes, placeOf(bytes, random), TELLING.subarray(random() % TELLING.length).subarray(0, 1)),
  (bytes, { random }) => spliced(bytes, placeOf(bytes, random), piece(bytes, random)),
  (bytes, { random }) => spliced(bytes, spanOf(bytes, random), piece(bytes, random)),
  (bytes, { random, words }) => spliced(bytes, placeOf(bytes, random), wordOf(words, random)),
  (bytes, { random, words }) => spliced(bytes, placeOf(bytes, random), wordOf(words, random)),
  (bytes, { random, words }) => spliced(bytes, spanOf(bytes, random), wordOf(words, random)),
  (bytes, { random, other }) => spliced(bytes, placeOf(bytes, random), piece(other(), random)),
  (bytes, { random, other }) => {
    const rest = other();
    return Buffer.concat([
      bytes.subarray(0, random() % (bytes.length + 1)),
      rest.subarray(random() % (rest.length + 1)),
    ]);
  },
];

interface Span {
  readonly start: number;
  readonly end: number;
}

function placeOf({ length }: Uint8Array, random: Random): Span {
  const at = random() % (length + 1);
  return { start: at, end: at };
}

/** Short ones as likely as long ones. */
function spanOf({ length }: Uint8Array, random: Random): Span {
  const start = random() % (length + 1);
  const most = Math.min(length - start, 1 << (random() % 8));
  return { start, end: start + (most === 0 ? 0 : 1 + (random() % most)) };
}

function piece(bytes: Uint8Array, random: Random): Uint8Array {
  const { start, end } = spanOf(bytes, random);
  return bytes.subarray(start, end);
}

function wordOf(words: readonly Uint8Array[], random: Random): Uint8Array {
  return words[random() % words.length] ?? Uint8Array.of();
}

function replaced(bytes: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  if (bytes.length === 0) return bytes;
  const at = random() % bytes.length;
  const copy = Uint8Array.from(bytes);
  copy[at] = change(copy[at] as number);
  return copy;
}

function spliced(bytes: Uint8Array, { start, end }: Span, between: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, start), between, bytes.subarray(end)]);
}

/** A piece many times over: what is quadratic shows only there. */
function repeated(bytes: Uint8Array, { random, mostBytes }: Material): Uint8Array {
  const part = piece(bytes, random);
  const times = 1 << (random() % 11);
  if (part.length * times > mostBytes) return bytes;
  return spliced(bytes, placeOf(bytes, random), Buffer.alloc(part.length * times, part));
}
