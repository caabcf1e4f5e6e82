/** Keys of AdCP’s agents: an operator’s brand.json says where they are, and nobody else does. */
import { describe, expect, it } from 'vitest';
import { createGate, type GateOptions } from '../../src/index.ts';
import { NOW } from '../tokens/mint.ts';
import { ED25519, handSigned, SECONDS } from './support/hand-signed.ts';

const BRAND = 'https://operator.example/.well-known/brand.json';
const AGENT = 'https://agent.example/mcp';
const KEYS = 'https://agent.example/keys.json';
const OWN = 'https://agent.example/.well-known/jwks.json';

const key = { ...ED25519.jwk, kid: 'a-2026', use: 'sig', key_ops: ['verify'], adcp_use: 'request-signing' };
const COVERS = ['@method', '@target-uri', '@authority'];

function gateOf(documents: Readonly<Record<string, unknown>>, brand: object = {}, more: object = {}) {
  const asked: string[] = [];
  const gate = createGate({
    provider: {
      id: 'http-message-signatures',
      profile: 'adcp',
      brand: { url: BRAND, agent: AGENT, ...brand },
      ...more,
    },
    now: () => NOW,
    fetch: async (url) => {
      asked.push(String(url));
      const document = documents[String(url)];
      if (document === undefined) throw new Error('no such host');
      return new Response(typeof document === 'string' ? document : JSON.stringify(document));
    },
  } as GateOptions);
  return { gate, asked };
}

let nonces = 0;
const request = () =>
  handSigned({
    covers: COVERS,
    parameters: `;created=${SECONDS};expires=${SECONDS + 60};nonce="n-${++nonces}-0123456789abcdef";alg="ed25519";keyid="a-2026";tag="adcp/request-signing/v1"`,
  });

const entry = (more: object = {}) => ({ type: 'buying', id: 'a', url: AGENT, jwks_uri: KEYS, ...more });

describe('the keys of an agent', () => {
  it.each<readonly [string, object, readonly string[]]>([
    [
      'its entry names',
      { agents: [{ url: 'https://other.example/mcp', jwks_uri: 'https://other.example/k' }, entry()] },
      [BRAND, KEYS],
    ],
    ['its house names', { house: { domain: 'operator.example', agents: [entry()] } }, [BRAND, KEYS]],
    [
      'its own host has, where its entry names none',
      { agents: [entry({ jwks_uri: undefined })] },
      [BRAND, OWN],
    ],
  ])('are those that %s', async (_, brand, expected) => {
    const { gate, asked } = gateOf({ [BRAND]: brand, [KEYS]: { keys: [key] }, [OWN]: { keys: [key] } });
    expect(await gate.verify(request())).toMatchObject({ ok: true, keyId: 'a-2026' });
    expect(await gate.verify(request())).toMatchObject({ ok: true });
    expect(asked).toEqual(expected);
  });

  it('are for what AdCP has them for', async () => {
    const { gate } = gateOf({
      [BRAND]: { agents: [entry()] },
      [KEYS]: { keys: [{ ...key, adcp_use: 'governance-signing' }] },
    });
    expect(await gate.verify(request())).toMatchObject({ reason: 'unknown-key' });
  });

  it('may stand in a file of 256 KiB, and in a set of 64', async () => {
    const wide = (bytes: number): object => ({ agents: [entry()], x: 'x'.repeat(bytes) });
    const keys = { [KEYS]: { keys: [key] } };
    expect(await gateOf({ [BRAND]: wide(250_000), ...keys }).gate.verify(request())).toMatchObject({
      ok: true,
    });
    const long = await gateOf({ [BRAND]: wide(262_144), ...keys }).gate.verify(request());
    expect(long.ok ? '' : long.message).toContain('it is larger than 262144 bytes');
    const set = await gateOf({
      [BRAND]: wide(1),
      [KEYS]: { keys: [key], x: 'x'.repeat(65_536) },
    }).gate.verify(request());
    expect(set.ok ? '' : set.message).toContain('of its jwks_uri: it is larger than 65536 bytes');
  });

  it.each<readonly [string, unknown, string]>([
    ['no agents', {}, 'none of its agents has the address that the gate names'],
    ['a text for agents', { agents: 'all' }, 'none of its agents has the address that the gate names'],
    [
      'another agent',
      { agents: [entry({ url: 'https://agent.example/other' })] },
      'none of its agents has the address that the gate names',
    ],
    [
      'the agent with a slash at its end',
      { agents: [entry({ url: `${AGENT}/` })] },
      'none of its agents has the address that the gate names',
    ],
    [
      'the agent in other letters',
      { agents: [entry({ url: 'https://AGENT.example/mcp' })] },
      'none of its agents has the address that the gate names',
    ],
    [
      'the agent among those of one brand',
      { brands: [{ id: 'b', agents: [entry()] }] },
      'none of its agents has the address that the gate names',
    ],
    [
      'the agent twice',
      { agents: [entry(), entry({ jwks_uri: 'https://evil.example/k' })] },
      'several of its agents have the address that the gate names',
    ],
    [
      'the agent at the house too',
      { agents: [entry()], house: { agents: [entry()] } },
      'several of its agents have the address that the gate names',
    ],
    ['members twice', `{"agents":[],"agents":[${JSON.stringify(entry())}]}`, 'it is not a JSON object'],
    ['keys of its own', { keys: [key] }, 'none of its agents has the address that the gate names'],
    [
      'another file in its place',
      { authoritative_location: 'https://other.example/brand.json' },
      'none of its agents has the address that the gate names',
    ],
    ['a number for an address', { agents: [entry({ jwks_uri: 7 })] }, 'its agent’s jwks_uri is no text'],
    [
      'an address without TLS',
      { agents: [entry({ jwks_uri: 'http://agent.example/k' })] },
      'its jwks_uri is no https address on the public internet',
    ],
    [
      'an address by number',
      { agents: [entry({ jwks_uri: 'https://169.254.169.254/k' })] },
      'its jwks_uri is no https address on the public internet',
    ],
    [
      'an address of nobody',
      { agents: [entry({ jwks_uri: 'https://gone.example/k' })] },
      'of its jwks_uri: it cannot be reached (no such host)',
    ],
  ])('are not to be had where the file has %s', async (_, brand, words) => {
    const { gate, asked } = gateOf({ [BRAND]: brand, [KEYS]: { keys: [key] } });
    const verdict = await gate.verify(request());
    expect(verdict).toMatchObject({ reason: 'keys-unavailable' });
    expect(verdict.ok ? '' : verdict.message).toContain(words);
    expect(asked.filter((address) => address === KEYS)).toEqual([]);
  });
});

describe('a gate is not opened', () => {
  it.each<readonly [string, object, object, string]>([
    [
      'with a file without TLS',
      { url: 'http://operator.example/brand.json' },
      {},
      'provider.brand.url: "http://operator.example/brand.json" is not an https address.',
    ],
    ['without an agent', { agent: undefined }, {}, 'provider.brand.agent: it is not given.'],
    [
      'with an agent that is no address',
      { agent: 'agent.example' },
      {},
      'provider.brand.agent: "agent.example" is not an https address.',
    ],
    ['with a misspelt bound', { maxAge: 1 }, {}, 'provider.brand.maxAge: there is no such option.'],
    ['with keys at an address too', {}, { jwks: KEYS }, 'provider.brand: it is given, and jwks too.'],
    ['with agents too', {}, { agents: 'any' }, 'provider.brand: it is given, and agents too.'],
  ])('%s', (_, brand, more, message) => {
    expect(() => gateOf({}, brand, more)).toThrow(message);
  });

  it('with keys of its own too', () => {
    const provider = { id: 'http-message-signatures', profile: 'adcp', brand: { url: BRAND, agent: AGENT } };
    expect(() => createGate({ provider, keys: [JSON.stringify(key)] } as GateOptions)).toThrow(
      'keys: the gate has keys and brand.',
    );
  });
});
