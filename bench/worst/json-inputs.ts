/** JSON bodies that are meant to cost as much as they can. */
import { type Family, fill, type Genome, reader, withBody } from './genome.ts';

/** What strings of JSON are made of. */
export const IN_STRINGS = [
  'x',
  'é',
  '一',
  '🚀',
  '<',
  '\\n',
  '\\"',
  '\\u00e9',
  '\\u2028',
  '\\ud800',
  '\u007f',
  '\u2028',
  ' ',
];
/** What stands in arrays, a comma behind each. */
const ELEMENTS = [
  '0',
  '""',
  '[]',
  '{}',
  'null',
  '-1.5e+10',
  '"\\n"',
  '"é"',
  '{"":0}',
  '{"a":1,"A":2}',
  '[[[[0]]]]',
];
const SPACES = ['', '', ' ', '\n\n\t', ' '.repeat(60)];

export const HEX_64 = '0'.repeat(64);

export function jsonValue(genome: Genome, bytes: number): string {
  const { next, pick, upTo } = reader(genome);
  const kind = Math.floor(next() * 6);
  const space = pick(SPACES);
  const units: readonly [string, string] = [pick(IN_STRINGS), pick(IN_STRINGS)];
  const run = upTo(200);
  if (kind === 0) return `"${fill(units, run, bytes)}"`;
  if (kind === 1) {
    const element = pick(ELEMENTS) + space;
    return `[${`${element},`.repeat(Math.max(0, Math.floor(bytes / (Buffer.byteLength(element) + 1)) - 1))}0]`;
  }
  if (kind === 2) {
    const depth = 1 + upTo(180);
    const [open, close] = pick([
      ['[', ']'],
      ['{"":', '}'],
    ] as const);
    const element = `${open.repeat(depth)}0${close.repeat(depth)},`;
    return `[${element.repeat(Math.floor(bytes / element.length))}0]`;
  }
  if (kind === 3) {
    const depth = upTo(180);
    return `${'{"z":'.repeat(depth)}"${fill(units, run, bytes - 6 * depth)}"${'}'.repeat(depth)}`;
  }
  // Objects of many members, in one or in many; names long or short, escaped or not, sorted or not.
  const count = Math.min(9900, 1 + upTo(9900));
  const nameBytes = Math.max(1, Math.min(60_000, Math.floor(bytes / count) - 8 - space.length));
  const stem = fill(units, run, Math.max(0, nameBytes - 6));
  const first = next() < 0.5;
  const perObject = kind === 4 ? count : 1 + upTo(40);
  const objects: string[] = [];
  for (let i = 0; i < count; i += perObject) {
    const names = Array.from({ length: Math.min(perObject, count - i) }, (_, k) => {
      const number = String(10_000 - i - k);
      return `"${first ? number + stem : stem + number}":${space}0`;
    });
    objects.push(`{${names.join()}}`);
  }
  return objects.length === 1 ? (objects[0] as string) : `[${objects.join()}]`;
}

/** A JSON body that carries a signature of the right form. */
export const jsonBody: Family = {
  name: 'JSON',
  part: 'body',
  make(genuine, genome, bytes) {
    const { pick, next } = reader([...genome].reverse());
    const value = jsonValue(genome, bytes - 200);
    const members = [
      `"action_name":"a"`,
      `"parameters":${value}`,
      `"timestamp":1760000000`,
      `"at":1760000000`,
    ];
    const signatures = [`"signature":"${HEX_64}"`, `"sig":"${HEX_64}"`];
    const first = next() < 0.5;
    // Flowent knows no member `at` or `sig`; with them the readings in its own order do not apply.
    const membersTaken = next() < 0.7 ? members.slice(0, 3) : members;
    const all =
      membersTaken.length === 3
        ? [...membersTaken, signatures[0] as string]
        : [...membersTaken, ...signatures];
    if (first) all.reverse();
    const text = `{${pick(SPACES)}${all.join(`,${pick(SPACES)}`)}}`;
    return withBody(genuine, 'application/json', text);
  },
};

/** A whole JSON value, damaged in one place or none, and no object perhaps. */
export const brokenJson: Family = {
  name: 'broken JSON',
  part: 'body',
  make(genuine, genome, bytes) {
    const { next } = reader([...genome].reverse());
    const text = jsonValue(genome, bytes - 50);
    const at = Math.floor(text.length * next());
    return withBody(genuine, 'application/json', `{"a":${text.slice(0, at)}${next() < 0.5 ? '\u0000' : ''}`);
  },
};
