import { createHmac } from 'node:crypto';
import { createAdminClient } from '@countersign/api';
import { createGate } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { createShadow } from '../../src/modes/shadow.ts';
import { hmacHeaders, SECRET, send, start, type TestGateway } from '../harness.ts';

const OTHER = 'another secret of more than sixteen bytes';
const FIRST = { path: '/g', provider: 'hmac', keys: [{ id: 'first', secret: SECRET }] } as const;
const SHADOW = { provider: 'github', keys: [{ id: 'shadow', secret: OTHER }] } as const;
const BODY = '{"n":1}';

function shadowHeaders(body: string, secret: string = OTHER): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}

async function shadowing(more: Partial<GateInput> = {}): Promise<TestGateway> {
  return start({ g: { ...FIRST, shadow: SHADOW, respond: { status: 200 }, ...more } as GateInput });
}

async function shadowOf({ gates }: Pick<TestGateway, 'gates'>) {
  const shadow = gates[0]?.modes?.shadow;
  await shadow?.idle();
  return shadow;
}

describe('a shadow proof', () => {
  it('is held against every request, and counts where it would have decided otherwise', async () => {
    const gateway = await shadowing();
    const url = `${gateway.publicUrl}/g`;
    const forged = { 'x-signature': '00'.repeat(32) };
    await send(url, { headers: { ...hmacHeaders(BODY), ...shadowHeaders(BODY) }, body: BODY });
    await send(url, { headers: hmacHeaders(BODY), body: BODY });
    await send(url, { headers: { ...hmacHeaders(BODY), ...shadowHeaders('x') }, body: BODY });
    await send(url, { headers: { ...hmacHeaders(BODY), ...forged, ...shadowHeaders(BODY) }, body: BODY });
    await send(url, { body: BODY });
    expect(gateway.records.map(({ status }) => status)).toEqual([200, 200, 200, 401, 401]);
    await shadowOf(gateway);
    const { adminUrl = '', adminToken } = gateway;
    const [gate] = await createAdminClient({ baseUrl: adminUrl, token: adminToken }).call('gates');
    const [, second, third, fourth] = gateway.records;
    expect(gate?.shadow).toMatchObject({
      provider: 'github',
      bothAccept: 1,
      bothRefuse: 1,
      onlyFirst: 2,
      onlyShadow: 1,
      dropped: 0,
      disagreements: [
        { requestId: fourth?.requestId, first: 'signature-mismatch' },
        { requestId: third?.requestId, shadow: 'signature-mismatch' },
        { requestId: second?.requestId, shadow: 'missing-signature' },
      ],
    });
    const metrics = await fetch(`${adminUrl}/metrics`, {
      headers: { authorization: `Bearer ${adminToken}` },
    }).then((response) => response.text());
    expect(metrics).toContain('countersign_shadow_requests_total{gate="g",result="only-first"} 2');
  });

  it('counts a refused request whose body was not read as dropped', async () => {
    const gateway = await shadowing();
    const body = new Uint8Array(900_000);
    const headers = { ...shadowHeaders(BODY), expect: '100-continue' };
    expect((await send(`${gateway.publicUrl}/g`, { headers, body })).status).toBe(401);
    expect((await shadowOf(gateway))?.dropped).toBe(1);
  });

  it('takes a repeat for a request whose proof held', async () => {
    const gateway = await shadowing();
    const request = { headers: { ...hmacHeaders(BODY), ...shadowHeaders(BODY) }, body: BODY };
    await send(`${gateway.publicUrl}/g`, request);
    await send(`${gateway.publicUrl}/g`, request);
    expect((await shadowOf(gateway))?.counts).toMatchObject({ 'both-accept': 2, 'only-shadow': 0 });
  });

  it('claims nothing: what it has accepted is no repeat for the gate', async () => {
    const gateway = await shadowing({ shadow: { provider: 'hmac' } } as Partial<GateInput>);
    await send(`${gateway.publicUrl}/g`, { headers: hmacHeaders(BODY), body: BODY });
    await shadowOf(gateway);
    await send(`${gateway.publicUrl}/g`, { headers: hmacHeaders(BODY), body: BODY });
    expect(gateway.records.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted']);
  });

  it('never changes an answer, whatever a request carries', async () => {
    const [plain, shadowed] = [await start({ g: { ...FIRST, respond: { status: 200 } } }), await shadowing()];
    const proofs = fc.constantFrom(
      {},
      hmacHeaders(BODY),
      { ...hmacHeaders(BODY), 'x-signature': 'x' },
      hmacHeaders(BODY, 1),
    );
    const shadows = fc.constantFrom({}, shadowHeaders(BODY), shadowHeaders(BODY, SECRET), {
      'x-hub-signature-256': 'x',
    });
    const property = fc.asyncProperty(proofs, shadows, fc.string(), async (proof, shadow, odd) => {
      const request = {
        headers: { ...proof, ...shadow, 'x-odd': Buffer.from(odd).toString('hex') },
        body: BODY,
      };
      const [expected, actual] = [
        await send(`${plain.publicUrl}/g`, request),
        await send(`${shadowed.publicUrl}/g`, request),
      ];
      expect([actual.status, actual.text]).toEqual([expected.status, expected.text]);
    });
    await fc.assert(property, { numRuns: runs(200) });
  });

  it('drops and counts what it has no room for, and what waits when it is closed', async () => {
    const gate = createGate({ provider: 'github', keys: [{ secret: OTHER }] });
    const shadow = createShadow({ gate, now: Date.now, onError: () => {} });
    const request = await gate.sign({ method: 'POST', url: '/g', body: BODY });
    const handled = { answer: { status: 200, headers: [], body: '' }, verdict: 'accepted' } as const;
    for (let i = 0; i < 300; i++) shadow.offer(request, `r${i}`, handled);
    expect(shadow.dropped).toBe(44);
    await shadow.idle();
    expect(shadow.counts['both-accept']).toBe(256);
    const large = { ...request, body: new Uint8Array(5 * 1024 * 1024) };
    shadow.offer(large, 'a', handled);
    shadow.offer(large, 'b', handled);
    expect(shadow.dropped).toBe(45);
    shadow.close();
    await shadow.idle();
    expect(shadow.dropped).toBe(46);
    shadow.offer(request, 'c', handled);
    expect(shadow.dropped).toBe(47);
    expect(shadow.counts).toMatchObject({ 'both-accept': 256, 'only-first': 0 });
  });

  it('keeps the last 20 disagreements', async () => {
    const gate = createGate({ provider: 'github', keys: [{ secret: OTHER }] });
    const shadow = createShadow({ gate, now: () => 5, onError: () => {} });
    const request = await createGate({ provider: 'github', keys: [{ secret: SECRET }] }).sign({
      method: 'POST',
      url: '/g',
      body: BODY,
    });
    const handled = { answer: { status: 200, headers: [], body: '' }, verdict: 'accepted' } as const;
    for (let i = 0; i < 25; i++) shadow.offer(request, `r${i}`, handled);
    await shadow.idle();
    expect(shadow.disagreements.map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: 20 }, (_, i) => `r${24 - i}`),
    );
  });

  it('holds up no stop of the gateway', async () => {
    const gateway = await shadowing();
    const body = 'x'.repeat(500_000);
    const requests = Array.from({ length: 30 }, () =>
      send(`${gateway.publicUrl}/g`, { headers: { ...hmacHeaders(body), ...shadowHeaders(body) }, body }),
    );
    const answers = await Promise.all(requests);
    await gateway.close();
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
    const { counts, dropped } = gateway.gates[0]?.modes?.shadow ?? { counts: {}, dropped: 0 };
    expect(Object.values(counts).reduce((sum, count) => sum + count, dropped)).toBe(30);
  });
});
