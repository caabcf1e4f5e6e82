/** Bodies under the profiles of AdCP: a member’s name that occurs twice is refused, though the signature is right. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/index.ts';
import { NOW, wordOf } from '../tokens/mint.ts';
import { ED25519, handSigned, SECONDS, thumbprintOf } from './support/hand-signed.ts';

const TAGS = {
  adcp: 'adcp/request-signing/v1',
  'adcp-webhook': 'adcp/webhook-signing/v1',
  'visa-tap': 'agent-payer-auth',
} as const;

type Profile = keyof typeof TAGS;

async function verdictOf(profile: Profile, body: string): Promise<string> {
  const gate = createGate({
    provider: { id: 'http-message-signatures', profile, byteEncoding: 'base64' },
    keys: [JSON.stringify({ ...ED25519.jwk, adcp_use: 'request-signing' })],
    now: () => NOW,
  });
  const keyId = thumbprintOf(ED25519.jwk);
  const request = handSigned({
    covers: ['@method', '@target-uri', '@authority', '@path', 'content-type', 'content-digest'],
    headers: { 'content-type': 'application/json' },
    parameters: `;created=${SECONDS};expires=${SECONDS + 60};keyid="${keyId}";alg="ed25519";nonce="n1";tag="${TAGS[profile]}"`,
    body,
  });
  return wordOf(await gate.verify(request));
}

/** Objects of any depth, each with its names once. */
const objects = fc
  .dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.jsonValue(), {
    minKeys: 1,
    maxKeys: 4,
    noNullPrototype: true,
  })
  .filter((object) => !JSON.stringify(object).includes('"__proto__"'));

/** Of the first member a second one, of another value; its name spelt as it is, or with escapes only. */
function repeated(object: Readonly<Record<string, unknown>>, isEscaped: boolean, depth: number): string {
  const name = Object.keys(object)[0] as string;
  const units = Array.from(name, (char) =>
    Array.from({ length: char.length }, (_, i) => char.charCodeAt(i)),
  ).flat();
  const escaped = units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  const text = `${JSON.stringify(object).slice(0, -1)},${isEscaped ? `"${escaped}"` : JSON.stringify(name)}:"other"}`;
  return `${'{"in":['.repeat(depth)}${text}${']}'.repeat(depth)}`;
}

describe.each(['adcp', 'adcp-webhook'] as const)('a body under the profile %s', (profile) => {
  it('is taken with each name once, and refused with one that occurs twice, at any depth and in any spelling', async () => {
    await fc.assert(
      fc.asyncProperty(objects, fc.boolean(), fc.nat(3), async (object, isEscaped, depth) => {
        expect(await verdictOf(profile, JSON.stringify(object))).toBe('accepted');
        expect(await verdictOf(profile, repeated(object, isEscaped, depth))).toBe('malformed-body');
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it.each(['[]', '{"a":1', 'a=1', '{"a":"\u0000"}'])(
    'is left to its reader where it is no JSON object: %j',
    async (body) => {
      expect(await verdictOf(profile, body)).toBe('accepted');
    },
  );
});

it('a profile whose documents ask for no JSON takes a name twice', async () => {
  expect(await verdictOf('visa-tap', '{"a":1,"a":2}')).toBe('accepted');
});
