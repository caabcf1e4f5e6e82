import { describe, expect, it } from 'vitest';
import type { AmiFormOptions } from '../src/index.ts';
import { amiFields, amiForm, headerOf, siteWebhook } from '../src/index.ts';
import { bodyText, hasPython, python, vectorCase, vectorText } from './support.ts';

const NOW_MS = 1_760_000_000_000;
const KEY = 'ami-demo-token';
const named = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([name, value]) => ({ name, value }));

/** Each vector that the site, or the forger of a fault, could have sent. */
const REBUILT: readonly (Omit<AmiFormOptions, 'key' | 'nowMs'> & {
  readonly vector: string;
  readonly ageSeconds?: number;
})[] = [
  { vector: 'urlencoded, signature last' },
  { vector: 'urlencoded, signature first', signaturePosition: 'first' },
  { vector: 'multipart/form-data', encoding: 'multipart', boundary: 'gateboundary' },
  {
    vector: 'non-ASCII and reserved characters',
    fields: amiFields({ title: 'a+b & c=d %41', project_name: 'Été – 東京 🎬' }),
  },
  {
    vector: 'order is that of whole lines, not of names',
    fields: named({ a: '1', 'a-b': '2', a_b: '3', aB: '4', A: '5' }),
  },
  {
    vector: 'order is by code point, not by UTF-16 unit',
    fields: named({ '\u{1f600}': 'astral', '\uff5e': 'bmp' }),
  },
  {
    vector: 'blank field, signed without it',
    fields: amiFields({ sort_column: '' }),
    blankFields: 'left-out',
  },
  { vector: 'blank field, signed with it', fields: amiFields({ sort_column: '' }), blankFields: 'signed' },
  { vector: 'exactly 10 s old', ageSeconds: 10 },
  { vector: 'not signed', fault: 'unsigned' },
  { vector: 'CRLF inside a value', fields: amiFields({ title: 'two\r\nlines' }) },
  { vector: 'two fields merged into one value', fault: 'crlf-merge' },
];

describe('amiForm', () => {
  it.each(REBUILT)('sends the bytes of the vector “$vector”', ({ vector, ageSeconds = 0, ...options }) => {
    const expected = vectorCase('flow-production-tracking', vector);
    const request = amiForm({ key: expected.secret, nowMs: (expected.now - ageSeconds) * 1000, ...options });
    expect(bodyText(request)).toBe(vectorText(expected));
    expect(headerOf(request, 'Content-Type')).toBe(expected.headers['content-type']);
    expect(request).toMatchObject({ method: 'POST', path: '/ami/show_selection' });
  });

  const form = (options: Partial<AmiFormOptions> = {}): URLSearchParams =>
    new URLSearchParams(bodyText(amiForm({ key: KEY, nowMs: NOW_MS, ...options })));

  it('spoils one thing a fault', () => {
    const genuine = form();
    const differences = (fault: AmiFormOptions['fault']): readonly string[] => {
      const spoilt = form(fault === undefined ? {} : { fault });
      return [...new Set([...genuine.keys(), ...spoilt.keys()])].filter(
        (name) => genuine.getAll(name).join() !== spoilt.getAll(name).join(),
      );
    };
    expect(differences(undefined)).toEqual([]);
    expect(differences('tampered')).toEqual(['user_login']);
    expect(differences('wrong-key')).toEqual(['signature']);
    expect(differences('truncated-signature')).toEqual(['signature']);
    expect(differences('stale')).toEqual(['timestamp', 'signature']);
    expect(differences('future')).toEqual(['timestamp', 'signature']);
    expect(differences('unsigned')).toEqual(['signature']);
    expect(differences('duplicate-field')).toEqual(['user_id']);
    expect(form({ fault: 'duplicate-field' }).getAll('user_id')).toEqual(['34', '1']);
    expect(differences('crlf-merge')).toEqual(['user_id', 'title']);
    expect(form({ fault: 'stale' }).get('timestamp')).toBe('2025-10-09T08:43:20Z');
    expect(form({ fault: 'future' }).get('timestamp')).toBe('2025-10-09T09:03:20Z');
  });

  it('tampers with a form that has no user by adding one', () => {
    expect(form({ fields: named({ a: '1' }), fault: 'tampered' }).get('user_login')).toBe('root');
  });

  it('refuses a boundary that occurs in a field', () => {
    const options = { key: KEY, nowMs: NOW_MS, encoding: 'multipart', boundary: 'Gunslinger' } as const;
    expect(() => amiForm(options)).toThrow(/boundary: it occurs in the field "project_name"/);
  });

  it('writes the names of parts as browsers do', () => {
    const request = amiForm({
      key: KEY,
      nowMs: NOW_MS,
      encoding: 'multipart',
      fields: named({ 'a"\r\nb': '1' }),
    });
    expect(bodyText(request)).toContain('name="a%22%0D%0Ab"');
  });
});

describe('siteWebhook', () => {
  it('signs the raw body', () => {
    const request = siteWebhook({ key: KEY, nowMs: NOW_MS, payload: '{"data": {}}', deliveryId: 'd-1' });
    // printf '{"data": {}}' | openssl dgst -sha1 -hmac ami-demo-token
    expect(headerOf(request, 'x-sg-signature')).toBe('sha1=94da87afece7e82e3647378c57e471f610996631');
    expect(headerOf(request, 'x-sg-delivery-id')).toBe('d-1');
    expect(headerOf(request, 'x-sg-webhook-id')).toBeDefined();
    expect(headerOf(request, 'x-sg-event-batch-id')).toBeDefined();
    expect(bodyText(request)).toBe('{"data": {}}');
  });

  it('tells of a changed version by default, and spoils one thing a fault', () => {
    const genuine = siteWebhook({ key: KEY, nowMs: NOW_MS });
    expect(JSON.parse(bodyText(genuine)).data.entity).toEqual({ type: 'Version', id: 931 });
    const tampered = siteWebhook({ key: KEY, nowMs: NOW_MS, fault: 'tampered' });
    expect(headerOf(tampered, 'x-sg-signature')).toBe(headerOf(genuine, 'x-sg-signature'));
    expect(tampered.body).not.toEqual(genuine.body);
    const wrong = siteWebhook({ key: KEY, nowMs: NOW_MS, fault: 'wrong-key' });
    expect(headerOf(wrong, 'x-sg-signature')).not.toBe(headerOf(genuine, 'x-sg-signature'));
    const unsigned = siteWebhook({ key: KEY, nowMs: NOW_MS, fault: 'unsigned' });
    expect(headerOf(unsigned, 'x-sg-signature')).toBeUndefined();
    const short = siteWebhook({ key: KEY, nowMs: NOW_MS, fault: 'truncated-signature' });
    expect(headerOf(short, 'x-sg-signature')).toHaveLength('sha1='.length + 38);
  });
});

describe.runIf(hasPython())('against python3', () => {
  // The reference receiver of the seed, with parse_qsl in place of cgi, which Python 3.13 no longer has.
  const program = `
import hashlib, hmac, json, sys, urllib.parse
given = json.load(sys.stdin)
def holds(text, keep_blank):
    form = dict(urllib.parse.parse_qsl(text, keep_blank_values=keep_blank, strict_parsing=True))
    signature = form.pop("signature")
    lines = sorted("%s=%s\\r\\n" % item for item in form.items())
    return signature == hmac.new(given["key"].encode(), "".join(lines).encode(), hashlib.sha1).hexdigest()
print(json.dumps([holds(one["text"], one["keepBlank"]) for one in given["forms"]]))
`;

  it('signs what the reference receiver computes, which the merged field fools', () => {
    const fields = amiFields({ title: 'a+b & c=d %41 ~*', project_name: 'Été – 東京 🎬', sort_column: '' });
    const build = (options: Partial<AmiFormOptions>) =>
      bodyText(amiForm({ fields, key: KEY, nowMs: NOW_MS, ...options }));
    const forms = [
      { text: build({}), keepBlank: true },
      { text: build({ blankFields: 'left-out' }), keepBlank: false },
      { text: build({ fault: 'crlf-merge' }), keepBlank: true },
      { text: build({ fault: 'tampered' }), keepBlank: true },
      { text: build({ fault: 'wrong-key' }), keepBlank: true },
    ];
    expect(python(program, { key: KEY, forms })).toEqual([true, true, true, false, false]);
  });
});
