/** Numbers of JSON as languages print them that have read them: `1.0` is `1` in one and stays in another. */

export type NumberForm =
  | 'as-written'
  | 'as-javascript'
  | 'as-python'
  | 'as-php'
  | 'as-perl'
  | 'as-java'
  | 'all-floating';

/** @param word a number of JSON */
export function numberAs(form: NumberForm, word: string): string {
  if (form === 'as-written') return word;
  if (form === 'as-javascript') return String(Number(word));
  const isWhole = /^-?\d+$/.test(word);
  if (form === 'as-php') return isWhole && Math.abs(Number(word)) < 2 ** 63 ? word : php(word);
  if (form === 'as-perl' && !isWhole) return perl(Number(word));
  if (isWhole && form !== 'all-floating') return word === '-0' ? '0' : word;
  const value = Number(word);
  if (!Number.isFinite(value)) return word;
  const [digits = '', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const number: Digits = {
    sign: value < 0 || Object.is(value, -0) ? '-' : '',
    digits: digits.replace('.', ''),
    exponent: Number(exponentText),
  };
  return form === 'as-python' ? python(number) : java(number);
}

/** The shortest digits that tell the number, the first of them before the point, times a power of ten. */
interface Digits {
  readonly sign: string;
  readonly digits: string;
  readonly exponent: number;
}

/** `repr`: exponents from 1e16 on and below 0.0001, of two digits at least. */
function python(number: Digits): string {
  const { sign, digits, exponent } = number;
  if (exponent >= -4 && exponent < 16) return plain(number);
  const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}${point}e${exponent < 0 ? '-' : '+'}${power}`;
}

/** As JavaScript’s but for exponents, which it has from 10¹⁷ on and below 0.0001. */
function php(word: string): string {
  const value = Number(word);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (!Number.isFinite(value) || (power >= -4 && power < 17)) return String(value);
  return `${digits.includes('.') ? digits : `${digits}.0`}e${exponent}`;
}

/** `%.15g`: exponents from 10¹⁵ on and below 0.0001, of two digits at least. */
function perl(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential(14).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 15) return String(Number(value.toPrecision(15)));
  const sign = power < 0 ? '-' : '+';
  return `${digits.replace(/\.?0+$/, '')}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** `Double.toString`: exponents from 10⁷ on and below 0.001. */
function java(number: Digits): string {
  const { sign, digits, exponent } = number;
  if (exponent >= -3 && exponent < 7) return plain(number);
  return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`;
}

function plain({ sign, digits, exponent }: Digits): string {
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
