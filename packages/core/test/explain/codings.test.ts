/** Bodies that were compressed on their way, by each coding that the runtime has, and what is no larger than it says. */
import { createHmac } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { decompressed } from '../../src/explain/other-coding.ts';
import { createGate } from '../../src/index.ts';

const KEY = 'a-secret-of-some-length-0123456789';
const gate = createGate({ provider: 'github', keys: [KEY] });
const BODY = JSON.stringify({ items: Array.from({ length: 400 }, (_, n) => ({ n, text: `item ${n * n}` })) });

const request = (signed: Uint8Array | string, sent: Uint8Array | string, coding: string) => ({
  method: 'POST',
  url: 'https://a.example/hook',
  headers: {
    'content-encoding': coding,
    'x-hub-signature-256': `sha256=${createHmac('sha256', KEY).update(signed).digest('hex')}`,
  },
  body: Buffer.from(sent),
});

it.each([
  ['gzip', gzipSync(BODY)],
  ['gzip', gzipSync(BODY, { level: 1 })],
  ['deflate', deflateSync(BODY)],
  ['deflate', deflateRawSync(BODY)],
])('%s that was put on is taken off', async (coding, packed) => {
  const { findings } = await explain(request(BODY, packed, coding), gate, { budgetMs: 10_000 });
  expect(findings[0]).toMatchObject({ id: 'body-compressed', certainty: 'proved' });
});

it('brotli is taken off where the runtime has it, and nothing is claimed where it has not', async () => {
  const packed = brotliCompressSync(BODY);
  const bytes = await decompressed(new Uint8Array(packed), 'br');
  const { findings } = await explain(request(BODY, packed, 'br'), gate, { budgetMs: 10_000 });
  expect(findings.map(({ id }) => id)).toEqual(bytes === undefined ? [] : ['body-compressed']);
});

it.each([
  ['gzip', gzipSync(BODY)],
  ['deflate', deflateSync(BODY)],
])('%s that was taken off is put on again', async (coding, packed) => {
  const { findings } = await explain(request(packed, BODY, coding), gate, { budgetMs: 10_000 });
  expect(findings[0]).toMatchObject({ id: 'body-decompressed', certainty: 'proved' });
});

it('a body that holds more than a megabyte is not unpacked to its end', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const before = process.memoryUsage().arrayBuffers;
  expect(await decompressed(new Uint8Array(bomb), 'gzip')).toBeUndefined();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
});

it('a body that is cut off, or none, is not unpacked', async () => {
  expect(await decompressed(new Uint8Array(gzipSync(BODY).subarray(0, 100)), 'gzip')).toBeUndefined();
  expect(await decompressed(new Uint8Array([1, 2, 3]), 'deflate')).toBeUndefined();
});

it('a text that several printers write alike is one finding', async () => {
  const { findings } = await explain(request('{"a":1}', '{"a": 1}', 'identity'), gate, { budgetMs: 10_000 });
  expect(findings.map(({ id }) => id)).toEqual(['body-json-compact']);
});
