/** Keys of message signatures that are known by their thumbprint, wherever the gate has them from. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate, type GateOptions } from '../../src/index.ts';

const NOW_MS = 1_760_000_000_000;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const jwk = publicKey.export({ format: 'jwk' });
const PROFILE = { id: 'http-message-signatures', profile: 'web-bot-auth' } as const;

async function requestNaming(
  id: string,
): Promise<Awaited<ReturnType<ReturnType<typeof createGate>['sign']>>> {
  const secret = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const signer = createGate({
    provider: { ...PROFILE, algorithm: 'ed25519' },
    keys: [{ id, secret }],
    now: () => NOW_MS,
  });
  return signer.sign({ method: 'GET', url: 'https://news.example/articles/1', headers: {}, body: '' });
}

const fetchKeys = async (): Promise<Response> =>
  Response.json({ keys: [jwk] }, { headers: { 'content-type': 'application/jwk-set+json' } });

const GATES: Readonly<Record<string, Partial<GateOptions>>> = {
  'in its own list': { provider: PROFILE, keys: [{ id: 'main', secret: JSON.stringify(jwk) }] },
  'at an address of its own': {
    provider: { ...PROFILE, jwks: 'https://bot.example/keys.json' },
    fetch: fetchKeys,
  } as Partial<GateOptions>,
};

describe.each(Object.entries(GATES))('a gate that has its keys %s', (_name, options) => {
  const gate = createGate({ ...options, now: () => NOW_MS } as GateOptions);

  it.each(['main', 'a-name-of-the-sender'])('says of the keyid %s that it is no thumbprint', async (id) => {
    const { verdict, findings } = await explain(await requestNaming(id), gate);
    expect(verdict).toMatchObject({ ok: false, reason: 'unknown-key' });
    expect(findings[0]).toMatchObject({
      id: 'agent-keyid-form',
      sentence: expect.stringContaining(`"${id}"`),
    });
  });

  it('does not say so of another key’s thumbprint', async () => {
    const { findings } = await explain(await requestNaming('x'.repeat(43)), gate);
    expect(findings.map(({ id }) => id)).not.toContain('agent-keyid-form');
  });
});
