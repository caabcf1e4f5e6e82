/** Heads that are meant to cost as much as they can. */
import { createHmac } from 'node:crypto';
import { HeaderList } from '@countersign/core';
import { PAIRS } from './body-inputs.ts';
import { type Family, fill, reader } from './genome.ts';
import { jsonValue } from './json-inputs.ts';

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
  part: 'head',
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
  part: 'head',
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
      return `l${i}=(${base} ${[...new Set(list)].filter((component) => !base.includes(component)).join(' ')});created=1760000000${shared}`;
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
  part: 'head',
  make(genuine, genome, bytes) {
    const { pick, upTo } = reader(genome);
    const text = fill([pick(PAIRS), pick(PAIRS)], upTo(300), bytes - 200).replaceAll(/[^!-~]/g, '%');
    return { ...genuine, url: `${genuine.url}&${text}` };
  },
};

/** Tokens of three segments whose header and payload are odd JSON; the signature is as long as the genuine one. */
export const tokens: Family = {
  name: 'token',
  part: 'head',
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
