import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { SLICE_BYTES } from '../../src/text/bytes.ts';
import { duplicateName, formFields, MAX_FIELDS, parseForm, parseUrlencoded } from '../../src/text/form.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const URLENCODED = 'application/x-www-form-urlencoded';

/** Fields as `name=value`, or the fault. */
function read(body: string | Uint8Array): readonly string[] | string {
  const form = parseUrlencoded(body);
  return 'fault' in form ? form.fault : form.map(({ name, value }) => `${name}=${value}`);
}

const BROKEN = 'a field has a broken percent escape or is not UTF-8';

describe('parseUrlencoded', () => {
  it('splits at & and the first =, and decodes + and %XX', () => {
    expect(read('a=1&b=x+y&c=%C3%A9%2B%26%3d%25&d=e=f')).toEqual(['a=1', 'b=x y', 'c=é+&=%', 'd=e=f']);
    expect(read('%61+%C3%A9=1')).toEqual(['a é=1']);
    expect(read('%3D=1')).toEqual(['==1']);
  });

  it('takes a pair without = as empty, skips empty pairs, and keeps order and repeats', () => {
    expect(read('b&a=&&b=2&')).toEqual(['b=', 'a=', 'b=2']);
    expect(read('')).toEqual([]);
    expect(read('&&')).toEqual([]);
  });

  it('keeps a byte order mark, NUL, CR and LF: the scheme judges them', () => {
    expect(read('a=%EF%BB%BFx%00%0D%0A')).toEqual(['a=\ufeffx\u0000\r\n']);
    expect(read('%EF%BB%BFa=1')).toEqual(['\ufeffa=1']);
  });

  it('takes raw bytes that are UTF-8, and a string only if it is ASCII', () => {
    expect(read(utf8('naïve=schön+🚀'))).toEqual(['naïve=schön 🚀']);
    expect(read('a=ö')).toBe('the text is not ASCII');
    expect(read('a=🚀')).toBe('the text is not ASCII');
  });

  it.each([
    'a=%',
    'a=%4',
    'a=%4&b=1',
    'a=%zz',
    'a=%4z',
    'a=%z4',
    'a=% 41',
    'a=%%41',
    '%=1',
    'a%4=1',
    'a=%u0041',
    'a=%FF',
    'a=%C3',
    'a=%C3&b=%A9',
    'a=%C0%AF',
    'a=%ED%A0%80',
    '%FF=1',
  ])('refuses %s', (body) => expect(read(body)).toBe(BROKEN));

  it('refuses raw bytes that are not UTF-8, also where an escape completes them', () => {
    expect(read(Uint8Array.from([0x61, 0x3d, 0xff]))).toBe(BROKEN);
    expect(read(Uint8Array.from([0x61, 0x3d, 0xc3]))).toBe(BROKEN);
    expect(read(Uint8Array.from([0x61, 0x3d, 0xc3, ...utf8('%A9')]))).toEqual(['a=é']);
  });

  it.each(['=', '=1', 'a=1&=2', '=&a=1'])('refuses a field without a name: %s', (body) => {
    expect(read(body)).toBe('a field has no name');
  });

  it(`takes ${MAX_FIELDS} fields and refuses one more; empty pairs count`, () => {
    const fields = Array.from({ length: MAX_FIELDS }, (_, i) => `f${i}=1`);
    expect(read(fields.join('&'))).toHaveLength(MAX_FIELDS);
    expect(read(`${fields.join('&')}&x`)).toBe('the form has too many fields');
    expect(read(fields.slice(500).join('&&'))).toHaveLength(500);
    expect(read(fields.slice(400).join('&&'))).toBe('the form has too many fields');
    expect(read('&'.repeat(MAX_FIELDS))).toHaveLength(0);
    expect(read('&'.repeat(MAX_FIELDS + 1))).toBe('the form has too many fields');
  });

  it('reads what URLSearchParams writes', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            text.filter((name) => name !== ''),
            text,
          ),
        ),
        (pairs) => {
          const form = parseUrlencoded(utf8(new URLSearchParams(pairs).toString()));
          expect(form).toEqual(pairs.map(([name, value]) => ({ name, value })));
        },
      ),
    );
  });

  it('reads as URLSearchParams does, or refuses', () => {
    const chars = fc.constantFrom(...'ab=&+%', '%41', '%2B', '%C3%A9', '%26', '%EF%BB%BF');
    fc.assert(
      fc.property(fc.string({ unit: chars, maxLength: 20 }), (body) => {
        const form = parseUrlencoded(body);
        if ('fault' in form) return;
        expect(form.map(({ name, value }) => [name, value])).toEqual([...new URLSearchParams(body)]);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array(), (body) => void parseUrlencoded(body)));
  });
});

describe('parseForm', () => {
  const fields = [{ name: 'a', value: '1' }];
  const multipart = utf8('--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n');

  it('reads the body as its content type says', () => {
    expect(parseForm(URLENCODED, utf8('a=1'))).toEqual(fields);
    expect(parseForm('Application/X-WWW-Form-Urlencoded; charset=UTF-8', utf8('a=1'))).toEqual(fields);
    expect(parseForm('multipart/form-data; boundary=b', multipart)).toEqual(fields);
    expect(parseForm('multipart/form-data; charset=utf-8; boundary="b"', multipart)).toEqual(fields);
  });

  it.each([
    [undefined, 'the request has no content type'],
    ['', 'the content type breaks the grammar'],
    [`${URLENCODED}, ${URLENCODED}`, 'the content type breaks the grammar'],
    ['multipart/form-data; boundary=b; boundary=c', 'the content type breaks the grammar'],
    [`${URLENCODED}; charset=iso-8859-1`, 'the charset is not utf-8'],
    ['multipart/form-data; boundary=b; charset=utf-16', 'the charset is not utf-8'],
    ['text/plain', 'the content type is not that of a form'],
    ['application/json', 'the content type is not that of a form'],
    ['multipart/mixed; boundary=b', 'the content type is not that of a form'],
    ['multipart/form-data', 'the content type names no boundary'],
    ['multipart/form-data; boundary=""', 'the boundary breaks the grammar'],
  ])('refuses the content type %j', (contentType, fault) => {
    expect(parseForm(contentType, multipart)).toEqual({ fault });
  });
});

describe('duplicateName', () => {
  it('finds a name that occurs twice', () => {
    const form = (body: string) => duplicateName(parseUrlencoded(body) as never);
    expect(form('a=1&b=2&A=3')).toBeUndefined();
    expect(form('a=1&b=2&%61=3')).toBe('a');
    expect(form('')).toBeUndefined();
  });
});

describe('one field that is most of a long form', () => {
  it.each(['%41', '+', 'x', '%C3%A9'])('is decoded in slices: %s', (unit) => {
    const body = utf8(`a=${unit.repeat(Math.floor((8 * SLICE_BYTES) / unit.length))}`);
    const parsing = formFields(URLENCODED, body);
    let steps = 0;
    let step = parsing.next();
    for (; !step.done; step = parsing.next()) steps++;
    expect(steps).toBeGreaterThanOrEqual(8);
    expect(step.value).toEqual([
      {
        name: 'a',
        value: decodeURIComponent(unit.replace('+', ' ')).repeat((body.length - 2) / unit.length),
      },
    ]);
  });

  it('is decoded alike wherever a slice ends', () => {
    for (let before = SLICE_BYTES - 8; before <= SLICE_BYTES + 8; before++) {
      expect(read(`a=${'x'.repeat(before)}%C3%A9+%25${'y'.repeat(9)}`)).toEqual([
        `a=${'x'.repeat(before)}é %${'y'.repeat(9)}`,
      ]);
    }
  });

  it.each(['%4', '%', '%zz', '%FF'])('is refused for what a short one is: %s', (end) => {
    expect(read(`a=${'x'.repeat(2 * SLICE_BYTES)}${end}`)).toBe(BROKEN);
    expect(read(`${'x'.repeat(2 * SLICE_BYTES)}${end}=1`)).toBe(BROKEN);
  });

  it('is looked through in slices and decoded in one of its own where the form is multipart', () => {
    const value = '\r\n--'.repeat((8 * SLICE_BYTES) / 4);
    const body = utf8(`--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${value}\r\n--b--`);
    const parsing = formFields('multipart/form-data; boundary=b', body);
    let steps = 0;
    let step = parsing.next();
    for (; !step.done; step = parsing.next()) steps++;
    expect(steps).toBeGreaterThan(8);
    expect(step.value).toEqual([{ name: 'a', value }]);
  });

  it('ends at its delimiter wherever a slice ends', () => {
    const head = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n';
    for (let ahead = -8; ahead <= 8; ahead++) {
      const value = 'x'.repeat(SLICE_BYTES - head.length + ahead);
      const body = utf8(`${head}${value}\r\n${head}y\r\n--b--`);
      expect(parseForm('multipart/form-data; boundary=b', body)).toEqual([
        { name: 'a', value },
        { name: 'a', value: 'y' },
      ]);
    }
  });
});
