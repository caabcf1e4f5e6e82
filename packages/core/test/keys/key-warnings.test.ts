/** A key that nobody would choose is taken, and said; its text is never quoted. */
import { describe, expect, it } from 'vitest';
import { createGate, type KeySpec, type ProviderChoice, secretWarnings } from '../../src/index.ts';
import { NOW, SECRET_SCHEMES, warningsOf } from './key-fixtures.ts';

const warnings = (key: string | KeySpec, provider: ProviderChoice = 'github'): string =>
  warningsOf(createGate({ provider, keys: [key], now: () => NOW })).join('; ');

const GOOD = 'Vd3pQ0zkT9wXr2LmYb7H';

describe('a key used to the letter is warned of', () => {
  it.each([
    [`"${GOOD}"`, /stands in quotes, and they are part of it.*cmd/],
    [`'${GOOD}'`, /stands in quotes/],
    [`“${GOOD}”`, /stands in quotes/],
    [`‘${GOOD}’`, /stands in quotes/],
    [` "${GOOD}"`, /stands in quotes.*white space/],
    [`${GOOD}\n`, /ends with a line end/],
    [`${GOOD}\r\n`, /ends with a line end/],
    [`${GOOD}\n${GOOD}`, /holds a line end/],
    [` ${GOOD}`, /begins or ends with white space/],
    [`${GOOD} `, /begins or ends with white space/],
    [`${GOOD}\u00a0`, /begins or ends with white space/],
    [`\ufeff${GOOD}`, /byte order mark/],
    [`${GOOD}\\n`, /ends with a backslash/],
    [`${GOOD}\u200b`, /cannot be seen/],
    [`${GOOD}\ufffd`, /was not UTF-8/],
  ])('%j', (secret, words) => {
    const sentence = warnings(secret);
    expect(sentence).toMatch(words);
    expect(sentence).not.toContain(GOOD);
  });

  it('a secret in quotes is used with its quotes nevertheless', async () => {
    const quoted = createGate({ provider: 'github', keys: [`"${GOOD}"`] });
    const bare = createGate({ provider: 'github', keys: [GOOD] });
    const signed = await quoted.sign({ method: 'POST', url: '/', body: 'x' });
    expect(await quoted.verify(signed)).toMatchObject({ ok: true });
    expect(await bare.verify(signed)).toMatchObject({ ok: false });
  });
});

describe('a key is warned of that is', () => {
  it.each([
    ['an API key of Stripe', `sk_live_${GOOD}`, /API key of Stripe/],
    ['a restricted key of Stripe', `rk_test_${GOOD}`, /API key of Stripe/],
    ['a publishable key of Stripe', `pk_live_${GOOD}`, /anybody may know/],
    ['a token of GitHub', `ghp_${GOOD}`, /access token of GitHub/],
    ['a new token of GitHub', `github_pat_${GOOD}`, /access token of GitHub/],
    ['a bot’s token of Slack', `xoxb-${GOOD}`, /token of Slack/],
    ['an app’s token of Slack', `xapp-1-${GOOD}`, /token of Slack/],
    ['an id of AWS', 'AKIAIOSFODNN7EXAMPLE', /AWS, which is not a secret/],
    ['a secret of another platform', `whsec_${GOOD}`, /Stripe or Standard Webhooks/],
    ['a token', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${GOOD}`, /JSON Web Token/],
    ['a header’s value', `Bearer ${GOOD}`, /header’s value/],
    ['a signature', `sha256=${GOOD}`, /header’s value/],
    ['a variable of the shell', '$WEBHOOK_SECRET', /nothing filled in.*\$\{env:NAME\}/],
    ['a variable of cmd', '%WEBHOOK_SECRET%', /nothing filled in/],
    ['a variable of PowerShell', '$env:WEBHOOK_SECRET', /nothing filled in/],
    ['a template', `prefix-\${SECRET}-suffix`, /nothing filled in/],
    ['a template of handlebars', '{{ webhook_secret }}', /nothing filled in/],
    ['the name of a variable', 'GITHUB_WEBHOOK_SECRET', /nothing filled in/],
    ['the code of one', 'process.env.WEBHOOK_SECRET', /nothing filled in/],
    ['an address', 'https://issuer.example/.well-known/jwks.json', /address, not what is found there/],
    ['a reference', 'op://vault/item/secret', /address/],
    ['changeme', 'changemechangeme', /placeholder/],
    ['change-me', 'Change-Me-Please-123', /placeholder/],
    ['your-secret', 'your-webhook-secret-here', /placeholder/],
    ['my_secret_key', 'my_secret_key_1234567890', /placeholder/],
    ['xxx', 'xxxxxxxxxxxxxxxxxxxx', /placeholder/],
    ['<your secret>', '<your webhook secret>', /nothing filled in/],
    ['one letter', 'aaaaaaaaaaaaaaaaaaaa', /different bytes?/],
    ['a few letters again and again', 'k7Qp9k7Qp9k7Qp9k7Qp9', /repeats/],
  ])('%s', (_, secret, words) => {
    const sentence = warnings(secret);
    expect(sentence).toMatch(words);
    for (let at = 0; at + 12 <= secret.length; at++)
      expect(sentence).not.toContain(secret.slice(at, at + 12));
  });

  it.each(['a-good-secret-1234567', 'a-strong-secret-of-ours-42', 'safe-and-sound-7261'])(
    'not of %s, which somebody chose',
    (secret) => {
      expect(secretWarnings(secret)).toEqual([]);
    },
  );

  it('for every scheme of a secret, quotes and placeholders alike', () => {
    for (const { name, gate } of SECRET_SCHEMES) {
      // Basic credentials have a colon.
      const user = name === 'basic credentials' ? 'user:' : '';
      const list = gate({ secret: `${user}changemechangeme`, encoding: 'utf8' }).keys.list();
      expect(list.at(-1)?.warnings, name).toContainEqual({ code: 'placeholder' });
      const quoted = gate({ secret: `"${user}${GOOD}"`, encoding: 'utf8' }).keys.list();
      expect(quoted.at(-1)?.warnings, name).toContainEqual({ code: 'quotes-kept' });
    }
  });

  it('one of bytes that are all the same', () => {
    expect(warnings({ secret: new Uint8Array(32) })).toMatch(/only 1 different byte:/);
  });

  it('the same as another: to revoke one of the two revokes nothing', () => {
    const keys = [
      { id: 'now', secret: GOOD },
      { id: 'old', secret: Buffer.from(GOOD), state: 'revoked' },
    ] as const;
    expect(createGate({ provider: 'github', keys }).keys.list()[1]?.warnings).toEqual([
      { code: 'twin', keyId: 'now' },
    ]);
  });

  it('for Stripe with its own prefix in the words', () => {
    expect(warnings(`sk_test_${GOOD}`, 'stripe')).toMatch(/begin with whsec_/);
    expect(warnings(`whsec_${GOOD}`, 'stripe')).toBe('');
  });

  it.each([
    ['HS256', 31, 32],
    ['HS384', 32, 48],
    ['HS512', 16, 64],
  ] as const)('shorter than the hash of %s (RFC 7518 §3.2)', (algorithm, short, enough) => {
    const key = (length: number) => ({ secret: Buffer.from(Array.from({ length }, (_, i) => i * 7)) });
    const provider = { id: 'jwt-bearer', algorithm } as const;
    expect(warnings(key(short), provider)).toBe(
      `the key is ${short} bytes long; RFC 7518 §3.2 demands at least ${enough}`,
    );
    expect(warnings(key(enough), provider)).toBe('');
  });
});

describe('nothing is said of a key that is', () => {
  it.each([
    ['text', GOOD],
    ['hex', '5f2b8a1c9d4e7f60a3b5c7d9e1f20486'],
    ['base64', 'q83vEjRWeJq83vEjRWeJq83vEjRWeJo='],
    ['a UUID', '6f1c2a9e-3b7d-4e58-9a01-c2d4e6f80b13'],
    ['words that somebody chose', 'correct horse battery staple'],
    ['a password with signs', 'p$4{kQ!z)r&W=9~t#L'],
  ])('%s', (_, secret) => {
    expect(warnings(secret)).toBe('');
  });

  it('a secret of Standard Webhooks, as its own provider', () => {
    expect(warnings(`whsec_${Buffer.from(`${GOOD}${GOOD}`).toString('base64')}`, 'standard-webhooks')).toBe(
      '',
    );
  });

  it('a token of another platform where a token is the secret', () => {
    expect(warnings(`ghp_${GOOD}`, { id: 'incode' })).toBe('');
  });
});
