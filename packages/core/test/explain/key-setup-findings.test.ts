/** Keys for which no gate can be built: what is found out about them, and that no finding quotes them. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keySetupFindings } from '../../src/explain/key-setup-findings.ts';
import { createGate, type GateOptions, type KeySpec, SetupError } from '../../src/index.ts';

const PEM = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
const K64 = Buffer.from('a secret of thirty-two characters').toString('base64');
const HEX = '5f2b8a1c9d4e7f60a3b5c7d9e1f20486';

type Choice = Pick<GateOptions, 'provider' | 'scheme'>;

const github: Choice = { provider: 'github' };
const approov: Choice = { provider: 'approov' };
const webhooks: Choice = { provider: 'standard-webhooks' };
const ed25519: Choice = {
  scheme: {
    algorithm: 'ed25519',
    signature: { header: 'x-signature', encoding: 'base64' },
    message: '{body}',
  },
};

async function findingsOf(choice: Choice, spec: KeySpec) {
  const { scheme } = createGate({ ...choice, keys: async () => [] });
  try {
    createGate({ ...choice, keys: [spec] });
  } catch (error) {
    if (error instanceof SetupError) return keySetupFindings(spec, scheme);
    throw error;
  }
  throw new Error('the key is read: this row tests nothing');
}

const rows: readonly (readonly [string, Choice, KeySpec, string, string])[] = [
  ['an unset variable', github, { secret: '' }, 'key-empty', 'proved'],
  ['a blank one', ed25519, { secret: ' \n' }, 'key-empty', 'proved'],
  ['a public key', github, { secret: PEM }, 'key-is-public-key', 'proved'],
  ['a public key for tokens of secrets', approov, { secret: PEM }, 'key-is-public-key', 'proved'],
  ['a secret in JSON', github, { secret: JSON.stringify({ secret: HEX }) }, 'key-in-json', 'likely'],
  [
    'base64 in JSON',
    approov,
    { secret: JSON.stringify({ k: K64 }), encoding: 'base64' },
    'key-in-json',
    'likely',
  ],
  ['its name before it', approov, { secret: `APPROOV_BASE64_SECRET=${K64}` }, 'key-with-its-name', 'likely'],
  ['a comment behind it', approov, { secret: `${K64} # from the console` }, 'key-with-a-comment', 'likely'],
  ['two keys', webhooks, { secret: `whsec_${K64},whsec_${K64}` }, 'key-of-several', 'likely'],
  [
    'percent-encoded',
    approov,
    { secret: encodeURIComponent(`${K64.slice(0, -1)}=`) },
    'key-percent-encoded',
    'likely',
  ],
  ['a label before it', approov, { secret: `base64:${K64}` }, 'key-prefix-kept', 'likely'],
  ['hex that is base64', github, { secret: K64, encoding: 'hex' }, 'key-encoding-wrong', 'likely'],
  [
    'a prefix that is not there',
    webhooks,
    { secret: K64, encoding: 'prefixed' },
    'key-encoding-wrong',
    'likely',
  ],
  [
    'a JWK set for one secret',
    github,
    { secret: 'not-a-key-set-at-all-42', encoding: 'jwks' },
    'key-encoding-wrong',
    'likely',
  ],
  [
    'a password where base64 is due',
    approov,
    { secret: 'pässword of ours!' },
    'key-encoding-wrong',
    'possible',
  ],
];

describe('keys that cannot be read', () => {
  it.each(rows)('%s', async (_, choice, spec, id, certainty) => {
    const findings = await findingsOf(choice, spec);
    expect(findings[0]).toMatchObject({
      id,
      certainty,
      sentence: expect.stringMatching(/\.$/),
      mend: expect.stringMatching(/\.$/),
    });
    if (typeof spec.secret === 'string' && spec.secret.length > 8)
      expect(JSON.stringify(findings)).not.toContain(spec.secret);
  });

  it('claim nothing where nothing can be said beyond the error', async () => {
    expect(await findingsOf(ed25519, { secret: 'what is this, a poem?' })).toEqual([]);
    expect(await findingsOf(ed25519, { secret: new Uint8Array(7) })).toEqual([]);
  });
});
