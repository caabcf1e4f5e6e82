/** What the types say, held by the compiler: what is wrong must not compile. */
import { createServer } from 'node:http';
import express from 'express';
import { expect, expectTypeOf, it } from 'vitest';
import * as express_ from '../../src/adapters/express.ts';
import * as fetch_ from '../../src/adapters/fetch.ts';
import * as node_ from '../../src/adapters/node.ts';
import { signedFetch } from '../../src/client/index.ts';
import { type Accepted, createGate, type KeyInput } from '../../src/index.ts';
import { SECRET } from './sending.ts';

interface Push {
  readonly ref: string;
}

it('a handler is given what was proved, with the payload’s type', () => {
  const app = express();
  app.post(
    '/hook',
    express_.webhook<Push>('github', SECRET, (event) => {
      expectTypeOf(event.payload).toEqualTypeOf<Push>();
      expectTypeOf(event.verdict).toEqualTypeOf<Accepted>();
      expectTypeOf(event.type).toEqualTypeOf<string | undefined>();
      expectTypeOf(event.body).toEqualTypeOf<Uint8Array>();
    }),
  );
  app.use(express_.requireProof('approov', Buffer.alloc(32).toString('base64')));
  app.get('/', (req) => expectTypeOf(req.proof).toEqualTypeOf<Accepted | undefined>());
  node_.webhook('github', SECRET, (event) => expectTypeOf(event.payload).toEqualTypeOf<unknown>());
  createServer(node_.webhook('github', SECRET, () => {})).close();
  expect(app).toBeTypeOf('function');
});

it('a secret of the environment may be undefined, and one of a worker’s comes with its env', () => {
  const variable: string | undefined = process.env['GITHUB_WEBHOOK_SECRET'] ?? SECRET;
  fetch_.webhook<Push>('github', variable, (event) => event.payload.ref);
  createGate({
    provider: 'github',
    keys: [variable, { id: 'old', secret: process.env['OLD'] ?? 'another one' }],
  });
  signedFetch('hmac', variable);
  expectTypeOf(process.env['OLD']).toExtend<KeyInput>();
  expectTypeOf({ id: 'old', secret: process.env['OLD'] }).toExtend<KeyInput>();
  const worker = {
    fetch: fetch_.webhook(
      'github',
      (env: { readonly SECRET: string }) => env.SECRET,
      (_event, env) => expectTypeOf(env.SECRET).toEqualTypeOf<string>(),
    ),
  };
  expectTypeOf(worker.fetch).returns.toEqualTypeOf<Promise<Response>>();
  // @ts-expect-error: no such provider
  expect(() => node_.webhook('gitub', SECRET, () => {})).toThrow();
  // @ts-expect-error: no such option
  expect(() => node_.webhook('github', SECRET, () => {}, { trustproxy: true })).toThrow();
  // @ts-expect-error: a handler is missing
  expect(() => node_.webhook('github', SECRET)).toThrow();
});
