/** How a number of JSON may have been written, before somebody read it and wrote it again. */

export interface Spelling {
  readonly word: string;
  /** How unlikely: 0 as it stands, then in steps. */
  readonly cost: number;
}

/** Longer ones are ids and times, which are whole. */
const MAX_WHOLE_DIGITS = 8;

/** So many whole numbers at most are rounded into one that is tried among other spellings. */
const MAX_ROUNDED = 4;

/** Beyond it no quantity is counted or measured, and its digits without an exponent are a line of zeros. */
const MAX_POWER = 40;

/** The likeliest first, each once; the number as it stands among them. */
export function spellingsOf(word: string): readonly Spelling[] {
  const costs = new Map<string, number>([[word, 0]]);
  for (const other of otherSpellings(word)) if (!costs.has(other.word)) costs.set(other.word, other.cost);
  return [...costs].map(([text, cost]) => ({ word: text, cost })).sort((a, b) => a.cost - b.cost);
}

function* otherSpellings(word: string): Generator<Spelling> {
  if (/^-?\d+$/.test(word)) yield* ofWhole(word);
  else if (/^-?\d+\.\d+$/.test(word)) yield* ofFraction(word);
  else yield* ofPower(word);
}

/** `1` was 1.0, `1000` was 1e3. */
function* ofWhole(word: string): Generator<Spelling> {
  const rounded = word.length > 15 ? wholesRoundedTo(word, MAX_ROUNDED) : undefined;
  for (const whole of rounded ?? []) yield { word: whole, cost: 1 };
  if (word.length > MAX_WHOLE_DIGITS) return;
  yield { word: `${word}.0`, cost: 1 };
  yield { word: `${word}.00`, cost: 3 };
  yield* powersOf(word, 2);
}

/** `19.9` was 19.90, `1000.0` was 1e3 or 1000. */
function* ofFraction(word: string): Generator<Spelling> {
  const [whole = '', digits = ''] = word.split('.');
  const isWhole = /^0+$/.test(digits);
  if (isWhole) {
    yield* powersOf(whole, 1);
    yield { word: whole, cost: 2 };
  }
  yield { word: `${word}0`, cost: digits.length === 1 ? 1 : 3 };
  if (digits.length === 1) yield { word: `${word}00`, cost: 4 };
}

/** `1.5e-07` was 1.5e-7 or 0.00000015. */
function* ofPower(word: string): Generator<Spelling> {
  const value = Number(word);
  if (!Number.isFinite(value)) return;
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (Math.abs(power) > MAX_POWER) return;
  const sign = power < 0 ? '-' : '';
  const size = String(Math.abs(power));
  const fixed = power < 0 ? value.toFixed(Math.min(100, fractionLength(mantissa) - power)) : undefined;
  yield { word: `${mantissa}e${sign}${size}`, cost: 1 };
  if (fixed !== undefined) yield { word: fixed, cost: 2 };
  for (const letter of ['E', 'e'])
    for (const plus of power < 0 ? ['-'] : ['', '+'])
      for (const digits of [size, size.padStart(2, '0')])
        for (const whole of mantissa.includes('.') ? [mantissa] : [mantissa, `${mantissa}.0`])
          yield { word: `${whole}${letter}${plus}${digits}`, cost: letter === 'E' ? 2 : 3 };
}

/** With an exponent, of a number that ends with two zeros at least. */
function* powersOf(whole: string, cost: number): Generator<Spelling> {
  if (!/^-?[1-9]\d?0{2,}$/.test(whole)) return;
  const [mantissa = '', exponent = ''] = Number(whole).toExponential().split('e+');
  yield { word: `${mantissa}e${exponent}`, cost: cost + (Number(exponent) < 3 ? 1 : 0) };
  yield { word: `${mantissa}E${exponent}`, cost: cost + 1 };
  for (const sign of ['e+', 'E+']) yield { word: `${mantissa}${sign}${exponent}`, cost: cost + 2 };
  if (!mantissa.includes('.'))
    for (const letter of ['E', 'e']) yield { word: `${mantissa}.0${letter}${exponent}`, cost: cost + 2 };
}

function fractionLength(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

/** With so many digits behind the point at least; undefined where it has more, or an exponent. */
export function withFraction(word: string, length: number): string | undefined {
  if (!/^-?\d+(?:\.\d+)?$/.test(word)) return undefined;
  const missing = length - fractionLength(word);
  if (missing < 0) return undefined;
  return missing === 0 ? word : `${word.includes('.') ? word : `${word}.`}${'0'.repeat(missing)}`;
}

/** Two neighbours of the numbers that floating-point has are so far apart below 2^64. */
const MAX_GAP = 2048n;

/**
 * The whole numbers that floating-point rounds to this one, the nearest first, without itself; undefined where it is not written as a program
 * writes what it has rounded, or where they are more.
 */
export function wholesRoundedTo(word: string, most: number): readonly string[] | undefined {
  if (!isRounded(word)) return undefined;
  const value = Number(word);
  const exact = BigInt(value);
  const others: string[] = [];
  for (let distance = 1n; distance <= MAX_GAP; distance++) {
    const near = [exact - distance, exact + distance].filter((other) => Number(other) === value);
    if (near.length === 0) break;
    others.push(...near.map(String).filter((other) => other !== word));
    if (others.length > most) return undefined;
  }
  return others;
}

/** Whether a whole number above 2^53 has the digits, or the exponent, that programs write of what they have rounded. */
export function isRounded(word: string): boolean {
  const hasPower = /^\d\.\d{13,16}[eE]\+?(?:1[5-9]|20)$/.test(word);
  if (!hasPower && !/^\d{16,20}$/.test(word)) return false;
  const value = Number(word);
  // JavaScript and Go write the shortest digits that stand for it, and zeros.
  return value >= 2 ** 53 && value < 2 ** 64 && (hasPower || String(value) === word);
}
