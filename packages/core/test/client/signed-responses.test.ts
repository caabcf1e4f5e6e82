/** signedFetch that takes proved responses only, against real servers, honest ones and others. */
import { describe, expect, it } from 'vitest';
import { type SignedFetchOptions, type Signer, signedFetch } from '../../src/client/index.ts';
import { createGate } from '../../src/create-gate.ts';
import type { Gate } from '../../src/gate.ts';
import type { SignedRequest } from '../../src/model.ts';
import {
  createResponseGate,
  type ResponseGate,
  type ResponseParts,
  type SignedResponse,
  UnprovedResponse,
} from '../../src/responses/index.ts';
import { listen, type Server, withOrigin } from './server.ts';

const KEY = 'a-secret-nobody-may-see-0123';
const SERVERS_KEY = 'another-secret-nobody-may-see';
const HTTP_SIGNATURES = 'http-message-signatures';

const responses = createResponseGate({ keys: [{ id: 'server', secret: SERVERS_KEY }] });

type Reply = (
  request: SignedRequest,
  sign: ResponseGate['signResponse'],
) => Promise<SignedResponse | ResponseParts>;

const JSON_TYPE = { 'content-type': 'application/json' };
const signedOk: Reply = async (request, sign) =>
  sign(request, { status: 200, headers: JSON_TYPE, body: '{"ok":true}' });

/** A server whose requests are of that gate, and that answers so. */
async function serve(gate: Gate, reply: Reply): Promise<Server> {
  const ours = responses.tiedTo(gate.proofHeaders);
  return listen(async (request, response) => {
    const own = withOrigin(request);
    const { status, headers = [], body = '' } = await reply(own, ours.signResponse);
    response.writeHead(status, [...(headers as Iterable<readonly [string, string]>)].flat());
    response.end(body);
  });
}

const gateOf = (provider: 'http-message-signatures' | 'hmac' | 'stripe' | 'standard-webhooks'): Gate =>
  createGate({ provider, keys: [KEY] });

const sender = (choice: Signer = HTTP_SIGNATURES, options: SignedFetchOptions = {}) =>
  signedFetch(choice, KEY, { responses, ...options });

async function failure(sent: Promise<Response>): Promise<UnprovedResponse> {
  const error: unknown = await sent.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UnprovedResponse) return error;
  throw new Error(`it came to ${String(error)}`);
}

describe('a response that is signed for this very request', () => {
  it.each([HTTP_SIGNATURES, 'hmac', 'stripe', 'standard-webhooks'] as const)(
    'is handed on, whole: requests of %s',
    async (choice) => {
      const { url, requests } = await serve(gateOf(choice), signedOk);
      const response = await sender(choice)(`${url}/path?a=1`, { method: 'POST', body: '{}' });
      expect([response.status, response.url, response.headers.get('content-type')]).toEqual([
        200,
        `${url}/path?a=1`,
        'application/json',
      ]);
      expect(await response.json()).toEqual({ ok: true });
      expect(requests[0]?.headers.get('accept-encoding')).toBe('identity');
    },
  );

  it('may be an error, a redirect, or one without a body', async () => {
    for (const status of [204, 302, 404, 500]) {
      const { url } = await serve(gateOf(HTTP_SIGNATURES), async (request, sign) =>
        sign(request, { status, headers: { location: '/elsewhere' } }),
      );
      const response = await sender()(url, { method: 'POST', body: '{}' });
      expect([response.status, await response.text()]).toEqual([status, '']);
    }
  });

  it('answers HEAD', async () => {
    const { url } = await serve(gateOf(HTTP_SIGNATURES), signedOk);
    expect((await sender()(url, { method: 'HEAD' })).status).toBe(200);
  });

  it('keeps the caller’s own Accept-Encoding', async () => {
    const { url, requests } = await serve(gateOf(HTTP_SIGNATURES), signedOk);
    await sender()(url, { headers: { 'accept-encoding': 'br' } });
    expect(requests[0]?.headers.get('accept-encoding')).toBe('br');
  });
});

describe('a response that is not', () => {
  it('is an error, with a code and a remedy, and says nothing of its body', async () => {
    const { url } = await serve(gateOf(HTTP_SIGNATURES), async () => ({ status: 200, body: 'do as I say' }));
    const error = await failure(sender()(url, { method: 'POST', body: '{}' }));
    expect(error).toMatchObject({ name: 'UnprovedResponse', code: 'missing-signature', status: 200 });
    expect(error.message).toBe(
      `the response (200) is not proved: the response has no Signature field. ${error.remedy}`,
    );
    expect(error.verdict).toMatchObject({ ok: false, step: 'extract' });
    expect(JSON.stringify(error)).not.toContain('do as I say');
  });

  it('is one to an equal request before, sent again', async () => {
    let first: SignedResponse | undefined;
    const { url } = await serve(gateOf(HTTP_SIGNATURES), async (request, sign) => {
      first ??= await sign(request, { status: 200, headers: JSON_TYPE, body: '{"balance":100}' });
      return first;
    });
    expect(await (await sender()(url)).json()).toEqual({ balance: 100 });
    expect(await failure(sender()(url))).toMatchObject({ code: 'signature-mismatch' });
  });

  it('has another status, body or type than was signed', async () => {
    const changes: readonly object[] = [{ status: 201 }, { body: '{"ok":false}' }, { body: '' }];
    for (const change of changes) {
      const { url } = await serve(gateOf('hmac'), async (request, sign) => ({
        ...(await signedOk(request, sign)),
        ...change,
      }));
      expect(await failure(sender('hmac')(url, { method: 'POST', body: '{}' }))).toMatchObject({
        code: 'signature-mismatch',
      });
    }
  });

  it('is signed with the key of the requests, or over parts of its own only', async () => {
    const others = [
      createResponseGate({ keys: [{ id: 'server', secret: KEY }] }),
      createResponseGate({
        keys: [{ id: 'server', secret: SERVERS_KEY }],
        scheme: { components: ['@status'] },
        proofHeaders: [],
      }),
    ];
    for (const [i, other] of others.entries()) {
      const { url } = await serve(gateOf(HTTP_SIGNATURES), async (request) =>
        other.signResponse(request, { status: 200 }),
      );
      expect(await failure(sender()(url))).toMatchObject({
        code: i === 0 ? 'signature-mismatch' : 'missing-part',
      });
    }
  });

  it('is a refusal by a clock, which is neither believed nor followed', async () => {
    const { url, requests } = await serve(gateOf(HTTP_SIGNATURES), async () => ({
      status: 401,
      headers: [['date', 'Fri, 01 Jan 2100 00:00:00 GMT']],
    }));
    expect(await failure(sender()(url))).toMatchObject({ code: 'missing-signature', status: 401 });
    expect(requests).toHaveLength(1);
  });

  it('is longer than may be read', async () => {
    const short = createResponseGate({ keys: [{ id: 'server', secret: SERVERS_KEY }], maxBodyBytes: 1000 });
    const { url } = await serve(gateOf(HTTP_SIGNATURES), async (request, sign) =>
      sign(request, { status: 200, body: 'a'.repeat(100_000) }),
    );
    expect(await failure(sender(HTTP_SIGNATURES, { responses: short })(url))).toMatchObject({
      code: 'body-too-large',
    });
  });
});

it('the Date of a signed refusal is believed where it is covered, and the request signed anew', async () => {
  const AHEAD_MS = 3_600_000;
  const dated = new Date(Date.now() + AHEAD_MS).toUTCString();
  const withDate = createResponseGate({
    keys: [{ id: 'server', secret: SERVERS_KEY }],
    scheme: {
      components: ['@status', 'date', 'content-type', 'content-digest', '@method;req', '@target-uri;req'],
    },
  });
  const gate = gateOf(HTTP_SIGNATURES);
  const dating = withDate.tiedTo(gate.proofHeaders).signResponse;
  let refusals = 0;
  let coversDate = false;
  const { url, requests } = await serve(gate, async (request, sign) => {
    const response = { status: refusals++ === 0 ? 401 : 200, headers: { date: dated } };
    return coversDate ? dating(request, response) : sign(request, response);
  });
  const uncovered = await sender()(url);
  expect([uncovered.status, uncovered.headers.get('date'), requests.length]).toEqual([401, null, 1]);
  refusals = 0;
  coversDate = true;
  expect((await sender()(url)).status).toBe(200);
  expect(requests).toHaveLength(3);
});

it('nothing can be demanded of responses to requests whose proof is in no header', () => {
  expect(() => sender('twitch' as never, { responses: {} as never })).toThrow(
    'responses: it is a plain object. Give what createResponseGate makes.',
  );
  const inBody: Signer = {
    scheme: {
      algorithm: 'hmac-sha256',
      message: '{timestamp}',
      signature: { member: 'sign' },
      timestamp: { member: 'time' },
    },
  } as never;
  expect(() => sender(inBody)).toThrow(
    'responses: template puts the proof into no header, so that no response can be told from that to an equal request. Leave it out, or sign requests by a provider whose proof is in a header.',
  );
});
