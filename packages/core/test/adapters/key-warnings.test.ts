/** Prevents: a secret with quotes, a line end or another platform’s key in it, of which nobody hears until every request is refused. */
import { afterEach, expect, it, vi } from 'vitest';
import * as express from '../../src/adapters/express.ts';
import * as fastify from '../../src/adapters/fastify.ts';
import * as fetched from '../../src/adapters/fetch.ts';
import * as hono from '../../src/adapters/hono.ts';
import * as koa from '../../src/adapters/koa.ts';
import * as lambda from '../../src/adapters/lambda.ts';
import * as nest from '../../src/adapters/nest.ts';
import * as node from '../../src/adapters/node.ts';
import { signedFetch, signedFetchOf } from '../../src/client/index.ts';
import { createGate } from '../../src/index.ts';
import { github } from '../../src/providers/github.ts';

const GOOD = 'Vd3pQ0zkT9wXr2LmYb7H';
const QUOTED = `"${GOOD}"`;
const QUOTES = 'stands in quotes, and they are part of it. Write it without; in cmd: set NAME=….';
const act = (): void => {};

afterEach(() => {
  vi.restoreAllMocks();
});

function linesOf(run: () => unknown): readonly unknown[] {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  run();
  return warn.mock.calls.map(([line]) => line);
}

const WAYS: Readonly<Record<string, (secret: string) => unknown>> = {
  'node, webhook': (secret) => node.webhook('github', secret, act),
  'node, webhookOf': (secret) => node.webhookOf(github, secret, act),
  'node, requireProof': (secret) => node.requireProof('github', secret),
  'node, requireProofOf': (secret) => node.requireProofOf(github, secret),
  'express, webhook': (secret) => express.webhook('github', secret, act),
  'fastify, webhook': (secret) => fastify.webhook('github', secret, act),
  'koa, webhook': (secret) => koa.webhook('github', secret, act),
  'koa, requireProof': (secret) => koa.requireProof('github', secret),
  'fetch, webhook': (secret) => fetched.webhook('github', secret, act),
  'hono, webhook': (secret) => hono.webhook('github', secret, act),
  'hono, requireProof': (secret) => hono.requireProof('github', secret),
  'lambda, webhook': (secret) => lambda.webhook('github', secret, act),
  'nest, ProofGuard': (secret) => new nest.ProofGuard('github', secret),
  'a gate’s options': (secret) => fetched.webhook({ provider: 'github', keys: [secret] }, act),
  'a gate': (secret) => fetched.webhook(createGate({ provider: 'github', keys: [secret] }), act),
  signedFetch: (secret) => signedFetch('github', secret),
  signedFetchOf: (secret) => signedFetchOf(github, secret),
};

it.each(Object.entries(WAYS))('%s says it once, without the secret', (_, start) => {
  expect(linesOf(() => start(QUOTED))).toEqual([`countersign: the secret of github ${QUOTES}`]);
});

it.each(Object.entries(WAYS))('%s says nothing of a good secret', (_, start) => {
  expect(linesOf(() => start(GOOD))).toEqual([]);
});

it('a proof for a whole API in Fastify says it', () => {
  const secret = `"${btoa(GOOD + GOOD)}"`;
  expect(linesOf(() => fastify.requireProof('approov', secret))).toEqual([
    'countersign: the secret of approov stands in quotes, which are not part of it and were left out.',
  ]);
});

it('of several secrets it says which, and all that is the matter', () => {
  expect(linesOf(() => express.webhook('stripe', [`whsec_${GOOD}`, `sk_test_${GOOD}\n`], act))).toEqual([
    'countersign: the secret "key-2" of stripe ends with a line end, which is part of it.',
    'countersign: the secret "key-2" of stripe looks like an API key of Stripe (this platform’s secrets begin with whsec_): compare it with the one that requests are signed with.',
  ]);
});

it('a secret that comes with a request is told of when it first comes', async () => {
  const serve = fetched.webhook<unknown, { SECRET: string }>('github', ({ SECRET }) => SECRET, act);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const send = (): Promise<Response> =>
    serve(new Request('https://a.example/', { method: 'POST', body: '{}' }), { SECRET: QUOTED });
  await send();
  await send();
  const lines = warn.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('quotes'));
  expect(lines).toEqual([`countersign: the secret of github ${QUOTES}`]);
});

it('onWarning is told in the console’s place', () => {
  const warnings: string[] = [];
  const onWarning = (warning: string): void => {
    warnings.push(warning);
  };
  const lines = linesOf(() => {
    express.webhook('github', QUOTED, act, { onWarning });
    signedFetch('github', QUOTED, { onWarning });
  });
  expect({ lines, warnings }).toEqual({
    lines: [],
    warnings: [`the secret of github ${QUOTES}`, `the secret of github ${QUOTES}`],
  });
});
