/** What the report of a template's scheme says: what is covered, what is left open, and what follows. */
import { describe, expect, it } from 'vitest';
import { createGate, type GateOptions } from '../../src/index.ts';
import type { Coverage, CoverageWarning, CoveredPart } from '../../src/model.ts';

const SECRET = 'a-secret-of-20-bytes!';

const coverageOf = (options: object, key = SECRET): Coverage =>
  createGate({ ...options, keys: [key] } as unknown as GateOptions).coverage;
const declared = (scheme: object): Coverage =>
  coverageOf({ scheme: { algorithm: 'hmac-sha256', signature: 'x-signature', ...scheme } });
const provider = (options: unknown): Coverage =>
  coverageOf({ provider: options }, `whsec_${Buffer.from(SECRET).toString('base64')}`);

const PARTS = ['method', 'scheme', 'host', 'path', 'query', 'body', 'timestamp', 'id', 'type'] as const;
const SECONDS = { timestamp: { header: 'X-Timestamp', unit: 's' } };

const NO_TIME: CoverageWarning = { code: 'no-time' };
const FIVE_MINUTES: CoverageWarning = { code: 'repeat-in-time', pastMs: 300_000 };
const EQUAL: CoverageWarning = { code: 'equal-requests', within: 'second' };
const differing = (parts: string, within?: 'second' | 'millisecond'): CoverageWarning => ({
  code: 'differing-requests',
  parts: parts.split(' ') as readonly CoveredPart[],
  ...(within && { within }),
});

describe('the report of a declared scheme', () => {
  it.each<[scheme: object, covered: string, ...warnings: CoverageWarning[]]>([
    [{ message: '{body}' }, 'body', NO_TIME, differing('method host path query')],
    [{ message: '{method}' }, 'method', NO_TIME, differing('host path query body')],
    [{ message: '{url}' }, 'scheme host path query', NO_TIME, differing('method body')],
    [{ message: '{header:Host}' }, 'host', NO_TIME, differing('method path query body')],
    [{ message: '{header:X-Host}' }, '', NO_TIME, differing('method host path query body')],
    [{ message: '{method} {host} {path}?{query}\n{body}' }, 'method host path query body', NO_TIME],
    // A time says how long a copy is taken, and within what two requests are one.
    [
      { message: '{timestamp}.{body}', ...SECONDS },
      'body timestamp',
      FIVE_MINUTES,
      EQUAL,
      differing('method host path query', 'second'),
    ],
    [
      { message: '{timestamp}.{body}', timestamp: { header: 'x-timestamp', unit: 'ms' } },
      'body timestamp',
      FIVE_MINUTES,
      differing('method host path query', 'millisecond'),
    ],
    [
      { message: '{timestamp}.{body}', timestamp: { header: 'x-timestamp', unit: 'rfc3339' } },
      'body timestamp',
      FIVE_MINUTES,
      EQUAL,
      differing('method host path query', 'second'),
    ],
    [
      { message: '{timestamp}.{method} {host} {path}?{query}\n{body}', ...SECONDS },
      'method host path query body timestamp',
      FIVE_MINUTES,
      EQUAL,
    ],
    // A part is covered by the place that it sits in, too.
    [
      { message: '{header:x-timestamp}\n{body}', ...SECONDS },
      'body timestamp',
      FIVE_MINUTES,
      EQUAL,
      differing('method host path query', 'second'),
    ],
    [{ message: '{header:x-id}\n{body}', id: 'X-Id' }, 'body id', NO_TIME],
    [{ message: '{body}', id: { member: 'id' } }, 'body id', NO_TIME],
    [{ message: '{query}', id: { query: 'id' } }, 'query id', NO_TIME],
    // By an id or a nonce that is always there any two requests are told apart.
    [{ message: '{id}.{body}', id: 'x-id' }, 'body id', NO_TIME],
    [{ message: '{id}.{timestamp}.{body}', id: 'x-id', ...SECONDS }, 'body timestamp id', FIVE_MINUTES],
    [{ message: '{nonce}.{body}', nonce: 'x-nonce' }, 'body id', NO_TIME],
    [
      { message: ['{nonce}.{body}', '{body}'], nonce: 'x-nonce' },
      'body',
      NO_TIME,
      differing('method host path query'),
    ],
    // What only one of two messages covers is open.
    [
      { message: ['{method}\n{body}', '{method}'] },
      'method',
      NO_TIME,
      differing('host path query body'),
      { code: 'movable-between-messages' },
    ],
    // A body that the message has no bytes of, and what a body's reading leaves open.
    [
      { message: '{method}\n{header:x-digest}', bodyDigest: 'X-Digest' },
      'method body',
      NO_TIME,
      differing('host path query'),
    ],
    [
      { message: 'body-without-member', signature: { member: 'sig' } },
      'body',
      NO_TIME,
      differing('method host path query'),
      { code: 'reprinted-body' },
    ],
    [
      { message: '{query:sorted} {query:sorted}' },
      'query',
      NO_TIME,
      differing('method host path body'),
      { code: 'unsigned-query-order' },
    ],
  ])('%j', (scheme, covered, ...warnings) => {
    const report = declared(scheme);
    const parts = covered.split(' ').filter((part) => part !== '');
    expect(report.covered).toEqual(parts);
    expect(report.open).toEqual(PARTS.filter((part) => !parts.includes(part)));
    expect(report.replay).toBe('message');
    expect(report.warnings).toEqual(warnings);
  });

  it('names the headers that every message covers, in lower case', () => {
    expect(declared({ message: '{header:X-B}\n{header:x-a}\n{body}' }).headers).toEqual(['x-b', 'x-a']);
    expect(declared({ message: '{id}.{body}', id: 'X-Id' }).headers).toEqual(['x-id']);
    expect(declared({ message: ['{header:x-a}\n{header:x-b}', '{header:x-b}'] }).headers).toEqual(['x-b']);
  });
});

describe('the report of a provider', () => {
  const HTTP = differing('method host path query');

  it.each<[options: unknown, covered: string, ...warnings: CoverageWarning[]]>([
    ['github', 'body', NO_TIME, { code: 'unsigned-id' }, { code: 'unsigned-type' }, HTTP],
    ['flow-production-tracking-webhook', 'body', NO_TIME, { code: 'unsigned-id' }, HTTP],
    ['standard-webhooks', 'body timestamp id type', FIVE_MINUTES, { code: 'trusted-id' }],
    ['stripe', 'body timestamp id type', FIVE_MINUTES, { code: 'trusted-id' }],
    [
      { id: 'hmac', timestamp: 'none', message: '{header:x-type}\n{body}', type: { header: 'X-Type' } },
      'body type',
      NO_TIME,
      HTTP,
    ],
    [
      { id: 'hmac', timestamp: 'none', message: '{body}', type: { header: 'x-type' } },
      'body',
      NO_TIME,
      { code: 'unsigned-type' },
      HTTP,
    ],
    [
      'flow-production-tracking',
      'body timestamp',
      { code: 'repeat-in-time', pastMs: 10_000 },
      EQUAL,
      differing('method host path query', 'second'),
      { code: 'unsigned-blank-fields' },
      { code: 'reprinted-body' },
    ],
  ])('%j', (options, covered, ...warnings) => {
    const report = provider(options);
    expect(report.covered).toEqual(covered.split(' '));
    expect(report.open).toEqual(PARTS.filter((part) => !covered.split(' ').includes(part)));
    expect(report.warnings).toEqual(warnings);
  });
});
