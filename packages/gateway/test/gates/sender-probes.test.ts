/** Probes of a platform with wrong signatures, at a gateway: refused as all forgeries, and no alarm as long as they are few. */
import { createAdminClient } from '@countersign/api';
import { createGate } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { keyOfProvider } from '../../../core/test/support/provider-key.ts';
import { HOUR } from '../../src/config/units.ts';
import { send, start, type TestGateway } from '../harness.ts';

const { signing: KEY } = keyOfProvider('discord');
const GATES = {
  discord: { path: '/d', provider: 'discord', keys: [{ secret: KEY }], respond: { status: 204 } },
} as const;

/** A PING whose signature is another request's. */
async function probe(gateway: TestGateway, clockMs: number, body = '{"type":1,"id":"2"}'): Promise<number> {
  const gate = createGate({ provider: 'discord', keys: [KEY], now: () => clockMs });
  const { headers } = await gate.sign({
    method: 'POST',
    url: '/d',
    headers: {},
    body: '{"type":2,"id":"1"}',
  });
  const proof = Object.fromEntries(
    ['x-signature-ed25519', 'x-signature-timestamp'].map((name) => [name, headers.get(name) ?? '']),
  );
  return (await send(`${gateway.publicUrl}/d`, { headers: proof, body })).status;
}

const counted = async ({ metrics }: TestGateway): Promise<readonly string[]> =>
  (await metrics())
    .split('\n')
    .filter((line) => /^countersign_(?:sender_probes|requests)_total\{.*discord/.test(line));

describe('a platform’s probe', () => {
  it('is refused, labelled, counted apart, and is no issue', async () => {
    const gateway = await start(GATES);
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    expect(await probe(gateway, Date.now())).toBe(401);
    expect(gateway.records.at(-1)).toMatchObject({
      verdict: 'refused',
      reason: 'signature-mismatch',
      isProbe: true,
      status: 401,
      remedy: expect.stringContaining('None is needed'),
    });
    expect(await counted(gateway)).toEqual([
      'countersign_requests_total{gate="discord",verdict="accepted",reason=""} 0',
      'countersign_sender_probes_total{gate="discord"} 1',
    ]);
    expect((await client.call('issues', {})).issues).toEqual([]);
  });

  it('is an alarm from the seventh of an hour on, as is every forgery that looks like none', async () => {
    let nowMs = Date.now();
    const gateway = await start(GATES, { now: () => nowMs });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const isLabelled = async (body?: string): Promise<boolean> => {
      expect(await probe(gateway, nowMs, body)).toBe(401);
      return gateway.records.at(-1)?.isProbe === true;
    };
    expect(await isLabelled('{"type":2,"id":"2"}')).toBe(false);
    for (let i = 0; i < 6; i++) expect(await isLabelled()).toBe(true);
    for (let i = 0; i < 3; i++) expect(await isLabelled()).toBe(false);
    expect((await client.call('issues', {})).issues).toMatchObject([
      { gate: 'discord', reason: 'signature-mismatch', count: 4 },
    ]);
    nowMs += HOUR - 1;
    expect(await isLabelled()).toBe(false);
    nowMs += 1;
    expect(await isLabelled()).toBe(true);
    expect(await counted(gateway)).toContain('countersign_sender_probes_total{gate="discord"} 7');
  });

  it('is an alarm where a gate that monitors lets it through: it was not refused', async () => {
    const gateway = await start({ discord: { ...GATES.discord, mode: 'monitor' } });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    expect(await probe(gateway, Date.now())).toBe(204);
    expect(gateway.records.at(-1)).toMatchObject({ reason: 'signature-mismatch', letThrough: true });
    expect(gateway.records.at(-1)?.isProbe).toBeUndefined();
    expect((await counted(gateway)).join()).not.toContain('sender_probes');
    expect(await gateway.metrics()).toMatch(/let_through[a-z_]*\{[^}]*signature-mismatch[^}]*\} 1/);
    expect((await client.call('issues', {})).issues).toMatchObject([{ reason: 'signature-mismatch' }]);
  });
});
