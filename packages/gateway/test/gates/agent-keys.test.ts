/** Keys whose address a request gives: a gate of the configuration needs none of its own, and calls the public internet only. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { MemoryReplayGuard, requestFrom } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { createCoreGate, noValidKey } from '../../src/gates/core-gate.ts';
import { createAddressJudge } from '../../src/outgoing/address-policy.ts';
import { createOutgoingFetch } from '../../src/outgoing/outgoing-fetch.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const jwk = publicKey.export({ format: 'jwk' });
const keyid = createHash('sha256')
  .update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x }))
  .digest('base64url');
const NOW_S = 1_760_000_000;
const AGENT = '"https://agent.example"';

function agentRequest(agent = AGENT) {
  const list = `("@authority" "signature-agent");created=${NOW_S};expires=${NOW_S + 60};keyid="${keyid}";tag="web-bot-auth"`;
  const base = `"@authority": api.example\n"signature-agent": ${agent}\n"@signature-params": ${list}`;
  const signature = sign(null, Buffer.from(base), privateKey).toString('base64');
  return requestFrom({
    method: 'GET',
    url: '/a',
    headers: {
      host: 'api.example',
      'signature-agent': agent,
      'signature-input': `sig1=${list}`,
      signature: `sig1=:${signature}:`,
    },
  });
}

const configOf = (proof: object) =>
  parseConfig({ gates: { g: { path: '/g', ...proof, respond: { status: 204 } } } }, { baseDir: '/', env: {} })
    .config.gates[0] as never;
const keysAt =
  (calls: string[], name: string): typeof globalThis.fetch =>
  async (url) => {
    calls.push(`${name} ${String(url)}`);
    return new Response(JSON.stringify({ keys: [jwk] }));
  };
const PROFILE = { profile: 'web-bot-auth' };
const provider = (agents: unknown) => ({ provider: { id: 'http-message-signatures', ...PROFILE, agents } });

describe('a gate of agents', () => {
  it.each<[string, object, string]>([
    ['any', provider('any'), 'public'],
    ['any, in a list', provider(['any']), 'public'],
    ['any, with bounds', provider({ of: 'any', timeoutMs: 100 }), 'public'],
    [
      'any, of a declared scheme',
      { scheme: { type: 'http-message-signatures', ...PROFILE, agents: 'any' } },
      'public',
    ],
    ['those that the operator lists', provider(['agent.example']), 'configured'],
  ])('%s: has no keys of its own, and fetches theirs as it may', async (_, proof, name) => {
    const calls: string[] = [];
    const gate = createCoreGate(configOf(proof), {
      replay: new MemoryReplayGuard(),
      now: () => NOW_S * 1000,
      fetch: keysAt(calls, 'configured'),
      fetchPublic: keysAt(calls, 'public'),
    });
    // Before any is fetched none is missing.
    expect(gate && noValidKey(gate, NOW_S * 1000)).toBeUndefined();
    expect(await gate?.verify(agentRequest())).toMatchObject({ ok: true, keyId: 'agent.example' });
    expect(calls).toEqual([`${name} https://agent.example/.well-known/http-message-signatures-directory`]);
  });

  const CARD = 'https://agent.example/card';
  const KEYS = 'https://keys.elsewhere.example/a.json';
  const BRAND = 'https://operator.example/.well-known/brand.json';
  const documents: Readonly<Record<string, object>> = {
    [CARD]: { client_id: CARD, jwks_uri: KEYS },
    [BRAND]: { agents: [{ url: 'https://bot.example/mcp', jwks_uri: KEYS }] },
    [KEYS]: { keys: [jwk] },
  };
  it.each<[string, object, ReturnType<typeof agentRequest>, readonly string[]]>([
    [
      'the document of a listed agent',
      provider([CARD]),
      agentRequest(`sig1="${CARD}";type=cimd`),
      [`configured ${CARD}`, `public ${KEYS}`],
    ],
    [
      'the document of any agent',
      provider('any'),
      agentRequest(`sig1="${CARD}";type=cimd`),
      [`public ${CARD}`, `public ${KEYS}`],
    ],
    [
      'the file of an operator',
      {
        provider: {
          id: 'http-message-signatures',
          ...PROFILE,
          brand: { url: BRAND, agent: 'https://bot.example/mcp' },
        },
      },
      agentRequest(),
      [`configured ${BRAND}`, `public ${KEYS}`],
    ],
  ])('goes to the public internet for what %s names', async (_, proof, request, expected) => {
    const calls: string[] = [];
    const by =
      (name: string): typeof globalThis.fetch =>
      async (url) => {
        calls.push(`${name} ${String(url)}`);
        return new Response(JSON.stringify(documents[String(url)]));
      };
    const gate = createCoreGate(configOf(proof), {
      replay: new MemoryReplayGuard(),
      now: () => NOW_S * 1000,
      fetch: by('configured'),
      fetchPublic: by('public'),
    });
    expect(await gate?.verify(request)).toMatchObject({ ok: true });
    expect(calls).toEqual(expected);
  });

  it('is kept from private addresses by what a name resolves to', async () => {
    expect(createAddressJudge('public')('10.0.0.7')).toBe('private');
    const fetchPublic = createOutgoingFetch({
      policy: 'public',
      lookup: (_host, _options, answer) => answer(null, [{ address: '10.0.0.7', family: 4 }]),
    });
    const gate = createCoreGate(configOf(provider('any')), {
      replay: new MemoryReplayGuard(),
      now: () => NOW_S * 1000,
      fetchPublic,
    });
    const verdict = await gate?.verify(agentRequest());
    expect(verdict).toMatchObject({ ok: false, reason: 'keys-unavailable' });
    expect(verdict?.ok === false && verdict.message).toMatch(/REFUSED_PRIVATE_ADDRESS/);
  });
});
