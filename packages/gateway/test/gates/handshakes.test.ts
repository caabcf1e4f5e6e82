/** Tests of an address by its platform, at a gateway: the methods that only they have, and what is refused of those. */
import { createHash, createHmac } from 'node:crypto';
import { createGate } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { SECRET, type Send, send, start } from '../harness.ts';

const keys = [{ secret: SECRET }];
const gates: Readonly<Record<string, GateInput>> = {
  x: { path: '/x', provider: 'x-twitter', keys, keep: {} },
  trello: { path: '/trello', provider: 'trello', keys, respond: { status: 204 } },
  own: {
    path: '/own',
    scheme: {
      algorithm: 'hmac-sha256',
      signature: 'x-sig',
      message: '{body}',
      handshake: { method: 'GET', challenge: 'challenge' },
    },
    keys,
    keep: {},
  },
};

describe('a test that carries no proof', () => {
  const scheme = { algorithm: 'hmac-sha256', signature: 'x-sig', message: '{body}' } as const;
  const graph = { signed: false, challenge: { query: 'validationToken' } } as const;
  const okta = {
    method: 'GET',
    challenge: { header: 'x-okta-verification-challenge' },
    answer: { verification: '{challenge}' },
  } as const;
  const unsigned: Readonly<Record<string, GateInput>> = {
    meta: { path: '/meta', provider: { id: 'meta', verifyToken: 'a token' }, keys, keep: {} },
    braintree: {
      path: '/bt',
      provider: { id: 'braintree', publicKey: 'pub' },
      keys,
      respond: { status: 200 },
    },
    graph: { path: '/graph', scheme: { ...scheme, handshake: graph }, keys, keep: {} },
    okta: {
      path: '/okta',
      scheme: { type: 'shared-token', header: 'authorization', form: 'plain', handshake: okta },
      keys,
      keep: {},
    },
  };
  const word = '20f9f8ed05f77439fe955c977e4c8a53';
  const digest = createHash('sha1').update(SECRET).digest();
  const mac = createHmac('sha1', digest).update(word).digest('hex');

  it.each<[string, string, Send, string, string]>([
    [
      'Meta',
      '/meta?hub.mode=subscribe&hub.challenge=11&hub.verify_token=a+token',
      { method: 'GET' },
      'text/plain; charset=utf-8',
      '11',
    ],
    ['Braintree', `/bt?bt_challenge=${word}`, { method: 'GET' }, 'text/plain; charset=utf-8', `pub|${mac}`],
    ['Graph', '/graph?validationToken=Validation%3A+a+b', {}, 'text/plain; charset=utf-8', 'Validation: a b'],
    [
      'Okta',
      '/okta',
      { method: 'GET', headers: { 'x-okta-verification-challenge': 'abc' } },
      'application/json',
      '{"verification":"abc"}',
    ],
  ])('of %s is answered, and kept by nobody', async (_of, path, request, type, text) => {
    const gateway = await start(unsigned);
    const answer = await send(`${gateway.publicUrl}${path}`, request);
    expect([answer.status, answer.text]).toEqual([200, text]);
    expect(answer.headers).toMatchObject({ 'content-type': type, 'x-content-type-options': 'nosniff' });
    expect(gateway.records.at(-1)).toMatchObject({ verdict: 'handshake', eventId: undefined });
    // Neither the query nor what it holds is in the log.
    expect(gateway.log.join('')).not.toContain('a+token');
  });

  it('of Meta is refused with another token, and the token is shown to nobody', async () => {
    const { publicUrl, adminUrl, adminToken } = await start(unsigned);
    const test = '/meta?hub.mode=subscribe&hub.challenge=11&hub.verify_token=';
    for (const token of ['', 'b', 'a%20tokem'])
      expect((await send(`${publicUrl}${test}${token}`, { method: 'GET' })).status).toBe(405);
    for (const path of ['/api/gates', '/api/config', '/api/gates/meta/keys']) {
      const headers = { authorization: `Bearer ${adminToken}` };
      const { status, text } = await send(`${adminUrl}${path}`, { method: 'GET', headers });
      if (status === 200) expect(text).not.toContain('a token');
    }
  });
});

describe('a platform’s test', () => {
  it('reaches its gate by a method that the gate takes for nothing else', async () => {
    const { publicUrl } = await start(gates);
    const crc = await send(`${publicUrl}/x?crc_token=abc`, { method: 'GET' });
    const mac = createHmac('sha256', SECRET).update('abc').digest('base64');
    expect([crc.status, JSON.parse(crc.text)]).toEqual([200, { response_token: `sha256=${mac}` }]);
    expect(crc.headers).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
    });
    expect((await send(`${publicUrl}/trello`, { method: 'HEAD' })).status).toBe(200);
    const echoed = await send(`${publicUrl}/own?challenge=word`, { method: 'GET' });
    expect([echoed.status, echoed.text]).toEqual([200, 'word']);
  });

  it('is told in the log, and no other request of its method is taken', async () => {
    const gateway = await start(gates);
    const { publicUrl } = gateway;
    await send(`${publicUrl}/own?challenge=word`, { method: 'GET' });
    expect(gateway.records.at(-1)).toMatchObject({ gate: 'own', verdict: 'handshake', status: 200 });
    const gate = createGate({ provider: 'x-twitter', keys: [SECRET] });
    const { headers, body } = await gate.sign({ method: 'POST', url: '/x', headers: {}, body: '{"a":1}' });
    const proof = { 'x-twitter-webhooks-signature': headers.get('x-twitter-webhooks-signature') ?? '' };
    expect((await send(`${publicUrl}/x`, { method: 'GET', headers: proof, body })).status).toBe(405);
    expect(gateway.records.at(-1)).toMatchObject({ verdict: 'refused', reason: 'method-not-allowed' });
    expect((await send(`${publicUrl}/x`, { headers: proof, body })).status).toBe(200);
    expect((await send(`${publicUrl}/x`, { method: 'HEAD' })).status).toBe(405);
    expect((await send(`${publicUrl}/trello`, { method: 'GET' })).status).toBe(405);
  });
});
