/** Forms, and bodies that nobody parses, that are meant to cost as much as they can. */
import { type Family, fill, reader, withBody } from './genome.ts';
import { HEX_64, IN_STRINGS } from './json-inputs.ts';

export const PAIRS = [
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
  '😀',
  '%F0%9F%98%80',
];

export const formBody: Family = {
  name: 'form',
  part: 'body',
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
  part: 'body',
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
  part: 'body',
  make(genuine, genome, bytes) {
    const { pick, upTo } = reader(genome);
    const units: readonly [string, string] = [
      pick([...IN_STRINGS, ...PAIRS]),
      pick([...IN_STRINGS, ...PAIRS]),
    ];
    return withBody(genuine, 'application/octet-stream', fill(units, upTo(500), bytes));
  },
};
