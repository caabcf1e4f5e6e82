import { createGate } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeliveryHeaders, type DeliveryHeadersOptions } from '../../src/deliver/delivery-headers.ts';
import { createSealer } from '../../src/sealed/seal.ts';
import { createHeaderVault, secretHeaders, unsealedHeaders } from '../../src/sealed/withheld-headers.ts';

const SECRET = 'a secret of thirty-two characters';
const GITHUB = createGate({ provider: 'github', keys: [SECRET] }).scheme;
const TOKEN = createGate({ scheme: { type: 'shared-token', header: 'x-token' }, keys: [SECRET] }).scheme;
const MESSAGES = createGate({
  provider: { id: 'http-message-signatures', components: ['@method', 'x-real-ip'] },
  keys: [SECRET],
}).scheme;

const sealer = createSealer(Buffer.alloc(32, 7));

const EVENT = {
  id: '01900000-0000-7000-8000-000000000001',
  gate: 'hooks',
  provider: 'github',
  keyId: 'main',
  receivedMs: Date.UTC(2026, 0, 2),
};
const TOLD = [
  'countersign-event',
  EVENT.id,
  'countersign-gate',
  'hooks',
  'countersign-provider',
  'github',
  'countersign-key-id',
  'main',
  'countersign-received',
  '2026-01-02T00:00:00.000Z',
  'countersign-attempt',
  '3',
];

const headersOf = (
  headers: readonly string[],
  options: Partial<DeliveryHeadersOptions> = {},
  delivered = {},
) =>
  createDeliveryHeaders({ scheme: GITHUB, proof: 'pass', ...options })({
    event: { ...EVENT, headers },
    attempt: 3,
    ...delivered,
  });
const passed = (...args: Parameters<typeof headersOf>) => headersOf(...args).slice(0, -TOLD.length);

describe('the headers of a delivery', () => {
  it('are the sender’s in their order, with their case and repeats, and what is told of the event', () => {
    const headers = [
      'X-B',
      '1',
      'content-type',
      'application/json',
      'x-a',
      '2',
      'X-b',
      '3',
      'X-Hub-Signature-256',
      'sha256=00',
    ];
    expect(headersOf(headers)).toEqual([...headers, ...TOLD]);
  });

  it('have no key id where nobody signed', () => {
    const headers = createDeliveryHeaders({ scheme: undefined, proof: 'pass' })({
      event: { ...EVENT, keyId: '', headers: [] },
      attempt: 3,
    });
    expect(headers).not.toContain('countersign-key-id');
  });

  it('make a key id safe that no header could hold', () => {
    const headers = createDeliveryHeaders({ scheme: GITHUB, proof: 'pass' })({
      event: { ...EVENT, keyId: 'a\r\nb: ü', headers: [] },
      attempt: 1,
    });
    expect(headers[headers.indexOf('countersign-key-id') + 1]).toBe('a%0D%0Ab%3A%20%C3%BC');
  });

  it.each([
    'Connection',
    'Keep-Alive',
    'Proxy-Connection',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Proxy-Authorization',
    'Host',
    'Content-Length',
    'Expect',
    'Forwarded',
    'X-Forwarded-For',
    'X-Real-IP',
    'X-Original-URL',
    'X_Real_IP',
    'Proxy',
    'Countersign-Event',
    'countersign_gate',
    'X-HTTP-Method-Override',
  ])('leave out %s', (name) => {
    expect(passed([name, 'x', 'x-kept', '1'])).toEqual(['x-kept', '1']);
  });

  it('leave out what Connection names', () => {
    expect(passed(['connection', 'x-one, X-Two', 'x-one', '1', 'x-two', '2', 'x-three', '3'])).toEqual([
      'x-three',
      '3',
    ]);
  });

  it('pass the sender’s signature on, or drop it', () => {
    const headers = ['x-hub-signature-256', 'sha256=00', 'x-github-event', 'push'];
    expect(passed(headers)).toEqual(headers);
    expect(passed(headers, { proof: 'drop' })).toEqual(['x-github-event', 'push']);
  });

  it('leave out a signature that a changed body has outlived, with what describes the bytes', () => {
    const headers = [
      'x-hub-signature-256',
      'a',
      'content-encoding',
      'gzip',
      'content-digest',
      'b',
      'content-type',
      'text/plain',
    ];
    expect(passed(headers, {}, { isChanged: true })).toEqual(['content-type', 'text/plain']);
  });

  it('leave out what a new signature writes, however it is spelled', () => {
    const headers = ['Webhook-Id', 'msg_1', 'webhook_id', 'msg_2', 'webhook-signature', 'v1,aa', 'x-a', '1'];
    expect(passed(headers, { proof: 'drop', signed: ['webhook-id', 'webhook-signature'] })).toEqual([
      'x-a',
      '1',
    ]);
  });

  it('keep a header that is named, of those that override', () => {
    expect(passed(['x-http-method-override', 'PUT'], { keepHeaders: ['x-http-method-override'] })).toEqual([
      'x-http-method-override',
      'PUT',
    ]);
  });

  it('keep what the verdict says that the sender covered', () => {
    const headers = ['x-original-url', '/a', 'x-rewrite-url', '/b'];
    expect(passed(headers, { scheme: MESSAGES }, { covered: ['x-original-url'] })).toEqual([
      'x-original-url',
      '/a',
    ]);
  });

  it('take changes: in place, at the end, and away', () => {
    const headers = ['X-A', '1', 'x-b', '2', 'x-a', '3', 'x-c', '4'];
    const changes = { 'x-a': 'new', 'X-C': null, 'x-d': 'added', 'x-e': null };
    expect(passed(headers, {}, { changes })).toEqual(['x-a', 'new', 'x-b', '2', 'x-d', 'added']);
  });

  describe('of an event with withheld values', () => {
    const headers = [
      'authorization',
      'Bearer t',
      'x-token',
      'secret',
      'cookie',
      'a=b',
      'x-a',
      '1',
      'Cookie',
      'c=d',
    ];
    const kept = createHeaderVault(secretHeaders(TOKEN), sealer).withhold(EVENT.id, headers);
    const opened = unsealedHeaders({ id: EVENT.id, ...kept }, sealer);
    const send = (keepHeaders: readonly string[], open: readonly string[] | undefined) =>
      createDeliveryHeaders({ scheme: TOKEN, proof: 'pass', keepHeaders })({
        event: { ...EVENT, ...kept },
        opened: open,
        attempt: 3,
      }).slice(0, -TOLD.length);

    it('hold no credential, and no empty one', () => {
      expect(send([], opened)).toEqual(['x-a', '1']);
      expect(send([], undefined)).toEqual(['x-a', '1']);
    });

    it('hold those that the operator names, where they open', () => {
      expect(send(['cookie'], opened)).toEqual(['cookie', 'a=b', 'x-a', '1', 'Cookie', 'c=d']);
      expect(send(['cookie'], undefined)).toEqual(['x-a', '1']);
    });
  });

  it('are, whatever is sent, some of those received in their order, and none that ends here', () => {
    const name = fc.oneof(
      fc.constantFrom(
        'Connection',
        'te',
        'HOST',
        'content-length',
        'Transfer-Encoding',
        'x-a',
        'X-B',
        'x_a',
        'Upgrade',
        'countersign-gate',
        'x-forwarded-for',
      ),
      fc.stringMatching(/^[a-zA-Z0-9_.-]{1,12}$/),
    );
    const value = fc.constantFrom('x-a', 'x-b, close', '1', '');
    const never =
      /^(connection|te|host|content.length|transfer.encoding|upgrade|x.forwarded.for|countersign.*)$/;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, value), { maxLength: 12 }),
        fc.constantFrom<'pass' | 'drop'>('pass', 'drop'),
        (pairs, proof) => {
          const sent = pairsOf(passed(pairs.flat(), { proof }));
          let from = 0;
          for (const [sentName, sentValue] of sent) {
            const at = pairs.findIndex(([n, v], i) => i >= from && n === sentName && v === sentValue);
            expect(at).toBeGreaterThanOrEqual(0);
            from = at + 1;
            expect(sentName.toLowerCase().replaceAll(/[^a-z0-9]/g, '.')).not.toMatch(never);
          }
        },
      ),
    );
  });
});

function pairsOf(flat: readonly string[]): readonly (readonly [string, string])[] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ''] as const] : []));
}
