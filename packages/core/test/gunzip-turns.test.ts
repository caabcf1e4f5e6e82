/** A thousand bytes of gzip become a megabyte before anybody has proved them: how many do so at a time is bounded. */
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { gunzip } from '../src/crypto/node-gunzip.ts';
import { createGate } from '../src/index.ts';

const inflating = vi.hoisted(() => ({ now: 0, most: 0 }));

vi.mock('node:zlib', async (load) => {
  const zlib = await load<typeof import('node:zlib')>();
  const createInflateRaw: typeof zlib.createInflateRaw = (options) => {
    const stream = zlib.createInflateRaw(options);
    inflating.most = Math.max(inflating.most, ++inflating.now);
    stream.once('close', () => inflating.now--);
    return stream;
  };
  return { ...zlib, createInflateRaw };
});

const LENGTH = 200_000;
const whole = gzipSync('a'.repeat(LENGTH));
const damaged = Uint8Array.from(whole, (byte, i) => (i === whole.length - 6 ? byte ^ 1 : byte));

beforeEach(() => {
  inflating.most = 0;
});

describe('bodies that come compressed, all at once', () => {
  it('are decompressed four at a time', async () => {
    const gate = createGate({ provider: 'stream-chat', keys: ['a secret of thirty-two characters'] });
    const headers = { 'x-signature': '00'.repeat(32) };
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, () => gate.verify({ method: 'POST', url: '/', headers, body: whole })),
    );
    for (const verdict of verdicts) expect(verdict).toMatchObject({ reason: 'signature-mismatch' });
    expect(inflating.most).toBe(4);
  });

  it('have each its turn, whatever became of those before', async () => {
    const kinds = [
      { bytes: whole, maxBytes: LENGTH, result: LENGTH },
      { bytes: damaged, maxBytes: LENGTH, result: 'malformed' },
      { bytes: whole, maxBytes: LENGTH - 1, result: 'too-long' },
    ];
    const results = await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const { bytes, maxBytes } = kinds[i % 3] as (typeof kinds)[number];
        const pieces = await gunzip(bytes, maxBytes);
        return typeof pieces === 'string' ? pieces : Buffer.concat(pieces).length;
      }),
    );
    expect(results).toEqual(Array.from({ length: 30 }, (_, i) => kinds[i % 3]?.result));
    expect(inflating).toMatchObject({ now: 0, most: 4 });
  });
});
