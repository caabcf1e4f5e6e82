/** Numbers as JSON writes them, compared exactly: as floating point, 9007199254740993 is 9007199254740992. */

/** A number other than 0 is `0.DIGITS × 10^exponent`, with its sign. */
export interface ExactDecimal {
  readonly sign: -1 | 0 | 1;
  /** Without zeros at either end. */
  readonly digits: string;
  readonly exponent: bigint;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Undefined where the text is no number of JSON. */
export function parseDecimal(text: string): ExactDecimal | undefined {
  const [, minus, whole = '', fraction = '', power = '0'] = NUMBER.exec(text) ?? [];
  if (whole === '' || (whole.length > 1 && whole.startsWith('0'))) return undefined;
  const all = whole + fraction;
  const first = all.search(/[1-9]/);
  if (first < 0) return { sign: 0, digits: '', exponent: 0n };
  return {
    sign: minus === '-' ? -1 : 1,
    digits: withoutEndZeros(all.slice(first)),
    exponent: BigInt(power) + BigInt(whole.length - first),
  };
}

/** Negative where the first is less, 0 where they are equal. */
export function compareDecimals(a: ExactDecimal, b: ExactDecimal): number {
  if (a.sign !== b.sign || a.sign === 0) return a.sign - b.sign;
  return a.sign * compareSizes(a, b);
}

function compareSizes(a: ExactDecimal, b: ExactDecimal): number {
  if (a.exponent !== b.exponent) return a.exponent < b.exponent ? -1 : 1;
  // Digits behind a point, so to speak: the longer of two that begin alike is more.
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -1 : 1;
}

/** Not by a pattern: one that looks for the end tries each zero. */
function withoutEndZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}
