/** Of a key's text that stands under another name than secret, the name is told. */
import { expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

const TEXT = 'a-key-of-more-than-sixteen-bytes';

function messageOf(key: object): string {
  const gates = { a: { path: '/a', provider: 'github', keys: [key], forward: { to: 'http://127.0.0.1:1' } } };
  try {
    parseConfig({ gates }, { baseDir: '/', env: {}, knownProviders: ['github'] });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

it.each([
  'publicKey',
  'public_key',
  'pem',
  'key',
  'value',
  'token',
  'signingSecret',
  'webhookSecret',
  'webhook_secret',
  'signing-key',
  'privateKey',
  'certificate',
])('%s of a key is told to be secret, and its text is not shown', (name) => {
  const message = messageOf({ [name]: TEXT });
  expect(message).toContain(`gates.a.keys[0].${name}: is not known here`);
  expect(message).toContain('did you mean secret?');
  expect(message).not.toContain('is missing');
  expect(message).not.toContain(TEXT);
  expect(message.includes('A public key stands in secret too')).toBe(/public|pem|cert/.test(name));
});
