/** A platform's test with a wrong signature: refused as any other request, and labelled. */
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, type RequestParts, writtenProvider, writtenScheme } from '../src/index.ts';
import { keyOfProvider } from './support/provider-key.ts';

const NOW = 1_760_000_000_000;
const xero = {
  algorithm: 'hmac-sha256',
  signature: { header: 'x-xero-signature', encoding: 'base64' },
  message: '{body}',
  handshake: { when: { firstEventSequence: '0', lastEventSequence: '0' }, probes: true },
};
const gates: readonly (readonly [string, Gate, string, string])[] = [
  [
    'Discord',
    createGate({
      provider: writtenProvider('discord'),
      keys: [keyOfProvider('discord').signing],
      now: () => NOW,
    }),
    '{"type":1,"id":"2"}',
    '{"type":2,"id":"1"}',
  ],
  [
    'Xero',
    createGate({ scheme: writtenScheme(xero), keys: ['a secret of more than sixteen bytes'] }),
    '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4Nd0m3nt40pyYpl"}',
    '{"events":[{}],"firstEventSequence":1,"lastEventSequence":1}',
  ],
];

async function signed(gate: Gate, body: string): Promise<RequestParts> {
  const request = await gate.sign({ method: 'POST', url: 'https://a.example/in', headers: {}, body });
  return { ...request, headers: request.headers };
}

describe.each(gates)('a test of %s', (_name, gate, test, event) => {
  it('with a wrong signature is refused, and labelled', async () => {
    const forged = { ...(await signed(gate, event)), body: test };
    expect(await gate.verify(forged)).toMatchObject({
      ok: false,
      reason: 'signature-mismatch',
      isProbe: true,
    });
    const received = await gate.receive(forged, () => expect.unreachable());
    expect(received).toMatchObject({ kind: 'refused', verdict: { isProbe: true } });
  });

  it('has no label where the signature is right, is missing, or the request is another', async () => {
    const right = await signed(gate, test);
    expect(await gate.verify(right)).not.toHaveProperty('isProbe');
    const bare = { method: 'POST', url: '/in', headers: { host: 'a' }, body: test };
    expect(await gate.verify(bare)).not.toHaveProperty('isProbe');
    for (const body of [event.replace('2', '3').replace('1', '4'), `${test} x`, test + ' '.repeat(2048), ''])
      expect(await gate.verify({ ...right, body })).not.toHaveProperty('isProbe');
  });
});
