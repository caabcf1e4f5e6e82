/** Responses that are signed by one side and proved by the other, and what somebody between them could try. */
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate, HeaderList, type SignedRequest } from '../../src/index.ts';
import {
  createResponseGate,
  type ResponseGateOptions,
  type ResponseVerdict,
  type SignedResponse,
  signResponse,
  verifyResponse,
} from '../../src/responses/index.ts';

const KEY = 'a secret of thirty-two characters';
const NOW = 1_760_000_000_000;
const now = (): number => NOW;
const requests = createGate({
  scheme: { type: 'http-message-signatures' },
  keys: [{ id: 'partner', secret: KEY }],
  now,
});
const responses = createResponseGate({ gate: requests, now });

const URL_OF_ALL = 'https://api.example/orders?page=1';
const asked = (nonce: string, body = '{"item":1}'): SignedRequest | Promise<SignedRequest> =>
  requests.sign({ method: 'POST', url: URL_OF_ALL, headers: { host: 'api.example' }, body, nonce });
const OK = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"order":7}' };

const refused = (verdict: ResponseVerdict): string => (verdict.ok ? 'accepted' : verdict.reason);

interface PairOfKeys {
  readonly privateKey: string;
  readonly publicKey: string;
}
function pairOf(type: 'ed25519' | 'ec' | 'rsa', namedCurve = 'P-256'): PairOfKeys {
  const pair =
    type === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve })
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: String(pair.publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

describe('a response that is signed', () => {
  it('is proved with its request, and its bytes are in the verdict', async () => {
    const request = await asked('1');
    const signed = await responses.signResponse(request, OK);
    expect(signed.status).toBe(200);
    expect(signed.headers.get('signature-input')).toBe(
      `sig1=("@status" "content-type" "content-digest" "@method";req "@target-uri";req "signature";req "signature-input";req);created=${NOW / 1000};keyid="partner"`,
    );
    const verdict = await responses.verifyResponse(request, signed);
    expect(verdict).toMatchObject({ ok: true, keyId: 'partner', timestampMs: NOW, response: signed });
  });

  it.each([
    ['ed25519', pairOf('ed25519')],
    ['ecdsa-p256-sha256', pairOf('ec')],
    ['ecdsa-p384-sha384', pairOf('ec', 'P-384')],
    ['rsa-pss-sha512', pairOf('rsa')],
    ['rsa-v1_5-sha256', pairOf('rsa')],
  ] as const)('is proved by the other half of its key: %s', async (algorithm, { privateKey, publicKey }) => {
    const request = await asked('1');
    const keyed = (secret: string): ResponseGateOptions => ({
      scheme: { algorithm },
      keys: [{ id: 'us', secret }],
      now,
    });
    const signed = await signResponse(request, OK, keyed(privateKey));
    expect(await verifyResponse(request, signed, keyed(publicKey))).toMatchObject({ ok: true, keyId: 'us' });
    await expect(async () => signResponse(request, OK, keyed(publicKey))).rejects.toThrow(
      'Give a private half: a public one verifies only.',
    );
  });

  it('needs neither a body nor a content type', async () => {
    const request = await asked('1');
    const signed = await responses.signResponse(request, { status: 204 });
    expect(signed.headers.get('content-digest')).toBeUndefined();
    expect(refused(await responses.verifyResponse(request, signed))).toBe('accepted');
    expect(refused(await responses.verifyResponse(request, { ...signed, body: 'more' }))).toBe(
      'missing-part',
    );
    const typed = { ...signed, headers: signed.headers.with('content-type', 'text/html') };
    expect(refused(await responses.verifyResponse(request, typed))).toBe('missing-part');
  });

  it('answers HEAD, with the digest of the body that GET would have', async () => {
    const request = await requests.sign({ method: 'HEAD', url: URL_OF_ALL, headers: {}, body: '' });
    const signed = await responses.signResponse(request, OK);
    expect(refused(await responses.verifyResponse(request, { ...signed, body: '' }))).toBe('accepted');
    // What comes with a body all the same is held against it.
    expect(refused(await responses.verifyResponse(request, signed))).toBe('accepted');
    expect(refused(await responses.verifyResponse(request, { ...signed, body: 'x' }))).toBe(
      'signature-mismatch',
    );
    const get = await requests.sign({ method: 'GET', url: URL_OF_ALL, headers: {}, body: '' });
    const ofGet = await responses.signResponse(get, OK);
    expect(refused(await responses.verifyResponse(get, { ...ofGet, body: '' }))).toBe('signature-mismatch');
  });

  it('is a web Response, whose body is read once', async () => {
    const request = await asked('1');
    const web = new Response(OK.body, { status: 201, headers: OK.headers });
    const { status, headers, body } = await responses.signResponse(request, web);
    const sent = new Response(body as Uint8Array<ArrayBuffer>, { status, headers: [...headers] as never });
    expect(refused(await responses.verifyResponse(request, sent))).toBe('accepted');
    await expect(async () => responses.verifyResponse(request, sent)).rejects.toThrow(
      'response.body: something has read the Response’s body before. Hand over response.clone() before it is read, or the bytes that were read.',
    );
  });

  it('is made for handlers that give a web Response', async () => {
    const request = await asked('1');
    const web = await responses.signedResponse(request, new Response(OK.body, { headers: OK.headers }));
    const proved = await responses.provedResponse(request, web);
    expect([proved.status, await proved.text()]).toEqual([200, OK.body]);
    const none = await responses.signedResponse(request, new Response(null, { status: 204 }));
    expect((await responses.provedResponse(request, none)).status).toBe(204);
    const short = createResponseGate({ gate: requests, maxBodyBytes: 5, now });
    await expect(short.signedResponse(request, new Response(OK.body))).rejects.toThrow(
      'response.body: the body is longer than 5 bytes. Raise maxBodyBytes, or answer with less.',
    );
  });

  it('keeps the signatures that it has, under labels of their own', async () => {
    const request = await asked('1');
    const first = await responses.signResponse(request, OK);
    const proxy = createResponseGate({
      scheme: { label: 'proxy' },
      keys: [{ id: 'proxy', secret: `${KEY}!` }],
      now,
    });
    const both = await proxy.signResponse(request, first);
    expect(refused(await proxy.verifyResponse(request, both))).toBe('accepted');
    expect(refused(await responses.verifyResponse(request, both))).toBe('accepted');
    const garbled = { ...OK, headers: { ...OK.headers, signature: '(' } };
    await expect(async () => responses.signResponse(request, garbled)).rejects.toThrow(
      'response: its field signature is not a dictionary. Take the field out, or correct it.',
    );
  });

  it('may cover a header of the request, alone or beside the same one of the response', async () => {
    const gate = createResponseGate({
      scheme: { components: ['@status', 'x-id', 'x-id;req', 'content-digest;req'] },
      keys: [KEY],
      now,
    });
    const request = { ...(await asked('1')) };
    const withId = { ...request, headers: request.headers.with('x-id', 'a') };
    const signed = await gate.signResponse(withId, { status: 200, headers: { 'x-id': 'b' } });
    expect(refused(await gate.verifyResponse(withId, signed))).toBe('accepted');
    const swapped = { ...signed, headers: signed.headers.with('x-id', 'a') };
    expect(refused(await gate.verifyResponse(request, swapped))).toBe('missing-part');
    expect(refused(await gate.verifyResponse(withId, swapped))).toBe('signature-mismatch');
    await expect(async () =>
      gate.signResponse(request, { status: 200, headers: { 'x-id': 'b' } }),
    ).rejects.toThrow(
      'response: the signature covers "x-id";req, which is not in the request. Give the part, or take it out of the components.',
    );
    const wrapped = createResponseGate({ keys: [KEY], scheme: { components: ['@status', 'x-id;bs'] }, now });
    await expect(async () => wrapped.signResponse(withId, { status: 200 })).rejects.toThrow(
      'response: the signature covers "x-id";bs, which is not in the response.',
    );
  });

  it('is handed on to fetch with what is covered, and nothing that could be put beside it', async () => {
    const request = await asked('1');
    const gate = createResponseGate({
      gate: requests,
      scheme: { components: ['@status', 'retry-after', 'location'] },
      now,
    });
    const signed = await gate.signResponse(request, { status: 302, headers: { location: '/b', 'x-a': '1' } });
    const received = (more: Record<string, string>) => {
      const headers = new Headers(
        [...signed.headers].map(([name, value]): [string, string] => [name, value]),
      );
      for (const [name, value] of Object.entries(more)) headers.set(name, value);
      return gate.provedResponse(request, new Response(null, { status: 302, headers }));
    };
    const proved = await received({ 'set-cookie': 'a=1', 'x-a': '2' });
    expect([...proved.headers.keys()]).toEqual(['location', 'signature', 'signature-input']);
    await expect(received({ 'retry-after': '1' })).rejects.toMatchObject({ code: 'missing-part' });
    await expect(received({ location: '/c' })).rejects.toMatchObject({ code: 'signature-mismatch' });
  });

  it('may cover one of the request’s signatures alone, where its components say so', async () => {
    const part = ['signature;req;key="sig1"', 'signature-input;req;key="sig1"'];
    const gate = createResponseGate({ gate: requests, scheme: { components: ['@status', ...part] }, now });
    const [first, second] = [await asked('1'), await asked('2')];
    const signed = await gate.signResponse(first, { status: 200 });
    expect(signed.headers.get('signature-input')).toContain('("@status" "signature";req;key="sig1" ');
    expect(refused(await gate.verifyResponse(first, signed))).toBe('accepted');
    expect(refused(await gate.verifyResponse(second, signed))).toBe('signature-mismatch');
    expect(refused(await responses.verifyResponse(first, signed))).toBe('missing-part');
    const reordered = createResponseGate({
      gate: requests,
      scheme: { components: ['@status', 'signature;key="sig1";req', 'signature-input;key="sig1";req'] },
      now,
    });
    expect(refused(await reordered.verifyResponse(first, signed))).toBe('accepted');
  });

  it('follows the keys of its gate when these are replaced', async () => {
    expect(responses.keys).toBe(requests.keys);
  });
});

describe('a response is refused', () => {
  it('that is not signed, whatever its status', async () => {
    const request = await asked('1');
    for (const status of [200, 401, 500])
      expect(await responses.verifyResponse(request, { ...OK, status })).toMatchObject({
        ok: false,
        reason: 'missing-signature',
        step: 'extract',
        message: 'the response has no Signature field',
        remedy:
          'Nothing says that the server answered: it does not sign this response (a refusal of a request that is not proved, an error page of a proxy), or a proxy drops the fields.',
      });
  });

  it('that answers another request, though both are equal but for their nonce', async () => {
    const [first, second] = [await asked('1'), await asked('2')];
    const signed = await responses.signResponse(first, OK);
    expect(await responses.verifyResponse(second, signed)).toMatchObject({
      ok: false,
      reason: 'signature-mismatch',
      step: 'compare',
      message: 'none of the keys proves the response',
      remedy:
        'The key differs, the response was changed on its way, or it answers another request. Compare the keys; look for a proxy that changes the status or a covered field, or sends another host or path on; a server without TLS of its own takes its address for https unless `origin` says otherwise.',
    });
  });

  it('that answers a request of another method, target or body', async () => {
    const request = await asked('1');
    const signed = await responses.signResponse(request, OK);
    const others = [
      { ...request, method: 'PUT' },
      { ...request, url: 'https://api.example/orders?page=2' },
      {
        ...request,
        url: 'https://other.example/orders?page=1',
        headers: request.headers.with('host', 'other.example'),
      },
      await asked('1', '{"item":2}'),
    ];
    for (const other of others)
      expect(refused(await responses.verifyResponse(other, signed))).toBe('signature-mismatch');
  });

  it('whose status, type or body was changed', async () => {
    const request = await asked('1');
    const signed = await responses.signResponse(request, OK);
    const changed = [
      { ...signed, status: 201 },
      { ...signed, headers: signed.headers.with('content-type', 'text/html') },
      { ...signed, body: '{"order":8}' },
      { ...signed, body: '' },
    ];
    for (const other of changed)
      expect(refused(await responses.verifyResponse(request, other))).toBe('signature-mismatch');
    const untyped = { ...signed, headers: [...signed.headers].filter(([name]) => name !== 'content-type') };
    expect(refused(await responses.verifyResponse(request, untyped))).toBe('missing-part');
  });

  it('whose signature is the request’s own, sent back', async () => {
    const request = await asked('1');
    const echo = { status: 200, headers: request.headers, body: request.body };
    expect(refused(await responses.verifyResponse(request, echo))).toBe('malformed-signature');
  });

  it('that covers less than is demanded, or the response’s field where the request’s is due', async () => {
    const request = await asked('1');
    const lax = createResponseGate({
      gate: requests,
      scheme: { components: ['@status', 'content-type'] },
      proofHeaders: [],
      now,
    });
    const signed = await lax.signResponse(request, OK);
    expect(refused(await lax.verifyResponse(request, signed))).toBe('accepted');
    expect(await responses.verifyResponse(request, signed)).toMatchObject({
      reason: 'missing-part',
      message: 'the signature does not cover "content-digest", which the gate requires',
      remedy: 'Have the server cover it, or take it out of components.',
    });
    const strict = createResponseGate({
      gate: requests,
      scheme: { components: ['@status', 'content-type;req'] },
      proofHeaders: [],
      now,
    });
    expect(refused(await strict.verifyResponse(request, signed))).toBe('missing-part');
    const untied = responses.tiedTo([]);
    const loose = await untied.signResponse(request, OK);
    expect(refused(await untied.verifyResponse(request, loose))).toBe('accepted');
    expect(refused(await responses.verifyResponse(request, loose))).toBe('missing-part');
  });

  it('by another key, by one that is revoked, by one of another id', async () => {
    const request = await asked('1');
    const signed = await responses.signResponse(request, OK);
    const keyed = (...keys: NonNullable<ResponseGateOptions['keys']>) => createResponseGate({ keys, now });
    expect(refused(await keyed({ id: 'partner', secret: `${KEY}!` }).verifyResponse(request, signed))).toBe(
      'signature-mismatch',
    );
    expect(await keyed({ id: 'other', secret: KEY }).verifyResponse(request, signed)).toMatchObject({
      reason: 'unknown-key',
      message: 'no valid key has the id that the response names',
      remedy: 'Add the server’s key to keys under this id, or look at its state and validity.',
    });
    const revoked = keyed({ id: 'partner', secret: KEY, state: 'revoked' }, { id: 'new', secret: `${KEY}!` });
    expect(await revoked.verifyResponse(request, signed)).toMatchObject({
      reason: 'unknown-key',
      message: 'key "partner" proves the response, but is revoked',
    });
  });

  it('that is old, or dated ahead', async () => {
    const request = await asked('1');
    const signed = await responses.signResponse(request, OK);
    const at = (ms: number) => createResponseGate({ gate: requests, now: () => NOW + ms });
    expect(refused(await at(300_000).verifyResponse(request, signed))).toBe('accepted');
    expect(await at(300_001).verifyResponse(request, signed)).toMatchObject({
      reason: 'expired',
      message: 'the response is 5 min 1 s old; at most 5 min are allowed',
      remedy: 'The response is old: look for a cache or a queue on the way, and at both clocks.',
    });
    expect(await at(-60_001).verifyResponse(request, signed)).toMatchObject({
      reason: 'from-the-future',
      message: expect.stringMatching(/^the response is dated /),
      remedy: 'The server’s clock is ahead, or ours is behind: look at time synchronisation.',
    });
  });

  it('that is longer than may be read, without reading on', async () => {
    const request = await asked('1');
    const short = createResponseGate({ gate: requests, maxBodyBytes: 1000, now });
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(500));
      },
    });
    const verdict = await short.verifyResponse(request, new Response(endless));
    expect(verdict).toMatchObject({
      reason: 'body-too-large',
      message: 'the body has 1500 bytes; at most 1000 are taken',
      remedy: 'Raise maxBodyBytes, or have the server answer with less.',
    });
    expect(pulled).toBeLessThan(6);
  });

  it('with parts that no signature of a response has', async () => {
    const request = await asked('1');
    const signed = await responses.signResponse(request, OK);
    const covering = (list: string) =>
      responses.verifyResponse(request, {
        ...signed,
        headers: signed.headers.with('signature-input', `sig1=(${list});created=${NOW / 1000}`),
      });
    expect(await covering('"@status" "@method"')).toMatchObject({
      reason: 'malformed-signature',
      message: expect.stringContaining('"@method" is a part of requests: in a response it takes ;req'),
      remedy: 'Have the sender write the field as RFC 9421 §4 does.',
    });
    expect(refused(await covering('"@status";req'))).toBe('malformed-signature');
    expect(refused(await covering('"@status" "x-a";req=?0'))).toBe('malformed-signature');
    expect(refused(await covering('"@status" "x-a";bs;sf'))).toBe('malformed-signature');
    expect(refused(await covering('"@status" "x-a";tr'))).toBe('malformed-signature');
    expect(refused(await covering('"@status" "@foo";req'))).toBe('malformed-signature');
    expect(refused(await covering('"@status" "x-a";req;bs'))).toBe('missing-part');
  });

  it('with the list of a request’s signature that was read just before', async () => {
    const gate = createGate({
      scheme: { type: 'http-message-signatures', components: ['x-a'] },
      keys: [KEY],
      now,
    });
    const own = createResponseGate({ keys: [KEY], now });
    const headers = {
      'x-a': '1',
      'signature-input': `s=("@status" "x-a");created=${NOW / 1000}`,
      signature: `s=:${Buffer.alloc(32).toString('base64')}:`,
    };
    const request = { method: 'GET', url: '/', headers };
    expect(await own.verifyResponse(request, { status: 200, headers })).toMatchObject({
      reason: 'missing-part',
    });
    expect(await gate.verify(request)).toMatchObject({ reason: 'malformed-signature' });
    expect(await own.verifyResponse(request, { status: 200, headers })).toMatchObject({
      reason: 'missing-part',
    });
  });
});

it('proves nothing else than what was signed, whatever is changed of response and request', async () => {
  const request = await asked('1');
  const signed = await responses.signResponse(request, OK);
  const headers = [...signed.headers];
  const flip = (text: string, at: number): string => {
    const place = at % text.length;
    const char = text[place] === 'a' ? 'b' : 'a';
    return text.slice(0, place) + char + text.slice(place + 1);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('status', 'body', 'method', 'url', ...headers.map(([name]) => name)),
      fc.nat(500),
      async (part, at) => {
        let changed: SignedResponse = signed;
        let other: SignedRequest = request;
        if (part === 'status') changed = { ...signed, status: 201 + (at % 300) };
        else if (part === 'body')
          changed = { ...signed, body: Buffer.from(flip(Buffer.from(signed.body).toString(), at)) };
        else if (part === 'method') other = { ...request, method: flip(request.method, at) };
        else if (part === 'url') other = { ...request, url: `${request.url}&${flip('page', at)}=1` };
        else {
          const fields = headers.map(
            ([name, value]) => [name, name === part ? flip(value, at) : value] as const,
          );
          changed = { ...signed, headers: HeaderList.from(fields) };
        }
        expect((await responses.verifyResponse(other, changed)).ok).toBe(false);
      },
    ),
  );
});

it('never throws over what comes from the other side', async () => {
  const request = await asked('1');
  await fc.assert(
    fc.asyncProperty(
      fc.string(),
      fc.string(),
      fc.integer({ min: 0, max: 999 }),
      fc.uint8Array(),
      async (input, signature, status, body) => {
        const headers = { 'signature-input': input, signature };
        expect((await responses.verifyResponse(request, { status, headers, body })).ok).toBe(false);
      },
    ),
  );
});

describe('a gate for responses is not set up', () => {
  const setUp = (options: object) => (): unknown => createResponseGate(options as ResponseGateOptions);

  it.each([
    ['without keys', {}, 'keys: there are none, and no gate. Give one of them.'],
    [
      'with keys and a gate',
      { keys: [KEY], gate: requests },
      'gate: keys are given as well. Give one of them.',
    ],
    ['with no key in the list', { keys: [] }, 'keys: the gate has no keys. Give at least one.'],
    [
      'with an unset variable',
      { keys: [undefined] },
      'keys[0]: it is undefined. Give the key’s text, or { secret }; an unset environment variable is the usual cause.',
    ],
    [
      'without @status',
      { keys: [KEY], scheme: { components: ['content-digest'] } },
      'scheme.components: they leave out @status. Add it: without it a response could have any status.',
    ],
    [
      'for whatever the signature covers',
      { keys: [KEY], scheme: { components: 'none' } },
      'scheme.components: they leave out @status. Add it: without it a response could have any status.',
    ],
    [
      'with a part of requests that says no req',
      { keys: [KEY], scheme: { components: ['@status', '@path'] } },
      'scheme.components: "@path" is a part of requests: in a response it takes ;req. Give e.g. @status, content-digest, @method;req, or the lower-case name of a header; ;req behind it is of the request.',
    ],
    [
      'with a component that responses have not',
      { keys: [KEY], scheme: { components: ['@status', '@foo;req'] } },
      'scheme.components: "@foo";req is neither a lower-case field name nor a component of responses.',
    ],
    [
      'with the keys of a gate of another scheme',
      { gate: createGate({ provider: 'github', keys: [KEY] }) },
      'gate: its scheme is github, whose keys are not for message signatures. Give keys in its place, and tie the responses to its requests: tiedTo(gate.proofHeaders).',
    ],
    [
      'with the keys of a gate that finds them',
      { gate: createGate({ scheme: { type: 'http-message-signatures' }, keys: async () => [KEY] }) },
      'gate: its keys are fetched, and none of them signs. Give keys in its place',
    ],
    [
      'with another algorithm than its gate has',
      { gate: requests, scheme: { algorithm: 'ed25519' } },
      'scheme.algorithm: it is another one than hmac-sha256, of which the gate’s keys are. Leave it out, or give keys in place of the gate.',
    ],
    [
      'with a misspelt option',
      { keys: [KEY], scheme: { component: ['@status'] } },
      'scheme.component: there is no such option. Did you mean components?',
    ],
    [
      'with headers that are no list of names',
      { keys: [KEY], proofHeaders: ['X-Signature'] },
      'proofHeaders: it is an array. Give a list of lower-case header names.',
    ],
  ])('%s', (_, options, says) => {
    expect(setUp(options)).toThrow(says);
  });

  it('that is to be tied to a text in place of names', () => {
    expect(() => responses.tiedTo('x-signature' as never)).toThrow(
      'proofHeaders: it is a text. Give a list of lower-case header names, e.g. gate.proofHeaders.',
    );
  });

  it.each([
    ['a promise', Promise.resolve(OK), 'response: it is a promise. Await it first.'],
    ['nothing', undefined, 'response: it is undefined. Give { status, headers, body }, or a web Response.'],
    [
      'a status that is none',
      { status: '200' },
      'response.status: it is a text. Give the status code as a number, e.g. 200.',
    ],
    [
      'a member that responses have not',
      { status: 200, rawBody: '' },
      'response.rawBody: a response has no such member. Did you mean body?',
    ],
    [
      'a parsed body',
      { status: 200, body: { order: 7 } },
      'response.body: it is a plain object, as a body parser makes it: the bytes that were signed are lost. Hand over the bytes as they are sent, or text.',
    ],
  ])('by %s in place of a response', async (_, response, says) => {
    const request = await asked('1');
    await expect(async () => responses.signResponse(request, response as never)).rejects.toThrow(says);
  });
});
