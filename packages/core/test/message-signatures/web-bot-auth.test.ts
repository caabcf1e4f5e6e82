/** The public test data of Web Bot Auth: signatures of crawlers and agents, and the thumbprints of their keys. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGate, requestFrom } from '../../src/index.ts';
import { keyThumbprint } from '../../src/schemes/message-signatures/keys/key-thumbprint.ts';

const folder = join(import.meta.dirname, '../../../../vectors/web-bot-auth');
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

interface SignatureCase {
  readonly key: Readonly<Record<string, string>>;
  readonly target_url: string;
  readonly created_ms: number;
  readonly expires_ms: number;
  readonly label: string;
  readonly signature: string;
  readonly signature_input: string;
  readonly signature_agent?: string;
}

interface ThumbprintCase {
  readonly name: string;
  readonly jwk: string;
  readonly thumbprint: string;
}

const signatures = read('web_bot_auth_architecture_v1.json') as readonly SignatureCase[];
const thumbprints = read('jwk-thumbprint-vectors.json') as readonly ThumbprintCase[];
const PROFILE = { id: 'http-message-signatures', profile: 'web-bot-auth' } as const;
const DIRECTORY = 'https://signature-agent.test/.well-known/http-message-signatures-directory';

const requestOf = (example: SignatureCase, more: Readonly<Record<string, string>> = {}) => {
  const { host, pathname } = new URL(example.target_url);
  const { signature, signature_input: input, signature_agent: agent } = example;
  return requestFrom({
    method: 'GET',
    url: pathname,
    headers: {
      host,
      signature,
      'signature-input': input,
      ...(agent !== undefined && { 'signature-agent': agent }),
      ...more,
    },
  });
};
const publicKey = ({ key: { kty, n, e, crv, x, alg, kid } }: SignatureCase) => ({
  kty,
  n,
  e,
  crv,
  x,
  alg,
  kid,
});

describe('a signature of Web Bot Auth', () => {
  it.each(signatures)(
    'of $key.kty as $label is proved by its key, at each end of its time',
    async (example) => {
      const clock = { nowMs: example.created_ms };
      const gate = createGate({
        provider: PROFILE,
        keys: [JSON.stringify(publicKey(example))],
        now: () => clock.nowMs,
      });
      const verdict = () => gate.verify(requestOf(example));
      expect(await verdict()).toMatchObject({ ok: true, keyId: example.key['kid'] });
      clock.nowMs = example.expires_ms;
      expect(await verdict()).toMatchObject({ ok: true });
      clock.nowMs = example.expires_ms + 1000;
      expect(await verdict()).toMatchObject({ ok: false, reason: 'expired' });
      clock.nowMs = example.created_ms;
      expect(await gate.verify(requestOf(example, { host: 'other.example' }))).toMatchObject({
        ok: false,
        reason: 'signature-mismatch',
      });
    },
  );

  it.each(signatures.filter((example) => example.signature_agent !== undefined))(
    'of $key.kty that says where its key is: the key is fetched there, and the host is who it is',
    async (example) => {
      const asked: string[] = [];
      const gate = createGate({
        provider: { ...PROFILE, agents: 'signature-agent.test' },
        fetch: async (url) => {
          asked.push(String(url));
          return new Response(JSON.stringify({ keys: [publicKey(example)] }));
        },
        now: () => example.created_ms,
      });
      expect(await gate.verify(requestOf(example))).toMatchObject({
        ok: true,
        keyId: 'signature-agent.test',
      });
      expect(await gate.verify(requestOf(example))).toMatchObject({ ok: true });
      expect(asked).toEqual([DIRECTORY]);
    },
  );
});

describe('the thumbprint of a key', () => {
  it.each(thumbprints)('$name', async ({ jwk, thumbprint }) => {
    expect(await keyThumbprint(JSON.parse(jwk))).toBe(thumbprint);
  });

  it.each([
    { kty: 'oct', k: 'AA' },
    { kty: 'OKP', x: 'AA' },
    { kty: 'EC', crv: 'P-256', x: 'AA', y: 1 },
    { kty: 'constructor' },
    {},
  ])('of %j there is none', (jwk) => {
    expect(keyThumbprint(jwk)).toBeUndefined();
  });
});
