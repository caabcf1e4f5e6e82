/** Bodies that are signed in another form than the one they are sent in: what is taken of them, and what is not. */
import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gunzip as nodeGunzip } from '../../src/crypto/node-gunzip.ts';
import { gunzip as webGunzip } from '../../src/crypto/web-gunzip.ts';
import { createGate, MemoryReplayGuard, type Verdict } from '../../src/index.ts';

const SECRET = 'a secret of thirty-two characters';

function gateOf(body: string | readonly string[], more: object = {}) {
  return createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-sig', encoding: 'hex' },
      message: '{body}',
      body,
    } as never,
    keys: [SECRET],
    ...more,
  });
}

const requestOf = (body: Uint8Array | string, signed: Uint8Array | string) => ({
  method: 'POST',
  url: '/',
  headers: { 'x-sig': createHmac('sha256', SECRET).update(signed).digest('hex') },
  body,
});

const said = (verdict: Verdict): string => (verdict.ok ? (verdict.reading ?? 'taken') : verdict.reason);

/** As Meta’s documentation has it, in another program’s words. */
const escaped = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Any text but half a surrogate pair. */
const text = fc.string({ unit: 'binary', maxLength: 60 });

describe('a body with its characters escaped', () => {
  const gate = gateOf(['raw', 'ascii-escaped']);

  it('is taken as it was signed, and as it was meant', async () => {
    const body = '{"text":"äöå ✓ 🚀"}';
    const signed = '{"text":"\\u00e4\\u00f6\\u00e5 \\u2713 \\ud83d\\ude80"}';
    expect(said(await gate.verify(requestOf(body, signed)))).toBe('ascii-escaped');
    expect(said(await gate.verify(requestOf(signed, signed)))).toBe('raw');
    expect(said(await gate.verify(requestOf(body, body)))).toBe('raw');
  });

  it('is that of any text, however long', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(1, 1, 1, 5000), async (piece, times) => {
        const body = piece.replaceAll('\\', '').repeat(times);
        expect((await gate.verify(requestOf(body, escaped(body)))).ok).toBe(true);
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it.each([
    ['an escape in upper case', '{"a":"é"}', '{"a":"\\u00E9"}'],
    ['an escape of ASCII', '{"a":"e"}', '{"a":"\\u0065"}'],
    ['a slash that is escaped', '{"a":"é/"}', '{"a":"\\u00e9\\/"}'],
    // No JSON, and the text that was signed is another one: a backslash, and the letters u00e9.
    ['a backslash before the character', '{"a":"\\é"}', '{"a":"\\\\u00e9"}'],
    ['white space that was added', '{"a": "é"}', '{"a":"\\u00e9"}'],
  ])('does not pass for %s', async (_, body, signed) => {
    expect(said(await gate.verify(requestOf(body, signed)))).toBe('signature-mismatch');
  });

  it('is none where two backslashes stand before the character: that is taken', async () => {
    expect(said(await gate.verify(requestOf('{"a":"\\\\é"}', '{"a":"\\\\\\u00e9"}')))).toBe('ascii-escaped');
  });

  it.each([
    ['a lone byte', [0xff]],
    ['a character cut off', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong e', [0xe0, 0x81, 0xa5]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ])('has no reading where it is no UTF-8: %s', async (_, bytes) => {
    const body = Buffer.from([0x22, ...bytes, 0x22]);
    for (const signed of [escaped(body.toString('utf8')), escaped(body.toString('latin1'))]) {
      expect(said(await gate.verify(requestOf(body, signed)))).toBe('signature-mismatch');
    }
    expect(said(await gate.verify(requestOf(body, body)))).toBe('raw');
  });

  it('is one request with its other spelling, for the replay guard', async () => {
    const once = gateOf(['raw', 'ascii-escaped'], { replay: new MemoryReplayGuard() });
    const act = () => ({ kind: 'done', value: 1 }) as never;
    const signed = '{"a":"\\u00e9"}';
    const first = await once.receive(requestOf(signed, signed), act);
    const again = await once.receive(requestOf('{"a":"é"}', signed), act);
    expect([first.kind, again.kind]).not.toEqual([first.kind, first.kind]);
    expect(again).toMatchObject({ kind: 'refused', verdict: { reason: 'replayed' } });
  });
});

describe('a body as a JSON string', () => {
  const gate = gateOf('json-string');

  it('is what JSON.stringify prints of any text, without its quotes', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(1, 1, 1, 5000), async (piece, times) => {
        const body = piece.repeat(times);
        const signed = JSON.stringify(body).slice(1, -1);
        if (signed.length > 2.5 * Buffer.byteLength(body) && times > 1) return;
        expect((await gate.verify(requestOf(body, signed))).ok).toBe(true);
      }),
      { seed: 12, numRuns: 60 },
    );
  });

  it('is not the body itself, where that has something to escape', async () => {
    expect(said(await gate.verify(requestOf('{"a":1}', '{"a":1}')))).toBe('signature-mismatch');
    expect((await gate.verify(requestOf('plain', 'plain'))).ok).toBe(true);
  });

  it('tells bytes that are no UTF-8 from what they are decoded to', async () => {
    const body = Buffer.from([0x61, 0xff]);
    expect(said(await gate.verify(requestOf(body, 'a\ufffd')))).toBe('signature-mismatch');
  });

  it('is given up where it grows beyond three times a long body', async () => {
    const body = '\u0001'.repeat(200_000);
    expect(said(await gate.verify(requestOf(body, JSON.stringify(body).slice(1, -1))))).toBe(
      'signature-mismatch',
    );
  });
});

describe('a body that is signed before it is compressed', () => {
  const gate = gateOf('gunzipped');
  const plain = JSON.stringify({ text: 'ä'.repeat(50), list: Array.from({ length: 500 }, (_, i) => i) });

  it('is taken compressed and as it is', async () => {
    expect((await gate.verify(requestOf(gzipSync(plain), plain))).ok).toBe(true);
    expect((await gate.verify(requestOf(gzipSync(plain, { level: 1 }), plain))).ok).toBe(true);
    expect((await gate.verify(requestOf(plain, plain))).ok).toBe(true);
  });

  it('is not proved by a signature of the compressed bytes', async () => {
    const packed = gzipSync(plain);
    expect(said(await gate.verify(requestOf(packed, packed)))).toBe('signature-mismatch');
  });

  it.each<[string, Uint8Array, string]>([
    ['its two first bytes alone', Buffer.from([0x1f, 0x8b]), 'malformed-body'],
    ['it cut by one byte', gzipSync(plain).subarray(0, -1), 'malformed-body'],
    ['zeros behind it', Buffer.concat([gzipSync(plain), Buffer.alloc(3)]), 'malformed-body'],
    ['text behind it', Buffer.concat([gzipSync(plain), Buffer.from('x')]), 'malformed-body'],
    ['another checksum', changed(gzipSync(plain), -6), 'malformed-body'],
    ['another length', changed(gzipSync(plain), -1), 'malformed-body'],
    ['another method', changed(gzipSync(plain), 2), 'malformed-body'],
  ])('is refused with %s', async (_, body, reason) => {
    expect(said(await gate.verify(requestOf(body, plain)))).toBe(reason);
  });

  it('may be as long as a body may be, and not one byte more', async () => {
    const small = gateOf('gunzipped', { maxBodyBytes: 10_000 });
    const of = (length: number) => requestOf(gzipSync('a'.repeat(length)), 'a'.repeat(length));
    expect((await small.verify(of(10_000))).ok).toBe(true);
    expect(await small.verify(of(10_001))).toMatchObject({ reason: 'body-too-large', step: 'extract' });
    // A megabyte that comes as a thousand bytes.
    expect(said(await small.verify(of(1_000_000)))).toBe('body-too-large');
  });

  it('is one request however it is compressed, for the replay guard', async () => {
    const once = gateOf('gunzipped', { replay: new MemoryReplayGuard() });
    const act = () => ({ kind: 'done', value: 1 }) as never;
    await once.receive(requestOf(gzipSync(plain), plain), act);
    for (const body of [gzipSync(plain, { level: 1 }), plain]) {
      expect(await once.receive(requestOf(body, plain), act)).toMatchObject({
        kind: 'refused',
        verdict: { reason: 'replayed' },
      });
    }
  });

  it('is signed as it is, and as what it decompresses to', async () => {
    for (const body of [Buffer.from(plain), gzipSync(plain)]) {
      const signed = await gate.sign({ method: 'POST', url: '/', headers: {}, body });
      expect(signed.headers.get('x-sig')).toBe(createHmac('sha256', SECRET).update(plain).digest('hex'));
      expect(Buffer.compare(signed.body, body)).toBe(0);
    }
  });
});

describe.each([
  ['Node’s zlib', nodeGunzip],
  ['the web’s streams', webGunzip],
])('gzip by %s', (_, gunzip) => {
  it('gives the bytes that were compressed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        const pieces = await gunzip(gzipSync(bytes), 10_000);
        if (typeof pieces === 'string') throw new Error(pieces);
        expect(Buffer.compare(Buffer.concat(pieces), bytes)).toBe(0);
      }),
      { seed: 13, numRuns: 30 },
    );
  });

  it('stops where it is too long', async () => {
    const packed = gzipSync(Buffer.alloc(5_000_000));
    expect(await gunzip(packed, 4_999_999)).toBe('too-long');
    const pieces = await gunzip(packed, 5_000_000);
    expect(typeof pieces === 'string' ? pieces : pieces.reduce((sum, { length }) => sum + length, 0)).toBe(
      5_000_000,
    );
  });

  it('never rejects, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        expect(await gunzip(Uint8Array.from([0x1f, 0x8b, ...bytes]), 1000)).toBe('malformed');
      }),
      { seed: 14, numRuns: 100 },
    );
  });

  it.each([
    ['cut off', gzipSync('abc').subarray(0, -3)],
    ['with zeros behind it', Buffer.concat([gzipSync('abc'), Buffer.alloc(2)])],
    ['with text behind it', Buffer.concat([gzipSync('abc'), Buffer.from('abc')])],
    ['with another one behind it', Buffer.concat([gzipSync('abc'), gzipSync('abcd')])],
    ['with an empty one behind it', Buffer.concat([gzipSync('abc'), gzipSync('')])],
    ['behind an empty one', Buffer.concat([gzipSync(''), gzipSync('abc')])],
    ['behind several empty ones', Buffer.concat([gzipSync(''), gzipSync(''), gzipSync('abc')])],
    ['in two', Buffer.concat([gzipSync('a'), gzipSync('bc')])],
    ['with its trailer twice', Buffer.concat([gzipSync('abc'), gzipSync('abc').subarray(-8)])],
    ['of reserved flags', withHeader(0x20, [])],
    ['of a name without an end', Buffer.from([...headerOf(8), ...Buffer.from('abcdefghijkl')])],
  ])('is malformed %s', async (__, bytes) => {
    expect(await gunzip(bytes, 1000)).toBe('malformed');
  });
});

describe('the header of a gzip file', () => {
  const name = Buffer.from('a.json\0');
  it.each<[string, number, readonly number[]]>([
    ['without anything', 0, []],
    ['that says it is text', 1, []],
    ['with a name', 8, [...name]],
    ['with a comment', 16, [...name]],
    ['with more', 4, [3, 0, 1, 2, 0]],
    ['with all of it', 4 | 8 | 16, [3, 0, 1, 2, 0, ...name, ...name]],
  ])('%s is passed over', async (_, flags, fields) => {
    for (const gunzip of [nodeGunzip, webGunzip]) {
      const pieces = await gunzip(withHeader(flags, fields), 1000);
      expect(typeof pieces === 'string' ? pieces : Buffer.concat(pieces).toString()).toBe('abc');
    }
  });
});

/** Up to its fields. */
function headerOf(flags: number): readonly number[] {
  return [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3];
}

/** The gzip of `abc`, with those fields in its header. */
function withHeader(flags: number, fields: readonly number[]): Uint8Array {
  return Buffer.from([...headerOf(flags), ...fields, ...gzipSync('abc').subarray(10)]);
}

/** With one bit turned. */
function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] as number) ^ 1;
  return copy;
}
