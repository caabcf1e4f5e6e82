import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProvider, providerIds } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { createLineSplitter } from '../src/batch/line-splitter.ts';
import { ROOT, run, spawnProgram } from './support.ts';

interface Case {
  readonly name: string;
  readonly provider?: string;
  readonly method: string;
  readonly url: string;
  readonly headers: object;
  readonly bodyBase64: string;
  readonly secret?: string;
  readonly publicKey?: string;
  readonly now: number;
  readonly expect: 'accept' | 'reject';
  readonly reason?: string;
  readonly binding?: string;
  readonly options?: object;
  readonly keyId?: string;
  readonly encoding?: string;
}

const vectors = [join(ROOT, 'vectors'), join(ROOT, 'vectors/providers')].flatMap((folder) =>
  readdirSync(folder)
    // The certificate of Amazon SNS is at an address, which no test asks.
    .filter((file) => file.endsWith('.json') && !['rfc.json', 'schema.json', 'aws-sns.json'].includes(file))
    .flatMap((file) => {
      const { scheme, cases } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
        readonly scheme: string;
        readonly cases: readonly Case[];
      };
      return cases.map((vectorCase) => ({ ...vectorCase, provider: vectorCase.provider ?? scheme }));
    }),
);

const lineOf = ({
  provider,
  method,
  url,
  headers,
  bodyBase64,
  secret,
  publicKey,
  now,
  binding,
  options,
  keyId,
  encoding,
}: (typeof vectors)[number]) =>
  JSON.stringify({
    provider,
    keys: [{ secret: secret ?? publicKey ?? '', ...(keyId && { id: keyId }), ...(encoding && { encoding }) }],
    now,
    options: { ...findProvider(provider)?.needs, ...options, ...(binding !== undefined && { binding }) },
    request: { method, url, headers, bodyBase64 },
  });

type View = Readonly<Record<string, unknown>>;
const views = (out: string): readonly View[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as View);
const batch = async (...lines: readonly (string | object)[]): Promise<readonly View[]> => {
  const stdin = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const { code, out, err } = await run(['verify', '--batch'], { stdin });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out === '' ? [] : views(out);
};

const SECRET = 'batch-secret-0123456789';
const NOW = 1_760_000_000;
const sign = (text: string): string => createHmac('sha256', SECRET).update(text).digest('hex');
const hmacLine = (changes: object = {}, body = 'hello'): Record<string, unknown> => ({
  provider: 'hmac',
  keys: [SECRET],
  now: NOW,
  request: {
    method: 'POST',
    url: '/hmac',
    headers: { 'x-timestamp': String(NOW), 'x-signature': sign(`${NOW}.${body}`) },
    bodyBase64: Buffer.from(body).toString('base64'),
  },
  ...changes,
});

describe('verify --batch', () => {
  it('gives every vector its verdict, in order, from the built program', async () => {
    const { code, out } = await spawnProgram(['verify', '--batch'], {
      stdin: `${vectors.map(lineOf).join('\n')}\n`,
    });
    const judged = views(out);
    expect(code).toBe(0);
    expect(judged.length).toBe(vectors.length);
    let compared = 0;
    for (const [i, vector] of vectors.entries()) {
      const view = judged[i] as View;
      const name = `${vector.provider}: ${vector.name}`;
      if (!providerIds.includes(vector.provider)) {
        expect(view, name).toMatchObject({ ok: false, reason: 'unknown-provider' });
        continue;
      }
      compared++;
      expect(view['ok'], name).toBe(vector.expect === 'accept');
      // Vectors from other projects say the reason in their own words.
      const { reason } = vector;
      if (view['ok'] === false && reason !== undefined && /^[a-z]+(-[a-z]+)*$/.test(reason)) {
        expect(view['reason'], name).toBe(reason);
      }
      expect(JSON.stringify(view), name).not.toContain(vector.secret ?? 'no secret');
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('says who proved an accepted request', async () => {
    expect(
      await batch(hmacLine(), hmacLine({ keys: ['another-secret-012345', { secret: SECRET, id: 'b' }] })),
    ).toEqual([
      { ok: true, provider: 'hmac', keyId: 'key-1', timestamp: NOW },
      { ok: true, provider: 'hmac', keyId: 'b', timestamp: NOW },
    ]);
  });

  it('says why it refuses', async () => {
    expect(await batch(hmacLine({ keys: ['another-secret-012345'] }))).toEqual([
      { ok: false, reason: 'signature-mismatch', step: 'compare', message: expect.any(String) },
    ]);
  });

  it('judges each line at its own time, which may be fractional', async () => {
    const at = (now: unknown) => hmacLine({ now });
    const reasons = (
      await batch(at(NOW + 300), at(NOW + 300.001), at(NOW - 300), at(NOW - 301), at(NOW))
    ).map((view) => view['reason'] ?? 'accepted');
    expect(reasons).toEqual(['accepted', 'expired', 'accepted', 'from-the-future', 'accepted']);
  });

  it('takes the clock where a line gives no time', async () => {
    const stdin = JSON.stringify({ ...hmacLine(), now: undefined });
    const { out } = await run(['verify', '--batch'], { stdin, now: () => NOW * 1000 });
    expect(views(out)[0]).toMatchObject({ ok: true });
  });

  it('takes headers as texts, lists and pairs, and a missing body as empty', async () => {
    const request = (headers: unknown, bodyBase64?: string) => ({
      method: 'POST',
      url: '/',
      headers,
      bodyBase64,
    });
    const signature = sign(`${NOW}.`);
    const judged = await batch(
      hmacLine({ request: request({ 'x-timestamp': [String(NOW)], 'x-signature': signature }) }),
      hmacLine({
        request: request(
          [
            ['X-Timestamp', String(NOW)],
            ['X-Signature', signature],
          ],
          '',
        ),
      }),
      hmacLine({ request: request({ 'x-timestamp': String(NOW), 'x-signature': [signature, signature] }) }),
    );
    expect(judged.map((view) => view['ok'])).toEqual([true, true, false]);
  });

  it('goes on after lines that it cannot judge', async () => {
    const judged = await batch(
      'nonsense',
      '',
      '  \r',
      '[]',
      'null',
      hmacLine({ provider: 7 }),
      hmacLine({ keys: 'text' }),
      hmacLine({ now: '1' }),
      hmacLine({ request: 1 }),
      hmacLine({ request: { method: 'POST', url: '/', headers: { a: 1 } } }),
      hmacLine({ request: { method: 'POST', url: '/', headers: {}, bodyBase64: 'a b' } }),
      hmacLine({ provider: 'constructor' }),
      hmacLine({ keys: [] }),
      hmacLine({ keys: [' '] }),
      hmacLine({ keys: [{ secret: SECRET, encoding: 'rot13' }] }),
      hmacLine({ keys: [{ secret: SECRET, until: 1 }] }),
      hmacLine({ keys: [{ secret: SECRET, state: 'revoked' }] }),
      hmacLine({ options: { nonsense: 1 } }),
      hmacLine(),
    );
    expect(judged.map((view) => view['reason'] ?? 'accepted')).toEqual([
      ...Array(9).fill('malformed-line'),
      'unknown-provider',
      ...Array(4).fill('setup-error'),
      'unknown-key',
      'setup-error',
      'accepted',
    ]);
    for (const view of judged)
      if (view['ok'] === false) expect(Object.keys(view)).toEqual(['ok', 'reason', 'step', 'message']);
    expect(JSON.stringify(judged)).not.toContain(SECRET);
  });

  it('refuses a line that is not UTF-8 rather than judge another request', async () => {
    const [before, after] = JSON.stringify(
      hmacLine({ request: { method: 'POST', url: '/SPLIT', headers: {} } }),
    ).split('SPLIT');
    const stdin = Buffer.concat([Buffer.from(before ?? ''), Buffer.of(0xff), Buffer.from(after ?? '')]);
    const { out } = await run(['verify', '--batch'], { stdin });
    expect(views(out)[0]).toMatchObject({ ok: false, reason: 'malformed-line' });
  });

  it('refuses what would be passed over and change the verdict, and leaves the caller’s own members alone', async () => {
    const request = { method: 'POST', url: '/', headers: {}, bodyBase64: '' };
    const line = { provider: 'hmac', keys: ['a-secret-of-more-than-16-bytes'], request };
    const lines = [
      { ...line, option: {} },
      { ...line, key: 'a' },
      { ...line, request: { ...request, body: '{}' } },
      { ...line, request: { ...request, header: [] } },
      { ...line, id: 7, note: 'mine', trace: 'a' },
    ];
    const { out } = await run(['verify', '--batch'], {
      stdin: lines.map((text) => JSON.stringify(text)).join('\n'),
    });
    const told = views(out) as unknown as readonly { readonly message: string }[];
    expect(told.map(({ message }) => message)).toEqual([
      'option is not understood; known: provider, keys, now, options, request',
      'key is not understood; known: provider, keys, now, options, request',
      'request.body is not understood; known: method, url, headers, bodyBase64',
      'request.header is not understood; known: method, url, headers, bodyBase64',
      'the request has no signature in its header x-signature',
    ]);
  });

  it('judges lines of more than a megabyte, and many more gates than it keeps', async () => {
    const long = hmacLine({}, 'x'.repeat(1_000_000));
    const many = Array.from({ length: 1200 }, (_, i) =>
      hmacLine({ keys: [`secret-of-tenant-${i}`, SECRET] }),
    );
    const judged = await batch(long, ...many, ...many.slice(0, 5));
    expect(judged.length).toBe(1206);
    expect(judged.every((view) => view['ok'] === true)).toBe(true);
  });
});

describe('createLineSplitter', () => {
  const text = (lines: readonly (Buffer | undefined)[]) =>
    lines.map((line) => line?.toString() ?? 'too long');

  it('puts lines together from any chunks', () => {
    const whole = Buffer.from('a\n\nbcd\ne');
    for (let size = 1; size <= whole.length; size++) {
      const splitter = createLineSplitter(100);
      const lines: string[] = [];
      for (let at = 0; at < whole.length; at += size)
        lines.push(...text(splitter.push(whole.subarray(at, at + size))));
      expect([...lines, ...text(splitter.end())]).toEqual(['a', '', 'bcd', 'e']);
    }
  });

  it('drops a line that is too long, and only that one', () => {
    const splitter = createLineSplitter(3);
    expect(text(splitter.push(Buffer.from('abc\nab')))).toEqual(['abc']);
    expect(text(splitter.push(Buffer.from('cd')))).toEqual([]);
    expect(text(splitter.push(Buffer.from('e\nf\n')))).toEqual(['too long', 'f']);
    expect(text(splitter.end())).toEqual([]);
  });
});
