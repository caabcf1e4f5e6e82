/** The adapter of AWS Lambda, behind what AWS documents of the four that call it: nothing of AWS runs here. */
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type LambdaReply, type LambdaRequest, toSignedRequest, webhook } from '../../src/adapters/lambda.ts';
import { adapterContract } from './contract.ts';
import { SECRET, signedHeaders } from './sending.ts';
import { listen, quietly } from './serving.ts';

/** Pairs of a name in lower case and its values. */
function grouped(req: IncomingMessage): Record<string, string[]> {
  const lists: Record<string, string[]> = {};
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    const name = (req.rawHeaders[i] as string).toLowerCase();
    lists[name] = [...(lists[name] ?? []), req.rawHeaders[i + 1] as string];
  }
  return lists;
}

function joined(lists: Record<string, string[]>, how: (values: string[]) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, how(values)]));
}

type Caller = (req: IncomingMessage, url: URL, body: Buffer) => LambdaRequest;

const base64 = (body: Buffer) => ({ body: body.toString('base64'), isBase64Encoded: true });
const last = (values: string[]): string => values.at(-1) ?? '';

const CALLERS: Readonly<Record<string, Caller>> = {
  'an HTTP API or a function URL (2.0)': (req, url, body) => ({
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: joined(grouped(req), (values) => values.join(',')),
    requestContext: { http: { method: req.method, sourceIp: '192.0.2.1' } },
    ...base64(body),
  }),
  'a REST API (1.0)': (req, url, body) => ({
    httpMethod: req.method ?? '',
    path: url.pathname,
    headers: joined(grouped(req), last),
    multiValueHeaders: grouped(req),
    queryStringParameters: Object.fromEntries(url.searchParams),
    multiValueQueryStringParameters: Object.fromEntries([...url.searchParams].map(([k, v]) => [k, [v]])),
    requestContext: { identity: { sourceIp: '192.0.2.1' }, path: url.pathname },
    ...base64(body),
  }),
  'a load balancer with lists of values': (req, url, body) => ({
    httpMethod: req.method ?? '',
    path: url.pathname,
    multiValueHeaders: grouped(req),
    multiValueQueryStringParameters: Object.fromEntries([...url.searchParams].map(([k, v]) => [k, [v]])),
    requestContext: { elb: { targetGroupArn: 'arn' } },
    ...base64(body),
  }),
};

describe.each(Object.entries(CALLERS))('behind %s', (name, caller) => {
  adapterContract(`Lambda behind ${name}`, {
    start: ({ gate, handler, options }) => {
      const serve = webhook(gate, handler, options);
      return listen(async (req, res) => {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of req) chunks.push(chunk);
        } catch {
          // Who leaves early reaches no function.
          return;
        }
        const url = new URL(req.url ?? '', 'http://lambda.test');
        const reply = await serve(caller(req, url, Buffer.concat(chunks)), {});
        const lists = Object.entries(reply.multiValueHeaders ?? {}).map(([k, values]) => [
          k,
          values.join(', '),
        ]);
        res.writeHead(reply.statusCode, { ...reply.headers, ...Object.fromEntries(lists) });
        res.end(reply.body);
      });
    },
    withoutSecret: (secret) => webhook('github', secret, () => undefined),
    // What calls a function parses nothing.
    canBeParsed: false,
  });
});

const eventOf = (body: string, more: Partial<LambdaRequest> = {}): LambdaRequest => ({
  rawPath: '/hook',
  headers: signedHeaders(body) as Record<string, string>,
  requestContext: { http: { method: 'POST' } },
  body,
  ...more,
});

const OLD_EVENT: LambdaRequest = { httpMethod: 'POST', path: '/hook', headers: {}, requestContext: {} };

describe('Lambda’s ways', () => {
  const answered = async (event: LambdaRequest): Promise<LambdaReply> =>
    webhook('github', SECRET, ({ text }) => ({ statusCode: 201, body: text }), quietly)(event, {});

  it('takes a body as text, and a handler’s answer', async () => {
    expect(await answered(eventOf('{"🎉":1}'))).toEqual({ statusCode: 201, body: '{"🎉":1}' });
  });

  it('an answer without a body has an empty one, which a REST API’s type asks for', async () => {
    const serve = webhook('github', SECRET, () => ({ statusCode: 204 }), quietly);
    expect(await serve(eventOf('{}'), {})).toEqual({ statusCode: 204, body: '' });
  });

  it.each<[string, LambdaRequest]>([
    ['a body that is marked as base64 and is none', eventOf('{}', { isBase64Encoded: true, body: '{}!' })],
    ['an event of another kind', { requestContext: {} }],
    ['cookies that are a text', eventOf('{}', { cookies: 'a=b' as never })],
    ['a parameter that is null', { ...OLD_EVENT, multiValueQueryStringParameters: { a: null as never } }],
    ['a parameter that is a number', { ...OLD_EVENT, queryStringParameters: { a: 1 as never } }],
    ['no event', undefined as unknown as LambdaRequest],
  ])('%s is a mistake of the set-up: 500', async (_, event) => {
    const errors: unknown[] = [];
    const serve = webhook('github', SECRET, () => {}, { onError: (error) => errors.push(error) });
    expect(await serve(event, {})).toMatchObject({ statusCode: 500, body: 'internal error' });
    expect(errors).toMatchObject([{ name: 'SetupError', option: expect.stringMatching(/^event/) }]);
  });

  it('says what the event has in place of a list of texts', () => {
    expect(() => toSignedRequest(eventOf('{}', { cookies: 'a=b' as never }))).toThrow(
      'event.cookies: it has a text where AWS gives a list of texts. Hand over the event as Lambda gave it.',
    );
  });

  it('cookies that are null are none', async () => {
    expect(await answered(eventOf('{}', { cookies: null as never }))).toMatchObject({ statusCode: 201 });
  });

  it('an answer whose body is no text is a mistake of the set-up, which frees the claim', async () => {
    const errors: unknown[] = [];
    const serve = webhook(
      'github',
      SECRET,
      ({ attempt }) => ({ statusCode: 200, body: attempt === 1 ? { a: 1 } : '{"a":1}' }),
      { onError: (error) => errors.push(error) },
    );
    expect(await serve(eventOf('{}'), {})).toMatchObject({ statusCode: 500, body: 'internal error' });
    expect(String(errors[0])).toBe(
      'SetupError: body: the handler’s answer has one that is a plain object. Give a text: JSON.stringify(…) of an object, base64 of bytes with isBase64Encoded: true.',
    );
    expect(await serve(eventOf('{}'), {})).toMatchObject({ statusCode: 200, body: '{"a":1}' });
  });

  it('a load balancer that hands over lists of values gets lists', async () => {
    const event = { httpMethod: 'POST', path: '/', multiValueHeaders: {}, requestContext: { elb: {} } };
    expect(await answered(event)).toMatchObject({
      statusCode: 401,
      multiValueHeaders: { 'content-type': ['text/plain; charset=utf-8'] },
    });
  });
});
