import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { createGate, type GateOptions } from '../src/index.ts';

const { publicKey } = generateKeyPairSync('ed25519');
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const WHPK = `whpk_${publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`;

const KEY = 'keys: a public key cannot sign. Give the private half: a public one verifies only.';
const RING =
  'keys: no private key is active and within its validity. Give a private key, and set its state to active.';

it.each<[string, GateOptions, string]>([
  ['Standard Webhooks', { provider: 'standard-webhooks', keys: [WHPK] }, KEY],
  [
    'message signatures',
    { provider: { id: 'http-message-signatures', algorithm: 'ed25519' }, keys: [PEM] },
    KEY,
  ],
  ['tokens', { scheme: { type: 'jwt', algorithm: 'EdDSA' }, keys: [PEM] }, RING],
])('a gate of %s with a public key says that it cannot sign', async (_, options, sentence) => {
  const gate = createGate(options);
  const sign = async () => gate.sign({ method: 'POST', url: 'https://a.example/', body: '{}' });
  await expect(sign()).rejects.toThrow(sentence);
});
