/**
 * Inputs that are meant to cost as much as they can: each family makes a request from a genome, a list of numbers from
 * 0 up to 1, so that a search can breed the worst of them.
 */
import { createHmac } from 'node:crypto';
import { HeaderList, type SignedRequest } from '@countersign/core';

/** Numbers from 0 up to 1; each family reads as many as it wants. */
export type Genome = readonly number[];

export interface Family {
  readonly name: string;
  /** @param bytes about how long the body may be, or the head where the family lives there */
  make(genuine: SignedRequest, genome: Genome, bytes: number): SignedRequest;
}

export const GENES = 12;

/** Reads a genome gene by gene. */
function reader(genome: Genome) {
  let at = 0;
  const next = (): number => genome[at++ % genome.length] as number;
  return {
    next,
    pick: <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T,
    /** Up to a bound, the small ones as likely as the large ones. */
    upTo: (bound: number): number => Math.floor((bound + 1) ** next()) - 1,
  };
}

/** Text of that many bytes at most, of one unit or of two in turn. */
function fill(units: readonly [string, string], run: number, bytes: number): string {
  const [a, b] = units;
  const turn = a.repeat(run + 1) + b;
  const turns = Math.floor(bytes / Math.max(1, Buffer.byteLength(turn)));
  return turns > 0 ? turn.repeat(turns) : a.repeat(Math.floor(bytes / Math.max(1, Buffer.byteLength(a))));
}

/** What strings of JSON are made of. */
const IN_STRINGS = [
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

const HEX_64 = '0'.repeat(64);

function jsonValue(genome: Genome, bytes: number): string {
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
    const one = `${open.repeat(depth)}0${close.repeat(depth)},`;
    return `[${one.repeat(Math.floor(bytes / one.length))}0]`;
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
    const known = next() < 0.7 ? members.slice(0, 3) : members;
    const all = known.length === 3 ? [...known, signatures[0] as string] : [...known, ...signatures];
    if (first) all.reverse();
    const text = `{${pick(SPACES)}${all.join(`,${pick(SPACES)}`)}}`;
    return withBody(genuine, 'application/json', text);
  },
};

/** A whole JSON value, damaged in one place or none, and no object perhaps. */
export const brokenJson: Family = {
  name: 'broken JSON',
  make(genuine, genome, bytes) {
    const { next } = reader([...genome].reverse());
    const text = jsonValue(genome, bytes - 50);
    const at = Math.floor(text.length * next());
    return withBody(genuine, 'application/json', `{"a":${text.slice(0, at)}${next() < 0.5 ? '\u0000' : ''}`);
  },
};

const PAIRS = [
  '&',
  'a=1&',
  '=',
  '%',
  '%41',
  '%E4%B8%80',
  '%e9',
  '+',
  'x',
  'é',
  '\r\n',
  'a%3D=&',
  'sig=1&',
  '\u0000',
];

export const formBody: Family = {
  name: 'form',
  make(genuine, genome, bytes) {
    const { next, pick, upTo } = reader(genome);
    const units: readonly [string, string] = [pick(PAIRS), pick(PAIRS)];
    const signature = `sig=${HEX_64}&signature=${'0'.repeat(40)}&timestamp=2025-10-09T08:53:20Z&at=1760000000`;
    const rest = bytes - signature.length - 10;
    if (next() < 0.4) return withBody(genuine, FORM, `${signature}&${fill(units, upTo(500), rest)}`);
    const count = 1 + upTo(990);
    const each = Math.max(1, Math.floor(rest / count) - 8);
    const stem = fill(units, upTo(100), each).replaceAll(/[&=]/g, 'a');
    const first = next() < 0.5;
    const blank = next() < 0.2 ? '' : '1';
    const pairs = Array.from({ length: count }, (_, i) =>
      first ? `f${i}${stem}=${blank}` : `${stem}${i}=${blank}`,
    );
    return withBody(
      genuine,
      FORM,
      next() < 0.5 ? `${signature}&${pairs.join('&')}` : `${pairs.join('&')}&${signature}`,
    );
  },
};

const FORM = 'application/x-www-form-urlencoded';

export const multipartBody: Family = {
  name: 'multipart',
  make(genuine, genome, bytes) {
    const { next, pick, upTo } = reader(genome);
    const boundary = pick(['b', 'b'.repeat(70), '-'.repeat(69)]);
    const near = `\r\n--${boundary.slice(0, -1)}`;
    const units: readonly [string, string] = [
      pick(['x', '\r\n', '\n', near, '\r\n--', 'é', 'X: y\r\n', ':', '"', ';', '\\']),
      pick(['x', '\n', '\r', '-', ' ']),
    ];
    const count = 1 + upTo(990);
    const each = Math.max(1, Math.floor(bytes / count) - boundary.length - 60);
    const inName = next() < 0.3;
    const inHeaders = next() < 0.3;
    const parts = Array.from({ length: count }, (_, i) => {
      const filler = fill(units, upTo(300), each);
      const name = inName ? filler.slice(0, 8000) : `n${i}`;
      const extra = inHeaders ? `\r\n${filler}` : '';
      return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${extra}\r\n\r\n${inName ? '' : filler}\r\n`;
    });
    const signature = `--${boundary}\r\ncontent-disposition: form-data; name="sig"\r\n\r\n${HEX_64}\r\n`;
    return withBody(
      genuine,
      `multipart/form-data; boundary="${boundary}"`,
      `${signature}${parts.join('')}--${boundary}--`,
    );
  },
};

/** Bytes that nobody parses. */
export const plainBody: Family = {
  name: 'bytes',
  make(genuine, genome, bytes) {
    const { pick, upTo } = reader(genome);
    const units: readonly [string, string] = [
      pick([...IN_STRINGS, ...PAIRS]),
      pick([...IN_STRINGS, ...PAIRS]),
    ];
    return withBody(genuine, 'application/octet-stream', fill(units, upTo(500), bytes));
  },
};

/** What texts of headers are made of. */
const IN_HEADERS = [
  ' ',
  '\t',
  'a',
  '"',
  '\\',
  '(',
  ')',
  ',',
  ', ',
  ';',
  ';a',
  ';a=1',
  '=',
  ':',
  ':YQ==:',
  '.',
  '1.0',
  '@1',
  '%"',
  '?1',
  '-',
  'v1=',
  'v1,',
  't=1,',
  '0',
  '\n ',
  'a=1, ',
  'é',
];

/** One header of the genuine request, or one more, filled. */
export const headerField: Family = {
  name: 'header',
  make(genuine, genome, bytes) {
    const { next, pick, upTo } = reader(genome);
    const flat = [...genuine.headers.flat];
    const at = 2 * Math.floor((next() * flat.length) / 2) + 1;
    const text = fill([pick(IN_HEADERS), pick(IN_HEADERS)], upTo(300), bytes);
    const old = flat[at] ?? '';
    const cut = Math.floor(old.length * next());
    flat[at] = pick([text, old + text, text + old, old.slice(0, cut) + text + old.slice(cut)]);
    return { ...genuine, headers: new HeaderList(flat) };
  },
};

/** Parts that a message signature can cover, each made anew by number. */
const COMPONENTS = [
  (i: number) => `"@query-param";name="q${i}"`,
  (i: number) => `"dict";key="k${i}"`,
  (i: number) => `"x${i}"`,
  () => `"dict";sf`,
  (i: number) => `"content-digest";key="k${i}"`,
  () => '"@target-uri"',
  () => '"dict";bs',
];

/** Signature-Input and Signature with as many labels and components as go in, the parts that they cover filled. */
export const signatureFields: Family = {
  name: 'signature fields',
  make(genuine, genome, bytes) {
    const { next, pick, upTo } = reader(genome);
    const labels = 1 + upTo(8);
    const components = 1 + upTo(32);
    const kind = pick(COMPONENTS);
    const other = pick(COMPONENTS);
    const list = Array.from({ length: components }, (_, i) => (i % 2 ? other(i) : kind(i)));
    const base = '"@method" "@target-uri" "content-digest"';
    const inputs = Array.from({ length: labels }, (_, i) => {
      const shared = next() < 0.5 ? '' : `;n=${i}`;
      return `l${i}=(${base} ${[...new Set(list)].filter((one) => !base.includes(one)).join(' ')});created=1760000000${shared}`;
    });
    const size = Math.max(16, Math.floor((bytes / 2) * next()));
    const dictionary = pick([
      (n: number) => Array.from({ length: Math.floor(n / 8) }, (_, i) => `k${i}=1`).join(', '),
      (n: number) => `k0="${fill(['a', ' '], upTo(300), n)}"`,
      (n: number) => `k0=(${'1 '.repeat(Math.floor(n / 2))}1)`,
      (n: number) => `k0=1${';a'.repeat(Math.floor(n / 2))}`,
      (n: number) => `k0=:${Buffer.alloc(Math.floor(n / 2)).toString('base64')}:`,
    ])(size);
    const query = pick([
      (n: number) => Array.from({ length: Math.min(990, Math.floor(n / 6)) }, (_, i) => `q${i}=1`).join('&'),
      (n: number) => `q0=${'%41'.repeat(Math.floor(n / 3))}`,
    ])(Math.max(16, bytes / 2 - size));
    const signature = `:${Buffer.alloc(pick([32, 64, 96, 256])).toString('base64')}:`;
    const digest = createHmac('sha256', 'x').update(genuine.body).digest('base64');
    const flat = genuine.headers.flat.filter(
      (_, i) =>
        !/^(signature|signature-input|content-digest)$/i.test(genuine.headers.flat[i - (i % 2)] as string),
    );
    return {
      ...genuine,
      url: `${genuine.url.split('?')[0]}?${query}`,
      headers: new HeaderList([
        ...flat,
        'dict',
        dictionary,
        'content-digest',
        `sha-256=:${digest}:, k1=1`,
        'signature-input',
        inputs.join(', '),
        'signature',
        inputs.map((_, i) => `l${i}=${signature}`).join(', '),
      ]),
    };
  },
};

/** The URL's query. */
export const query: Family = {
  name: 'query',
  make(genuine, genome, bytes) {
    const { pick, upTo } = reader(genome);
    const text = fill([pick(PAIRS), pick(PAIRS)], upTo(300), bytes - 200).replaceAll(/[^!-~]/g, '%');
    return { ...genuine, url: `${genuine.url}&${text}` };
  },
};

/** Tokens of three segments whose header and payload are odd JSON; the signature is as long as the genuine one. */
export const tokens: Family = {
  name: 'token',
  make(genuine, genome, bytes) {
    const { next, pick } = reader([...genome].reverse());
    const flat = genuine.headers.flat.map((value) => {
      const parts = value.split('.');
      if (parts.length !== 3) return value;
      const segment = next() < 0.3 ? 0 : 1;
      const room = Math.floor((Math.min(bytes, 8000) - value.length) * 0.74) - 100;
      const old = Buffer.from((parts[segment] ?? '').replace(/^\S+ /, ''), 'base64url').toString();
      const text = `${old.slice(0, -1)},"x":${jsonValue(genome, Math.max(10, room))}}`;
      const prefix = segment === 0 ? (/^\S+ /.exec(value)?.[0] ?? '') : '';
      return parts.with(segment, prefix + Buffer.from(text).toString('base64url')).join('.');
    });
    return pick([true, true, false]) ? { ...genuine, headers: new HeaderList(flat) } : genuine;
  },
};

function withBody(genuine: SignedRequest, type: string, text: string): SignedRequest {
  return {
    ...genuine,
    headers: genuine.headers.with('content-type', type),
    body: Buffer.from(text),
  };
}
