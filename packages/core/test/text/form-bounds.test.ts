/** Forms at their bounds: what may nearly stand there, how long it may be, and in how many slices it is read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPair, formFields, parseForm, parseUrlencoded } from '../../src/text/form.ts';
import { parseMediaType, parseParameters } from '../../src/text/media-type.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const SLICE = 128 * 1024;
const URLENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=b';

describe('a broken escape', () => {
  it.each(['%', '%4', '%4g', '%g4', '%g0%90%80%80', '%-1', '%4%41', '%e4', '%F0%90%80'])(
    '%s is refused, as name, as value and in a long field',
    (text) => {
      const fault = 'a field has a broken percent escape or is not UTF-8';
      for (const form of [`a=${text}`, `${text}=a`, `a=${text}&b=1`, `a=${'x'.repeat(SLICE)}${text}`]) {
        expect(parseUrlencoded(bytes(form))).toEqual({ fault });
      }
    },
  );
});

describe('a pair', () => {
  it('without = has an empty value, however long it is', () => {
    for (const name of ['a', 'a'.repeat(SLICE), 'a'.repeat(SLICE + 1)]) {
      expect(parseUrlencoded(bytes(name))).toEqual([{ name, value: '' }]);
      expect(parseUrlencoded(bytes(`${name}=`))).toEqual([{ name, value: '' }]);
      expect(parseUrlencoded(bytes(`b=${name}&c`))).toEqual([
        { name: 'b', value: name },
        { name: 'c', value: '' },
      ]);
    }
  });

  it('of a text must be ASCII', () => {
    expect(parseUrlencoded('a=\x7f')).toEqual([{ name: 'a', value: '\x7f' }]);
    for (const text of ['a=\x80', '\x80', 'a=ÿ', 'a=Ł']) {
      expect(parseUrlencoded(text)).toEqual({ fault: 'the text is not ASCII' });
    }
  });

  it('is found by its decoded name, in whatever way that is written', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'ä'), minLength: 1, maxLength: 3 });
    const written = (text: string, isEscaped: boolean): string =>
      isEscaped
        ? [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('')
        : encodeURIComponent(text);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.boolean()), { maxLength: 5 }), name, (pairs, wanted) => {
        const parts = pairs.map(([text, isEscaped], i) => `${written(text, isEscaped)}=${i}`);
        const at = pairs.findIndex(([text]) => text === wanted);
        const place = findPair(bytes(parts.join('&')), wanted);
        const start = parts.slice(0, at).reduce((sum, part) => sum + part.length + 1, 0);
        expect(place).toEqual(at < 0 ? undefined : { start, end: start + (parts[at] as string).length });
      }),
      { numRuns: 500 },
    );
  });
});

describe('a form of many fields', () => {
  const FIELDS = 1000;
  const value = 'x'.repeat(1000);
  const forms = {
    [URLENCODED]: Array.from({ length: FIELDS }, (_, i) => `n${i}=${value}`).join('&'),
    [MULTIPART]: `${Array.from(
      { length: FIELDS },
      (_, i) => `--b\r\nContent-Disposition: form-data; name="n${i}"\r\n\r\n${value}\r\n`,
    ).join('')}--b--`,
  };

  it.each(Object.entries(forms))('%s is read with a pause for each 128 KB', (type, form) => {
    const body = bytes(form);
    let pauses = 0;
    for (const parsing = formFields(type, body); ; pauses++) {
      const { done, value: fields } = parsing.next();
      if (!done) continue;
      expect(fields).toHaveLength(FIELDS);
      break;
    }
    expect(pauses).toBeGreaterThanOrEqual(Math.floor(body.length / (SLICE + 2000)));
    expect(pauses).toBeLessThanOrEqual(Math.ceil(body.length / SLICE));
  });

  it.each([URLENCODED, MULTIPART])('%s of one short field is read without a pause', (type) => {
    const body =
      type === MULTIPART ? '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--' : 'a=1';
    expect(formFields(type, bytes(body)).next()).toEqual({ done: true, value: [{ name: 'a', value: '1' }] });
  });

  it('of which one is long is read with a pause for each 128 KB of it', () => {
    const part = (length: number): Uint8Array =>
      bytes(`--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${'x'.repeat(length)}\r\n--b--`);
    for (const [length, pauses] of [
      [SLICE - 100, 0],
      [SLICE + 100, 3],
      [4 * SLICE, 6],
    ] as const) {
      const steps = [...(formFields(MULTIPART, part(length)) as Iterable<undefined>)];
      expect(steps).toHaveLength(pauses);
    }
  });
});

describe('a multipart form', () => {
  const form = (headers: string, value = '1', end = '--b--'): string =>
    `--b\r\n${headers}\r\n\r\n${value}\r\n${end}`;
  const NAMED = 'Content-Disposition: form-data; name="a"';
  const read = (text: string): unknown => parseForm(MULTIPART, bytes(text));

  it.each(['--b', '--bx', '--bxx', '--b-', '--b-x', '--bx-', '--b--x', '--b--\r', '--b--\r\r', '--b--\n\n'])(
    'does not end with %j',
    (end) => expect(read(form(NAMED, '1', end))).toHaveProperty('fault'),
  );

  it.each(['\r\r', '\n\n', '\n', 'x\n', '\rx', ' \r\n'])('has no %j behind a boundary', (lineEnd) => {
    expect(read(`--b${lineEnd}${NAMED}\r\n\r\n1\r\n--b--`)).toHaveProperty('fault');
  });

  it.each(['\rx--b', 'x--b--', '\r\n-b', '\r\n-', '\r\n--a', '\r\n\r\n'])(
    'may hold %j in a value',
    (text) => {
      for (const value of [text, `a${text}`, `${text}z`]) {
        expect(read(form(NAMED, value))).toEqual([{ name: 'a', value }]);
      }
    },
  );

  it.each([
    ['7bit', true],
    ['8BIT', true],
    ['binary', true],
    ['base64', false],
    ['quoted-printable', false],
    ['', false],
  ])('may say of a part that its encoding is %j: %j', (encoding, ok) => {
    const fields = read(form(`${NAMED}\r\nContent-Transfer-Encoding: ${encoding}`));
    expect(fields).toEqual(ok ? [{ name: 'a', value: '1' }] : { fault: 'a part has a transfer encoding' });
  });

  it('may say of a part what nobody looks at, also twice, and no control character', () => {
    expect(read(form(`X-A: 1\r\n${NAMED}\r\nX-A: 2`))).toEqual([{ name: 'a', value: '1' }]);
    expect(read(form(`${NAMED}\r\n${NAMED}`))).toEqual({ fault: 'a part has the same header twice' });
    for (const char of ['\x7f', '\x01', '\x00', '\n']) {
      expect(read(form(`X-A: ${char}\r\n${NAMED}`))).toHaveProperty('fault');
    }
    expect(read(form(`X-A: \t\r\n${NAMED}`))).toEqual([{ name: 'a', value: '1' }]);
  });

  it('has headers of 128 KB at most, of one part and of all', () => {
    const fault = 'the headers of the parts are too long';
    const filled = (length: number): string => `X: ${'x'.repeat(length - NAMED.length - 5)}\r\n${NAMED}`;
    expect(read(form(filled(SLICE - 4)))).toEqual([{ name: 'a', value: '1' }]);
    expect(read(form(filled(SLICE + 1)))).toEqual({ fault });
    const parts = (count: number): string =>
      `${Array.from({ length: count }, () => `--b\r\n${filled(1024)}\r\n\r\n1\r\n`).join('')}--b--`;
    expect(read(parts(128))).toHaveLength(128);
    expect(read(parts(129))).toEqual({ fault });
    expect(read(form(`X: ${'x'.repeat(100)}`).replace('\r\n\r\n', '\r\n'))).toEqual({
      fault: 'a part has no header or no empty line after its headers',
    });
  });
});

describe('a media type', () => {
  it.each([
    '',
    'text',
    'text;a=b',
    '/',
    '/plain',
    'text/',
    'te xt/plain',
    'text/pl/ain',
    ';a=b',
    ';/a',
    'text/plain;=b',
  ])('%j is none', (text) => expect(parseMediaType(text)).toBeUndefined());

  it.each(['; =x', ';a', ';a=', ';a=b;a=c', ';a="b', ';a="b\\', ';a="\x7f"', ';a="\x01"', 'a=b', ';a=b c'])(
    '%j are no parameters',
    (text) => expect(parseParameters(text)).toBeUndefined(),
  );

  it.each([
    ['', []],
    [' ; ; ', []],
    [';a=b', [['a', 'b']]],
    ['; A="b \\" \\\\;\t" ;', [['a', 'b " \\;\t']]],
    [
      ';a="";b=c',
      [
        ['a', ''],
        ['b', 'c'],
      ],
    ],
  ])('%j are parameters', (text, entries) => expect([...(parseParameters(text) ?? [])]).toEqual(entries));
});
