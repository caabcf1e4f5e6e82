/** The ways in which Express is set up around a webhook. */
import express from 'express';
import { describe, expect, it, vi } from 'vitest';
import { type WebhookEvent, webhook } from '../../src/adapters/express.ts';
import { SetupError } from '../../src/index.ts';
import { SECRET, send, signature } from './sending.ts';
import { listen } from './serving.ts';

/** Listens, and says what the handler was given. */
async function heard(mount: (app: express.Express, hook: express.RequestHandler) => void) {
  const events: WebhookEvent[] = [];
  const app = express();
  app.set('env', 'test');
  mount(
    app,
    webhook('github', SECRET, (event) => void events.push(event)),
  );
  return { events, ...(await listen(app)) };
}

const BODY = Buffer.from('\ufeff{"text":"🎉\\u0000"}');

describe('the body', () => {
  it.each<[string, express.RequestHandler]>([
    ['express.raw()', express.raw({ type: () => true })],
    [
      'express.json() that keeps the bytes as rawBody',
      express.json({
        verify: (req, _res, bytes) => {
          Object.assign(req, { rawBody: bytes });
        },
      }),
    ],
    ['a parser of another type', express.urlencoded()],
  ])('is taken from %s', async (_, parser) => {
    const { port, events } = await heard((app, hook) => app.post('/hook', parser, hook));
    const body = '{"text":"🎉"}';
    expect(await send(port, { body })).toMatchObject({ status: 200 });
    expect(events[0]?.text).toBe(body);
  });

  it('with a byte order mark is JSON all the same', async () => {
    const { port, events } = await heard((app, hook) => app.post('/hook', hook));
    const headers = { 'x-hub-signature-256': signature(BODY) };
    expect(await send(port, { body: BODY, headers })).toMatchObject({ status: 200 });
    expect(events[0]?.payload).toEqual({ text: '🎉\u0000' });
  });
});

it('a router’s path is whole again', async () => {
  const { port, events } = await heard((app, hook) => {
    const router = express.Router();
    router.post('/github', hook);
    app.use('/hooks', router);
  });
  await send(port, { path: '/hooks/github?x=1' });
  expect(events[0]?.request.url).toBe('/hooks/github?x=1');
});

it('a handler may answer by itself', async () => {
  const app = express();
  app.post(
    '/hook',
    webhook('github', SECRET, (_event, _req: express.Request, res: express.Response) =>
      res.json({ text: 'done' }),
    ),
  );
  const { port } = await listen(app);
  expect(await send(port)).toMatchObject({ status: 200, body: '{"text":"done"}' });
  expect(await send(port)).toMatchObject({ status: 200, body: '' });
});

it('an answer of 400 and above says that nothing was handled', async () => {
  const app = express();
  const attempts: number[] = [];
  app.post(
    '/hook',
    webhook('github', SECRET, ({ attempt }, _req: express.Request, res: express.Response) => {
      attempts.push(attempt);
      res.status(attempt === 1 ? 503 : 204).end();
    }),
  );
  const { port } = await listen(app);
  expect([(await send(port)).status, (await send(port)).status]).toEqual([503, 204]);
  expect(attempts).toEqual([1, 2]);
});

it('the handler’s error goes to Express’ error handlers', async () => {
  const app = express();
  app.post(
    '/hook',
    webhook('github', SECRET, () => Promise.reject(new Error('away'))),
  );
  app.use(((error, _req, res, _next) =>
    res.status(500).send(`told: ${error.message}`)) as express.ErrorRequestHandler);
  const { port } = await listen(app);
  expect(await send(port)).toMatchObject({ status: 500, body: 'told: away' });
});

it('a request that is refused is one line in the log, and a set-up’s mistake is told once', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    const app = express();
    app.use(express.json());
    app.post(
      '/hook',
      webhook('github', SECRET, () => {}),
    );
    const { port } = await listen(app);
    await send(port, { headers: {} });
    await send(port);
    await send(port);
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^countersign refused a request to github \(missing-signature\): [^\n…]+\. The sender does not sign, signs for another provider, or a proxy dropped the signature\.$/,
        ),
      ],
    ]);
    expect(error.mock.calls).toEqual([
      [expect.stringMatching(/^countersign: request\.body: .*Mount this before/)],
    ]);
    expect(JSON.stringify([...warn.mock.calls, ...error.mock.calls])).not.toContain(SECRET);
  } finally {
    warn.mockRestore();
    error.mockRestore();
  }
});

describe('at start', () => {
  it.each([
    ['an empty list of secrets', () => webhook('stripe', [], () => {}), /STRIPE_WEBHOOK_SECRET/],
    [
      'one of two secrets that is missing',
      () => webhook('stripe', ['whsec_of_now', ''], () => {}),
      /STRIPE_WEBHOOK_SECRET/,
    ],
    ['a secret that is empty in a record', () => webhook('stripe', { secret: '' }, () => {}), /secret|keys/],
    ['no handler', () => webhook('github', SECRET, undefined as never), /Give a function/],
    [
      'an unknown option',
      () => webhook('github', SECRET, () => {}, { trustproxy: true } as never),
      /trustProxy/,
    ],
    ['an unknown provider', () => webhook('gitub' as never, SECRET, () => {}), /github/],
  ])('%s is refused, with what to do', (_, start, words) => {
    expect(start).toThrow(SetupError);
    expect(start).toThrow(words);
  });
});
