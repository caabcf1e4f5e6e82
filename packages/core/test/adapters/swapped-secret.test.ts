/** Prevents: a secret that stands where a name is due, by a slip of the hand, printed in the error that says so. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as expressAdapter from '../../src/adapters/express.ts';
import * as fastifyAdapter from '../../src/adapters/fastify.ts';
import * as fetchAdapter from '../../src/adapters/fetch.ts';
import * as honoAdapter from '../../src/adapters/hono.ts';
import * as koaAdapter from '../../src/adapters/koa.ts';
import * as lambdaAdapter from '../../src/adapters/lambda.ts';
import * as nestAdapter from '../../src/adapters/nest.ts';
import * as nodeAdapter from '../../src/adapters/node.ts';
import { signedFetch } from '../../src/client/index.ts';
import { createGate } from '../../src/index.ts';
import { shownOption, shownWord } from '../../src/options.ts';

/** As senders make them. */
const SECRETS = [
  'whsec_TOPSECRETtopsecretTOPSECRETtopsecretAAA=',
  'deadbeefcafe0123',
  'topsecret-correct-horse-battery',
  'TopSecretPhrase',
  'It is a top secret to everybody',
];

type Untyped = (...parameters: readonly unknown[]) => unknown;
const handle = (): void => {};

/** Each puts the secret in another wrong place. */
const SLIPS: Readonly<Record<string, (secret: string) => unknown>> = {
  ...Object.fromEntries(
    Object.entries({
      express: expressAdapter,
      fastify: fastifyAdapter,
      fetch: fetchAdapter,
      hono: honoAdapter,
      koa: koaAdapter,
      lambda: lambdaAdapter,
      nest: nestAdapter,
      node: nodeAdapter,
    }).flatMap(([name, adapter]) => {
      const slips: [string, (secret: string) => unknown][] = [
        [
          `webhook of ${name}, provider and secret swapped`,
          (secret) => (adapter.webhook as Untyped)(secret, 'stripe', handle),
        ],
      ];
      if ('requireProof' in adapter)
        slips.push([
          `requireProof of ${name}, provider and secret swapped`,
          (secret) => (adapter.requireProof as Untyped)(secret, 'approov', handle),
        ]);
      return slips;
    }),
  ),
  'ProofGuard, provider and secret swapped': (secret) =>
    new nestAdapter.ProofGuard(secret as never, 'github'),
  'signedFetch, provider and secret swapped': (secret) => signedFetch(secret as never, 'github'),
  'a provider': (secret) => createGate({ provider: secret as never, keys: [secret] }),
  'a provider’s id': (secret) => createGate({ provider: { id: secret } as never, keys: [secret] }),
  'a provider’s option': (secret) =>
    createGate({ provider: { id: 'approov', [secret]: 1 } as never, keys: [secret] }),
  'a gate’s option': (secret) => createGate({ provider: 'github', keys: [secret], [secret]: 1 } as never),
  'an option’s word': (secret) =>
    createGate({ provider: 'github', keys: [secret], repeats: secret as never }),
  'a scheme’s option': (secret) =>
    createGate({
      scheme: { algorithm: 'hmac-sha256', signature: 'x', message: '{body}', [secret]: 1 } as never,
      keys: [secret],
    }),
  'a key’s encoding': (secret) =>
    createGate({ provider: 'github', keys: [{ secret, encoding: secret as never }] }),
  'a key’s state': (secret) => createGate({ provider: 'github', keys: [{ secret, state: secret as never }] }),
  'a key’s member': (secret) => createGate({ provider: 'github', keys: [{ secret, [secret]: 1 } as never] }),
  'an adapter’s option': (secret) =>
    expressAdapter.webhook('github', secret, handle, { [secret]: 1 } as never),
};

describe.each(Object.entries(SLIPS))('%s', (_, slip) => {
  it.each(SECRETS)('shows nothing of %s', (secret) => {
    let error: unknown;
    try {
      slip(secret);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: 'SetupError' });
    const shown = inspect(error, { depth: 5, showHidden: true }).split('\n    at ', 1)[0] ?? '';
    expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/whsec_TOP|deadbeef|correct-horse|TopSecret|top secret/);
  });
});

it('of a secret that comes with a request nothing is shown either', async () => {
  const errors: unknown[] = [];
  const serve = (fetchAdapter.webhook as Untyped)(SECRETS[0], () => 'github', handle, {
    onError: (error: unknown) => errors.push(error),
  }) as (request: Request) => Promise<Response>;
  const request = new Request('https://app.example/hook', { method: 'POST', body: '{}' });
  expect((await serve(request)).status).toBe(500);
  expect(String(errors[0])).toMatch(/^SetupError: provider: a text of 46 characters is not a provider\. /);
});

it('what is near a name is shown, with the name', () => {
  expect(() => createGate({ provider: 'gitub' as never, keys: ['x'] })).toThrow(
    /^provider: "gitub" is not a provider\. Did you mean github\?/,
  );
  expect(() => createGate({ provider: 'paypal' as never, keys: ['x'] })).toThrow(
    /^provider: "paypal" is not a provider\. https:\/\/\S+\/providers\.md lists the \d+ providers\. /,
  );
});

it.each([
  ['STRIPE', '"STRIPE"'],
  ['pay-pal', '"pay-pal"'],
  ['Standard_Webhooks', '"Standard_Webhooks"'],
  ['dead1beef', 'a text of 9 characters'],
  ['abcdefghijklmnopq', 'a text of 17 characters'],
  ['', 'a text of 0 characters'],
])('the word %j is shown as %s', (text, shown) => {
  expect(shownWord(text, ['standard-webhooks', 'stripe'])).toBe(shown);
});

it('an option’s name is shown where it is made of letters', () => {
  expect(shownOption('trustproxy', ['trustProxy'])).toBe('trustproxy');
  expect(shownOption('whsec_0123', ['trustProxy'])).toBe('(a name of 10 characters)');
});
