import { createGate, HeaderList } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import type { Transform } from '../../src/deliver/define-transform.ts';
import { createDeliveryPreparation, type PreparationConfig } from '../../src/deliver/prepare-delivery.ts';
import { createSealer } from '../../src/sealed/seal.ts';
import { createHeaderVault } from '../../src/sealed/withheld-headers.ts';

const NOW = 1_760_000_000_000;
const SECRET = 'a secret of thirty-two characters';
const WHSEC = `whsec_${Buffer.from(SECRET).toString('base64')}`;
const github = createGate({ provider: 'github', keys: [SECRET], now: () => NOW });
const sealer = createSealer(Buffer.alloc(32, 7));
const BODY = Buffer.from('{"a":1}');

async function eventOf() {
  const { headers } = await github.sign({
    method: 'POST',
    url: '/hooks',
    headers: ['content-type', 'application/json', 'authorization', 'Bearer t', 'x-a', '1'],
    body: BODY,
  });
  const id = '01900000-0000-7000-8000-000000000001';
  const kept = createHeaderVault([], sealer).withhold(id, headers.flat);
  return {
    id,
    gate: 'hooks',
    provider: 'github',
    keyId: 'main',
    receivedMs: NOW,
    method: 'POST',
    url: '/hooks',
    body: BODY,
    ...kept,
  };
}

async function prepared(config: PreparationConfig, transform?: Transform) {
  const preparation = await createDeliveryPreparation(config, {
    gate: github,
    option: 'deliver[0]',
    target: new URL('https://sink.example/in'),
    sealer,
    now: () => NOW,
    ...(transform && { transform: { transform, name: 'shape', file: '/shapes.ts' } }),
  });
  return preparation.prepare({ event: await eventOf(), attempt: 2 });
}

const receivedOf = (delivery: Awaited<ReturnType<typeof prepared>>) => {
  if (delivery.kind !== 'ready') throw new Error(delivery.kind);
  const { method, headers, body } = delivery;
  return { method, url: '/in', headers: HeaderList.fromRaw(headers), body };
};

describe('a delivery that is prepared', () => {
  it('is the event byte for byte, with the sender’s proof, which its receiver can check', async () => {
    const delivery = receivedOf(await prepared({}));
    expect(delivery.body).toBe(BODY);
    expect(await github.verify(delivery)).toMatchObject({ ok: true });
    expect(delivery.headers.get('authorization')).toBeUndefined();
    expect(delivery.headers.get('countersign-attempt')).toBe('2');
  });

  it('has no proof where that is dropped', async () => {
    expect(await github.verify(receivedOf(await prepared({ proof: 'drop' })))).toMatchObject({
      ok: false,
      reason: 'missing-signature',
    });
  });

  it('has what was withheld where the operator names it', async () => {
    expect(receivedOf(await prepared({ keepHeaders: ['authorization'] })).headers.get('authorization')).toBe(
      'Bearer t',
    );
  });

  it('is signed anew over what was made of it, and the sender’s proof is left out', async () => {
    const transform: Transform = (event) => ({
      body: { text: event.json() },
      headers: { 'x-b': '2', 'x-a': null },
    });
    const delivery = receivedOf(await prepared({ sign: { secret: new Secret(WHSEC) } }, transform));
    const gate = createGate({ provider: 'standard-webhooks', keys: [WHSEC], now: () => NOW });
    expect(await gate.verify(delivery)).toMatchObject({
      ok: true,
      id: '01900000-0000-7000-8000-000000000001',
    });
    expect(Buffer.from(delivery.body).toString()).toBe('{"text":{"a":1}}');
    expect(delivery.headers.get('x-hub-signature-256')).toBeUndefined();
    expect(delivery.headers.get('x-a')).toBeUndefined();
    expect(delivery.headers.get('x-b')).toBe('2');
  });

  it('has no proof of the sender’s where its body was changed, and keeps it where it was not', async () => {
    const changed = receivedOf(await prepared({}, () => ({ body: 'other' })));
    expect(changed.headers.get('x-hub-signature-256')).toBeUndefined();
    const same = receivedOf(await prepared({}, (event) => ({ body: event.text() })));
    expect(await github.verify(same)).toMatchObject({ ok: true });
  });

  it('may be skipped, and may fail', async () => {
    expect(await prepared({}, () => 'skip')).toEqual({ kind: 'skipped' });
    expect(await prepared({}, () => ({ method: 'GET' as 'PUT' }))).toMatchObject({
      kind: 'failed',
      code: 'transform-wrong',
    });
    const flowent: PreparationConfig = {
      sign: { secret: new Secret(SECRET), proof: { kind: 'provider', id: 'flowent', options: {} } },
    };
    expect(await prepared(flowent, () => ({ body: 'no JSON' }))).toMatchObject({
      kind: 'failed',
      code: 'not-signed',
    });
  });

  it('is not both signed anew and passed on with its proof', async () => {
    await expect(prepared({ proof: 'pass', sign: { secret: new Secret(WHSEC) } })).rejects.toThrow(
      'deliver[0].proof: is pass, and deliveries are signed anew. Leave out one of proof and sign: what is signed anew leaves the sender’s proof out.',
    );
  });
});
