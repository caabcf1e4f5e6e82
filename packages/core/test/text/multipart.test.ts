import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { type FormFault, type FormField, MAX_FIELDS } from '../../src/text/form-field.ts';
import { multipartFields } from '../../src/text/multipart.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const DISPOSITION = 'Content-Disposition: form-data; name="a"';

/** A body as browsers and HTTP clients write it. */
const build = (boundary: string, parts: readonly string[]): string =>
  `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;

const part = ({ name, value }: FormField) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;

function parseMultipart(body: Uint8Array, boundary: string): readonly FormField[] | FormFault {
  const parsing = multipartFields(body, boundary);
  for (;;) {
    const { done, value } = parsing.next();
    if (done) return value;
  }
}

function read(body: string | Uint8Array, boundary = 'b'): readonly string[] | string {
  const form = parseMultipart(typeof body === 'string' ? utf8(body) : body, boundary);
  return 'fault' in form ? form.fault : form.map(({ name, value }) => `${name}=${value}`);
}

const one = (headers: string, value = '1') => read(build('b', [`${headers}\r\n\r\n${value}`]));

describe('parseMultipart', () => {
  it('gives the fields in order, values to the byte', () => {
    const body = build('b', [
      part({ name: 'a', value: '1' }),
      part({ name: 'größe', value: '' }),
      part({ name: 'a', value: ' x\r\n\r\n--\r\n-b\n ' }),
    ]);
    expect(read(body)).toEqual(['a=1', 'größe=', 'a= x\r\n\r\n--\r\n-b\n ']);
    expect(read('--b--')).toEqual([]);
    expect(read('--b--\r\n')).toEqual([]);
  });

  it('takes one CRLF before the first and after the last delimiter, and nothing else', () => {
    const body = build('b', [part({ name: 'a', value: '1' })]);
    expect(read(`\r\n${body}`)).toEqual(['a=1']);
    expect(read(body.slice(0, -2))).toEqual(['a=1']);
    for (const before of ['x', '\n', '\r\n\r\n', 'preamble\r\n', ' ', '\ufeff']) {
      expect(read(before + body)).toBe('the body does not start with its boundary');
    }
    for (const after of ['x', '\r\n', '\n', ' ', 'epilogue', '--b--\r\n']) {
      expect(read(body + after)).toBe('bytes follow the final boundary');
    }
    expect(read(`${body.slice(0, -2)}\n`)).toBe('bytes follow the final boundary');
  });

  it.each([
    ['nothing', ''],
    ['no boundary', 'a=1'],
    ['another boundary', build('c', [part({ name: 'a', value: '1' })])],
  ])('refuses a body with %s', (_what, body) => {
    expect(read(body)).toBe('the body does not start with its boundary');
  });

  it('refuses a body that was cut anywhere', () => {
    const body = build('b', [part({ name: 'a', value: '1' }), part({ name: 'c', value: '2' })]).slice(0, -2);
    for (let length = 0; length < body.length; length++)
      expect(typeof read(body.slice(0, length))).toBe('string');
    expect(read(`--b\r\n${DISPOSITION}\r\n\r\n1\r\n`)).toBe('the final boundary is missing');
  });

  it('refuses a line that only begins with the boundary, white space behind it, and line ends that are not CRLF', () => {
    const around = (delimiter: string) =>
      read(`--b\r\n${DISPOSITION}\r\n\r\n1${delimiter}\r\n${DISPOSITION}\r\n\r\n2\r\n--b--\r\n`);
    expect(around('\r\n--b')).toEqual(['a=1', 'a=2']);
    for (const delimiter of ['\r\n--bc', '\r\n--b ', '\r\n--b\t', '\r\n--b-', '\r\n--b\r', '\r\n--b--']) {
      expect(typeof around(delimiter)).toBe('string');
    }
    expect(around('\n--b')).toBe('a boundary follows a line feed without carriage return');
    expect(read(build('b', [part({ name: 'a', value: '1' })]).replaceAll('\r\n', '\n'))).toBe(
      'a boundary is not followed by a line end',
    );
  });

  it.each(['', ' ', 'b ', 'x'.repeat(71), 'b\n', 'b"', 'b;', 'bö', 'b\u0000'])(
    'refuses the boundary %j',
    (boundary) => {
      expect(read(build(boundary, []), boundary)).toBe('the boundary breaks the grammar');
    },
  );

  it.each(['x', 'x'.repeat(70), "'()+_,-./:=?", 'a b', '----WebKitFormBoundary7MA4YWxkTrZu0gW', '--'])(
    'takes the boundary %j',
    (boundary) => {
      expect(read(build(boundary, [part({ name: 'a', value: '1' })]), boundary)).toEqual(['a=1']);
    },
  );

  it('takes text parts, whose bytes stand as they are', () => {
    for (const more of [
      'Content-Type: text/plain',
      'content-type:text/plain;charset=UTF-8',
      'Content-Type: TEXT/PLAIN; charset="utf-8"',
      'Content-Transfer-Encoding: 8bit',
      'Content-Transfer-Encoding: Binary',
      'X-Other: (anything)',
      'Content-Length: 1',
    ]) {
      expect(one(`${DISPOSITION}\r\n${more}`)).toEqual(['a=1']);
      expect(one(`${more}\r\n${DISPOSITION}`)).toEqual(['a=1']);
    }
    expect(one('CONTENT-DISPOSITION:form-data;name=a')).toEqual(['a=1']);
    expect(one('Content-Disposition: Form-Data ; Name="a b;c"')).toEqual(['a b;c=1']);
  });

  it.each([
    ['no headers at all', 'X: y', 'a part has no Content-Disposition'],
    ['two names', `${DISPOSITION}; name="b"`, 'a part has a malformed Content-Disposition'],
    ['two dispositions', `${DISPOSITION}\r\n${DISPOSITION}`, 'a part has the same header twice'],
    [
      'a second type',
      `${DISPOSITION}\r\nContent-Type: text/plain\r\ncontent-type: text/plain`,
      'a part has the same header twice',
    ],
    ['another disposition', 'Content-Disposition: attachment; name="a"', 'a part is not form-data'],
    ['a disposition without name', 'Content-Disposition: form-data', 'a part is not form-data'],
    [
      'no name among the parameters',
      'Content-Disposition: form-data; x="a"',
      'a part has no plain field name',
    ],
    ['an empty name', 'Content-Disposition: form-data; name=""', 'a field has no name'],
    ['an encoded name', `Content-Disposition: form-data; name*=utf-8''a`, 'a part has no plain field name'],
    ['both kinds of name', `${DISPOSITION}; name*=utf-8''b`, 'a part has no plain field name'],
    ['a file', `${DISPOSITION}; filename="x.txt"`, 'a part is a file, which the signature does not cover'],
    [
      'a file without a file name',
      `${DISPOSITION}; filename=""`,
      'a part is a file, which the signature does not cover',
    ],
    [
      'a file with an encoded name',
      `${DISPOSITION}; filename*=utf-8''x`,
      'a part is a file, which the signature does not cover',
    ],
    [
      'a backslash in the name',
      'Content-Disposition: form-data; name="a\\"b"',
      'a field name holds a backslash',
    ],
    [
      'a tab in the name',
      'Content-Disposition: form-data; name="a\tb"',
      'a field name holds a control character',
    ],
    [
      'a control in the name',
      'Content-Disposition: form-data; name="a\u0000b"',
      'a part has a malformed header',
    ],
    ['a bare LF in the name', 'Content-Disposition: form-data; name="a\nb"', 'a part has a malformed header'],
    ['a bare CR in the name', 'Content-Disposition: form-data; name="a\rb"', 'a part has a malformed header'],
    [
      'an unquoted name that is not a token',
      'Content-Disposition: form-data; name=a b',
      'a part has a malformed Content-Disposition',
    ],
    [
      'a name without closing quote',
      'Content-Disposition: form-data; name="a',
      'a part has a malformed Content-Disposition',
    ],
    ['a folded header', 'Content-Disposition: form-data;\r\n name="a"', 'a part has a malformed header'],
    ['a header without colon', `${DISPOSITION}\r\nnonsense`, 'a part has a malformed header'],
    [
      'a space before the colon',
      'Content-Disposition : form-data; name="a"',
      'a part has a malformed header',
    ],
    ['another type', `${DISPOSITION}\r\nContent-Type: application/json`, 'a part is not UTF-8 text'],
    [
      'another charset',
      `${DISPOSITION}\r\nContent-Type: text/plain; charset=iso-8859-1`,
      'a part is not UTF-8 text',
    ],
    ['an empty type', `${DISPOSITION}\r\nContent-Type:`, 'a part is not UTF-8 text'],
    ['base64', `${DISPOSITION}\r\nContent-Transfer-Encoding: base64`, 'a part has a transfer encoding'],
    [
      'quoted-printable',
      `${DISPOSITION}\r\nContent-Transfer-Encoding: quoted-printable`,
      'a part has a transfer encoding',
    ],
  ])('refuses a part with %s', (_what, headers, fault) => {
    expect(one(headers)).toBe(fault);
  });

  it('refuses a part without headers or without the empty line', () => {
    const fault = 'a part has no header or no empty line after its headers';
    expect(read('--b\r\n--b--\r\n')).toBe(fault);
    expect(read('--b\r\n\r\n--b--\r\n')).toBe(fault);
    expect(read(`--b\r\n${DISPOSITION}\r\n--b--\r\n`)).toBe(fault);
    expect(read(`--b\r\n${DISPOSITION}\r\n\r\n--b--\r\n`)).toBe(fault);
    expect(read('--b\r\n\r\nvalue\r\n--b--\r\n')).toBe(fault);
    expect(read('--b\r\n\r\n\r\nvalue\r\n--b--\r\n')).toBe('a part has a malformed header');
  });

  it('refuses names and values that are not UTF-8, and keeps a byte order mark', () => {
    const body = (bytes: readonly number[]) =>
      Uint8Array.from([...utf8(`--b\r\n${DISPOSITION}\r\n\r\n`), ...bytes, ...utf8('\r\n--b--\r\n')]);
    expect(read(body([0xff]))).toBe('a part is not UTF-8');
    expect(read(body([0xed, 0xa0, 0x80]))).toBe('a part is not UTF-8');
    expect(read(body([0xef, 0xbb, 0xbf, 0x31]))).toEqual(['a=\ufeff1']);
    const name = build('b', [part({ name: 'X', value: '1' })]);
    expect(read(Uint8Array.from(utf8(name), (byte) => (byte === 0x58 ? 0xff : byte)))).toBe(
      'a part is not UTF-8',
    );
  });

  it(`takes ${MAX_FIELDS} parts and refuses one more`, () => {
    const parts = Array.from({ length: MAX_FIELDS }, (_, i) => part({ name: `f${i}`, value: '' }));
    expect(read(build('b', parts))).toHaveLength(MAX_FIELDS);
    expect(read(build('b', [...parts, parts[0] as string]))).toBe('the form has too many fields');
  });

  it('reads back every form, and what the platform’s own FormData writes', async () => {
    const name = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/[\p{Cc}"\\]/u.test(text));
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\r', '\n', '-', '--', '\r\n', '\r\n-', 'b', ' ') }),
    );
    const fields = fc.array(fc.record({ name, value }));
    const boundary = fc.string({ unit: fc.constantFrom(...'0aZ-_'), minLength: 8, maxLength: 70 });
    fc.assert(
      fc.property(fields, boundary, (form, mark) => {
        fc.pre(form.every((field) => !field.value.includes(mark)));
        expect(parseMultipart(utf8(build(mark, form.map(part))), mark)).toEqual(form);
      }),
    );
    const data = new FormData();
    data.append('a', 'ö\r\n');
    data.append('größe', '');
    const response = new Response(data);
    const mark = response.headers.get('content-type')?.split('boundary=')[1] ?? '';
    expect(read(new Uint8Array(await response.arrayBuffer()), mark)).toEqual(['a=ö\r\n', 'größe=']);
  });

  it('never throws, whatever is done to a good body', () => {
    const good = utf8(build('b', [part({ name: 'a', value: '1' }), part({ name: 'c', value: '2' })]));
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(4), fc.uint8Array({ maxLength: 4 }), (at, skip, insert) => {
        const body = Uint8Array.from([...good.subarray(0, at), ...insert, ...good.subarray(at + skip)]);
        parseMultipart(body, 'b');
      }),
      { numRuns: runs(2000) },
    );
  });

  it('is not slowed down by many line ends', () => {
    const start = performance.now();
    expect(one(DISPOSITION, '\r\n--'.repeat(250_000))).toHaveLength(1);
    expect(one(`${DISPOSITION}\r\n${'X: y\r\n'.repeat(1000)}X: y`)).toHaveLength(1);
    expect(one(`${DISPOSITION}\r\n${'X: y\r\n'.repeat(150_000)}X: y`)).toBe(
      'the headers of the parts are too long',
    );
    // About 100 ms here.
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
