/** Prevents: a name that no event has, or a payload of another event, in a program that compiles. */
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { expect, expectTypeOf, it } from 'vitest';
import { type EventName, events, type NamedEvent } from '../../../src/adapters/events/events.ts';
import * as express_ from '../../../src/adapters/express.ts';
import * as fastify_ from '../../../src/adapters/fastify.ts';
import * as fetch_ from '../../../src/adapters/fetch.ts';
import * as hono_ from '../../../src/adapters/hono.ts';
import * as koa_ from '../../../src/adapters/koa.ts';
import * as lambda_ from '../../../src/adapters/lambda.ts';
import * as node_ from '../../../src/adapters/node.ts';
import type { Accepted } from '../../../src/index.ts';
import { github } from '../../../src/providers/github.ts';
import { SECRET } from '../sending.ts';

interface Opened {
  readonly action: 'opened';
  readonly issue: { readonly title: string };
}
interface Labeled {
  readonly action: 'labeled' | 'unlabeled';
  readonly label: string;
}
interface Push {
  readonly ref: string;
}
interface ByType {
  readonly issues: Opened | Labeled;
  readonly push: Push;
}
interface Paid {
  readonly type: 'invoice.paid';
  readonly amount: number;
}
interface Created {
  readonly type: 'customer.created';
  readonly email: string;
}
interface Mention {
  readonly type: 'app_mention';
  readonly text: string;
}
interface Joined {
  readonly type: 'team_join';
  readonly user: string;
}
interface Callback {
  readonly type: 'event_callback';
  readonly event: Mention | Joined;
}

it('names are read of a map', () => {
  expectTypeOf<EventName<ByType>>().toEqualTypeOf<
    'issues' | 'issues.opened' | 'issues.labeled' | 'issues.unlabeled' | 'push'
  >();
  expectTypeOf<EventName<{ 'issues.opened': Opened; push: Push }>>().toEqualTypeOf<
    'issues.opened' | 'push'
  >();
  expectTypeOf<EventName<Readonly<Record<string, unknown>>>>().toEqualTypeOf<string>();
});

it('names are read of payloads that say their type', () => {
  expectTypeOf<EventName<Paid | Created>>().toEqualTypeOf<'invoice.paid' | 'customer.created'>();
  expectTypeOf<EventName<Callback>>().toEqualTypeOf<
    'event_callback' | 'event_callback.app_mention' | 'event_callback.team_join'
  >();
  expectTypeOf<EventName<{ readonly type: string }>>().toEqualTypeOf<string>();
});

it('a name narrows the payload', () => {
  const handlers = events<ByType>();
  handlers.on('issues.opened', (event) => {
    expectTypeOf(event.payload).toEqualTypeOf<Opened>();
    expectTypeOf(event.name).toEqualTypeOf<'issues.opened'>();
    expectTypeOf(event.verdict).toEqualTypeOf<Accepted>();
  });
  handlers.on('issues.labeled', ({ payload }) => expectTypeOf(payload.action).toEqualTypeOf<'labeled'>());
  handlers.on('issues', ({ payload }) => expectTypeOf(payload).toEqualTypeOf<Opened | Labeled>());
  handlers.on(['push', 'issues.unlabeled'], (event) => {
    if (event.name === 'push') expectTypeOf(event.payload).toEqualTypeOf<Push>();
    else expectTypeOf(event.payload.label).toEqualTypeOf<string>();
  });
  handlers.otherwise(({ payload }) => expectTypeOf(payload).toEqualTypeOf<unknown>());
  events<Paid | Created>().on('invoice.paid', ({ payload }) => expectTypeOf(payload).toEqualTypeOf<Paid>());
  events<Callback>().on('event_callback.app_mention', ({ payload }) =>
    expectTypeOf(payload.event.text).toEqualTypeOf<string>(),
  );
  events().on('anything', ({ payload }) => expectTypeOf(payload).toEqualTypeOf<unknown>());
  expectTypeOf<NamedEvent<Paid | Created>['name']>().toEqualTypeOf<'invoice.paid' | 'customer.created'>();
});

it('what is wrong does not compile', () => {
  const handlers = events<ByType>();
  // @ts-expect-error: no such type
  handlers.on('isues', () => {});
  // @ts-expect-error: no such action
  handlers.on('issues.opend', () => {});
  // @ts-expect-error: a push has no action
  handlers.on('push.opened', () => {});
  // @ts-expect-error: one of two names is wrong
  handlers.on(['issues.opened', 'pushed'], () => {});
  // @ts-expect-error: an issue that is opened has no label
  handlers.on('issues.opened.x' as 'issues.opened', ({ payload }) => payload.label);
  // @ts-expect-error: no such option
  expect(() => events({ allowUnsigned: true })).toThrow();
});

it('is the handler of every adapter', () => {
  const handler = events<ByType>().on('push', () => {});
  express().post('/hook', express_.webhook('github', SECRET, handler));
  fastify().post('/hook', fastify_.webhook('github', SECRET, handler));
  new Hono().post('/hook', hono_.webhook('github', SECRET, handler));
  const listeners = [
    node_.webhook('github', SECRET, handler),
    koa_.webhook('github', SECRET, handler),
    lambda_.webhook('github', SECRET, handler),
    fetch_.webhook({ provider: 'github', keys: [SECRET] }, handler),
    fetch_.webhook('github', () => SECRET, handler),
    fetch_.webhookOf(github, SECRET, handler),
  ];
  for (const listener of listeners) expect(listener).toBeTypeOf('function');
});

it('a handler is given what its framework knows', () => {
  const handler = events<ByType, [req: express.Request, res: express.Response]>().on(
    'push',
    (_event, req, res) => {
      expectTypeOf(req).toEqualTypeOf<express.Request>();
      res.status(204).end();
    },
  );
  express().post('/hook', express_.webhook('github', SECRET, handler));
  // @ts-expect-error: Fastify hands over others
  fastify().post('/hook', fastify_.webhook('github', SECRET, handler));
});
