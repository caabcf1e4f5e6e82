/** Prevents: an event that runs another’s handler, or none; a name that the sender chooses and that reaches more than a handler. */
import express from 'express';
import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { type Events, events, type WebhookEvent } from '../../../src/adapters/events/events.ts';
import { GITHUB_BODIES } from '../../../src/adapters/events/vendors/github.ts';
import * as express_ from '../../../src/adapters/express.ts';
import * as fastify_ from '../../../src/adapters/fastify.ts';
import * as fetch_ from '../../../src/adapters/fetch.ts';
import { failed, SetupError } from '../../../src/index.ts';
import { signedRequest } from '../../../src/testing/signed-request.ts';
import { SECRET, send, signedHeaders } from '../sending.ts';
import { listen, listenOn, quietly } from '../serving.ts';

type Payloads = Readonly<Record<string, unknown>>;

/** An endpoint that takes what Standard Webhooks sends, and says what came of each payload. */
async function sent(handler: Events<Payloads>, payload: object | string) {
  const errors: unknown[] = [];
  const { gateOptions, toRequest } = await signedRequest('standard-webhooks', payload);
  const hook = fetch_.webhook(gateOptions, handler, {
    ...quietly,
    onError: (error) => void errors.push(error),
  });
  const { status } = await hook(toRequest());
  return { status, errors };
}

/** What GitHub sends: a type that is not signed, and a body that is. */
async function sentByGitHub(
  handler: Events<Payloads>,
  type: string | undefined,
  payload: object | string,
  headers: Readonly<Record<string, string>> = {},
) {
  const errors: unknown[] = [];
  const { gateOptions, toRequest } = await signedRequest('github', payload, {
    headers: { ...headers, ...(type !== undefined && { 'x-github-event': type }) },
  });
  const hook = fetch_.webhook(gateOptions, handler, {
    ...quietly,
    onError: (error) => void errors.push(error),
  });
  const { status } = await hook(toRequest());
  return { status, errors };
}

/** Notes which handler ran. */
function noted(...names: readonly string[]) {
  const notes: string[] = [];
  const handler = events();
  for (const name of names) handler.on(name, (event) => void notes.push(`${name}, named ${event.name}`));
  handler.otherwise(({ type }) => void notes.push(`otherwise ${type}`));
  return { notes, handler };
}

describe('a name', () => {
  it.each<[string, readonly string[], object, readonly string[]]>([
    ['is the type', ['invoice.paid'], { type: 'invoice.paid' }, ['invoice.paid, named invoice.paid']],
    [
      'is the type with its action',
      ['Issue.create'],
      { type: 'Issue', action: 'create' },
      ['Issue.create, named Issue.create'],
    ],
    ['is the type with its event’s type', ['a.b'], { type: 'a', event: { type: 'b' } }, ['a.b, named a.b']],
    ['that is longer goes first', ['a', 'a.b'], { type: 'a', action: 'b' }, ['a.b, named a.b']],
    ['without an action takes all of them', ['a'], { type: 'a', action: 'c' }, ['a, named a']],
    ['that nobody listens to goes to the other handler', ['a'], { type: 'b', action: 'a' }, ['otherwise b']],
    ['that is absent does, too', ['a'], { kind: 'a' }, ['otherwise undefined']],
    ['has no action that is no text', ['a', 'a.1'], { type: 'a', action: 1 }, ['a, named a']],
  ])('%s', async (_, names, payload, expected) => {
    const { notes, handler } = noted(...names);
    expect(await sent(handler, payload)).toEqual({ status: 200, errors: [] });
    expect(notes).toEqual(expected);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'on', 'otherwise', 'prototype'])(
    'that is %s reaches nothing but the other handler',
    async (name) => {
      const { notes, handler } = noted('a');
      const payloads = [
        `{"type":"${name}"}`,
        `{"type":"a2","action":"${name}"}`,
        `{"type":"${name}","event":{"type":"${name}"}}`,
      ];
      for (const payload of payloads)
        expect(await sent(handler, payload)).toEqual({ status: 200, errors: [] });
      expect(notes).toEqual([`otherwise ${name}`, 'otherwise a2', `otherwise ${name}`]);
      for (const payload of ['{}', '{"action":"opened","issue":{}}']) {
        expect(await sentByGitHub(handler, name, payload)).toEqual({ status: 200, errors: [] });
      }
      expect(({} as { type?: unknown }).type).toBeUndefined();
    },
  );

  it('is no member of a prototype, not even of one that another library has changed', async () => {
    const { notes, handler } = noted('a', 'a.b');
    expect(await sent(handler, '{"type":"a","__proto__":{"action":"b"}}')).toEqual({
      status: 200,
      errors: [],
    });
    const { gateOptions, toRequest } = await signedRequest('standard-webhooks', { type: 'a' });
    const hook = fetch_.webhook(gateOptions, handler, quietly);
    const request = toRequest();
    Object.defineProperty(Object.prototype, 'action', { value: 'b', configurable: true });
    try {
      expect((await hook(request)).status).toBe(200);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'action');
    }
    expect(notes).toEqual(['otherwise undefined', 'a, named a']);
    expect(await sentByGitHub(handler, 'issues', '{"__proto__":{"issue":{}}}')).toMatchObject({
      status: 500,
    });
  });
});

it('an event has a name for each who receives it', async () => {
  const names: string[] = [];
  let original: WebhookEvent | undefined;
  const read = async (event: WebhookEvent & { readonly name: string }) => {
    await Promise.resolve();
    const { name, payload, id, text, attempt, body, verdict } = event;
    expect({ payload, id, text, attempt, body, verdict }).toEqual({
      payload: { type: 'a', action: 'b' },
      id: original?.id,
      text: original?.text,
      attempt: 1,
      body: original?.body,
      verdict: original?.verdict,
    });
    expect(event.payload).toBe(original?.payload);
    names.push(name);
  };
  const short = events().on('a', read);
  const long = events().on('a.b', read);
  const { gateOptions, toRequest } = await signedRequest('standard-webhooks', { type: 'a', action: 'b' });
  const hook = fetch_.webhook(
    gateOptions,
    async (event) => {
      original = event;
      await Promise.all([short(event), long(event)]);
    },
    quietly,
  );
  expect((await hook(toRequest())).status).toBe(200);
  expect(names).toEqual(['a', 'a.b']);
  expect(original).not.toHaveProperty('name');
});

it('an event that nobody listens to is done', async () => {
  expect(
    await sent(
      events().on('a', () => failed()),
      { type: 'b' },
    ),
  ).toEqual({ status: 200, errors: [] });
});

describe('a type that is not signed', () => {
  const ISSUES = { action: 'deleted', issue: { number: 1 }, repository: {}, sender: {} };
  const COMMENT = { ...ISSUES, comment: { id: 1 } };
  /** As those of that type are. */
  const bodyOf = (type: string) => {
    const { has } = GITHUB_BODIES.types[type] ?? { has: [] };
    return Object.fromEntries(['sender', ...has].map((member) => [member, {}]));
  };

  it('runs its handler where the signed body is as that type’s are', async () => {
    const { notes, handler } = noted('issues.deleted', 'issue_comment.deleted');
    expect(await sentByGitHub(handler, 'issues', ISSUES)).toEqual({ status: 200, errors: [] });
    expect(await sentByGitHub(handler, 'issue_comment', COMMENT)).toEqual({ status: 200, errors: [] });
    expect(notes).toEqual([
      'issues.deleted, named issues.deleted',
      'issue_comment.deleted, named issue_comment.deleted',
    ]);
  });

  it.each<[string, string | undefined, object]>([
    ['a comment’s body', 'issues', COMMENT],
    ['an issue’s body', 'issue_comment', ISSUES],
    [
      'a repository’s body',
      'installation',
      { action: 'deleted', installation: {}, repository: {}, sender: {} },
    ],
    ['a body of any type', undefined, ISSUES],
    ...[
      'watch',
      'branch_protection_configuration',
      'repository',
      'public',
      'installation',
      'organization',
    ].flatMap((type) =>
      // An organization’s invited member is its `user`.
      (type === 'organization' ? ['exemption_request'] : ['exemption_request', 'user']).map(
        (member): [string, string, object] => [
          `a body with ${member}, of a type that has no row,`,
          type,
          { ...bodyOf(type), [member]: {} },
        ],
      ),
    ),
    ['a body of a type that nobody listens to', 'fork', ISSUES],
  ])('runs nothing on %s, and what it was sent as is not used up', async (_, type, payload) => {
    const { notes, handler } = noted('issues', 'issue_comment', 'installation', 'watch', 'repository');
    const { status, errors } = await sentByGitHub(handler, type, payload);
    expect({ status, notes }).toEqual({ status: 500, notes: [] });
    expect(errors).toMatchObject([{ name: 'SetupError', option: 'type' }]);
  });

  it('is missing: the remedy names the header that something has dropped', async () => {
    const { handler } = noted('issues');
    const { status, errors } = await sentByGitHub(handler, undefined, ISSUES);
    expect(status).toBe(500);
    expect(errors).toMatchObject([
      { option: 'type', remedy: expect.stringMatching(/pass X-GitHub-Event on: a proxy/) },
    ]);
  });

  it('leaves the claim to the genuine request', async () => {
    const { notes, handler } = noted('issues', 'issue_comment');
    const { gateOptions, request } = await signedRequest('github', COMMENT);
    const hook = fetch_.webhook(gateOptions, handler, quietly);
    const sentAs = async (type: string) => {
      const headers = new Headers([...request.headers].map(([name, value]) => [name, value]));
      headers.set('x-github-event', type);
      const body = Uint8Array.from(request.body);
      return (await hook(new Request('https://app.example/hook', { method: 'POST', headers, body }))).status;
    };
    expect([await sentAs('issues'), await sentAs('issue_comment'), await sentAs('issues')]).toEqual([
      500, 200, 200,
    ]);
    expect(notes).toEqual(['issue_comment, named issue_comment']);
  });

  it('is not known: nothing runs where somebody listens to it, and the other handler else', async () => {
    const { notes, handler } = noted('a_new_type.made');
    expect(await sentByGitHub(handler, 'a_new_type', { action: 'made' })).toMatchObject({
      status: 500,
      errors: [{ option: 'type' }],
    });
    expect(await sentByGitHub(handler, 'a_new_type', { action: 'lost' })).toEqual({
      status: 200,
      errors: [],
    });
    expect(notes).toEqual(['otherwise a_new_type']);
  });

  it('decides where it is allowed to', async () => {
    const notes: string[] = [];
    const handler = events({ allowUnsignedType: true })
      .on('a_new_type.made', ({ name }) => notes.push(name))
      .on('issues.deleted', ({ name }) => notes.push(name));
    await sentByGitHub(handler, 'a_new_type', { action: 'made' });
    await sentByGitHub(handler, 'issues', COMMENT);
    expect(notes).toEqual(['a_new_type.made', 'issues.deleted']);
  });

  it('of another sender decides only where it is allowed to', async () => {
    const provider = {
      id: 'hmac',
      signature: 'x-hmac',
      message: '{body}',
      timestamp: 'none',
      type: 'x-topic',
    } as const;
    const answers = [];
    for (const allowUnsignedType of [false, true]) {
      const { gateOptions, toRequest } = await signedRequest(
        { provider },
        { id: 1 },
        { headers: { 'x-topic': 'orders/create' } },
      );
      let ran = 0;
      const handler = events({ allowUnsignedType }).on('orders/create', () => void ran++);
      const { status } = await fetch_.webhook(gateOptions, handler, quietly)(toRequest());
      answers.push({ status, ran });
    }
    expect(answers).toEqual([
      { status: 500, ran: 0 },
      { status: 200, ran: 1 },
    ]);
  });

  it('cannot be told of a form: the remedy names the content type', async () => {
    const { handler } = noted('push');
    const { errors } = await sentByGitHub(handler, 'push', new URLSearchParams({ payload: '{}' }));
    expect(errors).toMatchObject([
      { option: 'request.body', remedy: expect.stringContaining('application/json') },
    ]);
  });
});

const PUSH = JSON.stringify({ ref: 'refs/heads/main', before: '0', after: '1', commits: [], repository: {} });

/** Real servers, each with one handler that fails once, and one that is given what the framework knows. */
const SERVERS = {
  express: () => {
    const app = express();
    app.set('env', 'test');
    app.post('/hook', express_.webhook('github', SECRET, expressEvents, quietly));
    return listen(app);
  },
  fastify: async () => {
    const app = fastify();
    app.post('/hook', fastify_.webhook('github', SECRET, fastifyEvents, quietly));
    await app.ready();
    return listenOn(app.server);
  },
} as const;

const expressEvents = events<
  Readonly<Record<'push' | 'star', unknown>>,
  [req: express.Request, res: express.Response]
>()
  .on('push', ({ attempt }, _req, res) => (attempt === 1 ? failed() : res.status(202).send('pushed')))
  .on('star', () => Promise.reject(new Error('away')));
const fastifyEvents = events<
  Readonly<Record<'push' | 'star', unknown>>,
  [request: fastify_.FastifyRequest, reply: fastify_.FastifyReply]
>()
  .on('push', ({ attempt }, _request, reply) => {
    if (attempt === 1) return failed();
    reply.code(202);
    return reply.send('pushed');
  })
  .on('star', () => Promise.reject(new Error('away')));

describe.each(Object.entries(SERVERS))('in %s', (_, serve) => {
  it('the handler’s answer, its failure and its error are the framework’s', async () => {
    const { port } = await serve();
    expect(await send(port, { body: PUSH })).toMatchObject({ status: 500 });
    expect(await send(port, { body: PUSH })).toMatchObject({ status: 202, body: 'pushed' });
    expect(await send(port, { body: PUSH })).toMatchObject({ status: 200, body: '' });
    const body = '{"action":"created","starred_at":"2026-01-02T03:04:05Z","repository":{}}';
    const headers = { ...signedHeaders(body), 'x-github-event': 'star' };
    expect(await send(port, { body, headers })).toMatchObject({ status: 500 });
  });

  it('a body of another type is answered neutrally', async () => {
    const { port } = await serve();
    const body = '{"action":"created","issue":{},"repository":{}}';
    expect(await send(port, { body })).toMatchObject({ status: 500, body: 'internal error' });
  });
});

it('in a fetch handler an answer of the handler’s is the answer, and the context is handed on', async () => {
  interface Env {
    readonly SECRET: string;
  }
  const handler = events<{ readonly push: { readonly ref: string } }, [env: Env]>().on(
    'push',
    ({ payload }, { SECRET: secret }) => new Response(`${payload.ref} ${secret.length}`, { status: 202 }),
  );
  const worker = fetch_.webhook('github', (env: Env) => env.SECRET, handler, quietly);
  const headers = signedHeaders(PUSH) as Record<string, string>;
  const request = new Request('https://app.example/hook', { method: 'POST', headers, body: PUSH });
  const answer = await worker(request, { SECRET });
  expect({ status: answer.status, text: await answer.text() }).toEqual({
    status: 202,
    text: `refs/heads/main ${SECRET.length}`,
  });
});

describe('at start', () => {
  it.each<[string, () => unknown]>([
    [
      'a name that is there twice',
      () =>
        events()
          .on('a', () => {})
          .on(['b', 'a'], () => {}),
    ],
    [
      'a second handler of all others',
      () =>
        events()
          .otherwise(() => {})
          .otherwise(() => {}),
    ],
    ['a name that is none', () => events().on('', () => {})],
    ['no handler', () => events().on('a', undefined as never)],
    ['an unknown option', () => events({ allowUnsignedTypes: true } as never)],
  ])('%s is refused', (_, act) => {
    expect(act).toThrow(SetupError);
  });
});
