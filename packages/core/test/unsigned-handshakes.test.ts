/** Tests of an address that carry no proof: what comes back is no page and no signature, and they reach nothing. */
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../scripts/effort.ts';
import {
  createGate,
  done,
  type Gate,
  type GateOptions,
  type GateReply,
  type RequestParts,
  replyTo,
  writtenProvider,
  writtenScheme,
} from '../src/index.ts';

const NOW = 1_760_000_000_000;
const SECRET = 'a secret of more than sixteen bytes';
const TOKEN = 'a token that only Meta and we know';

const hmacBody = { algorithm: 'hmac-sha256', signature: 'x-sig', message: '{body}' };
const declared = (handshake: object, scheme: object = hmacBody, more: Partial<GateOptions> = {}): Gate =>
  createGate({ scheme: writtenScheme({ ...scheme, handshake }), keys: [SECRET], now: () => NOW, ...more });
const provided = (id: string, options: object): Gate =>
  createGate({ provider: writtenProvider(id, { ...options }), keys: [SECRET], now: () => NOW });

function request(method: string, url: string, headers: Record<string, string> = {}, body = ''): RequestParts {
  return { method, url, headers: { host: 'a.example', ...headers }, body };
}

/** The answer, or why there is none. */
async function replyOf(gate: Gate, parts: RequestParts): Promise<GateReply | string> {
  const received = await gate.receive(parts, () => done());
  if (received.kind === 'refused') return received.verdict.reason;
  return received.kind === 'handshake' ? replyTo(received) : received.kind;
}

const plain = (body: string, headers: object = {}): GateReply => ({
  status: 200,
  headers: { ...headers, 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body,
});
const json = (value: object): GateReply => ({
  status: 200,
  headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
  body: JSON.stringify(value),
});

const okta = {
  method: 'GET',
  challenge: { header: 'X-Okta-Verification-Challenge' },
  answer: { verification: '{challenge}' },
};
const graph = { signed: false, challenge: { query: 'validationToken' } };
const GRAPH_TOKEN =
  'Validation: Testing client application reachability for subscription Request-Id: 522a8e7a';

describe('what a test repeats comes back', () => {
  it.each<[string, Gate, RequestParts, GateReply]>([
    [
      'Dropbox’s parameter',
      declared({ method: 'GET', challenge: 'challenge' }),
      request('GET', '/in?challenge=OKQkTH1y_-8'),
      plain('OKQkTH1y_-8'),
    ],
    [
      'Meta’s parameter',
      provided('meta', { verifyToken: TOKEN }),
      request(
        'GET',
        `/in?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${encodeURIComponent(TOKEN)}`,
      ),
      plain('1158201444'),
    ],
    [
      'Okta’s header',
      declared(okta, { type: 'shared-token', header: 'authorization', form: 'plain' }),
      request('GET', '/in', { 'x-okta-verification-challenge': 'Wf3-a_9' }),
      json({ verification: 'Wf3-a_9' }),
    ],
    [
      'Graph’s parameter of a POST',
      declared(graph),
      request('POST', `/in?validationToken=${encodeURIComponent(GRAPH_TOKEN)}`),
      plain(GRAPH_TOKEN),
    ],
    [
      'a parameter of a POST to a gate of tokens',
      declared(graph, { type: 'shared-token' }),
      request('POST', '/in?validationToken=abc'),
      plain('abc'),
    ],
  ])('%s', async (_of, gate, parts, reply) => {
    expect(await replyOf(gate, parts)).toEqual(reply);
  });

  it('whatever it holds, as no page, no JSON and no second line', async () => {
    const gates = [declared({ method: 'GET', challenge: 'c' }), declared(okta)];
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        for (const [i, gate] of gates.entries()) {
          const value = encodeURIComponent(text.toWellFormed());
          const reply = await replyOf(
            gate,
            i === 0
              ? request('GET', `/in?c=${value}`)
              : request('GET', '/in', { 'x-okta-verification-challenge': text.replace(/[^ -~]/g, '<') }),
          );
          if (typeof reply === 'string') continue;
          expect(reply.body).not.toMatch(/[<>&'\r\n]/);
          expect(reply.headers['x-content-type-options']).toBe('nosniff');
        }
      }),
      { numRuns: runs(100), seed: 15 },
    );
  });

  it('is no test where the text is too long, comes twice, or is nowhere', async () => {
    const gate = declared(okta);
    const header = 'x-okta-verification-challenge';
    const flat = ['host', 'a.example', header, 'a', header, 'b'];
    for (const headers of [
      { host: 'a' },
      { host: 'a', [header]: 'a'.repeat(513) },
      { host: 'a', [header]: '' },
    ])
      expect(await replyOf(gate, request('GET', '/in', headers))).toBe('method-not-allowed');
    expect(await replyOf(gate, { method: 'GET', url: '/in', headers: flat, body: '' })).toBe(
      'method-not-allowed',
    );
  });

  it('is no test by POST where the request carries a proof, right or wrong', async () => {
    const gate = declared(graph);
    const url = '/in?validationToken=abc';
    const mac = createHmac('sha256', SECRET).update('x').digest('hex');
    expect(await replyOf(gate, request('POST', url, { 'x-sig': mac }, 'x'))).toBe('done');
    expect(await replyOf(gate, request('POST', url, { 'x-sig': mac }, 'y'))).toBe('signature-mismatch');
    expect(await replyOf(gate, request('POST', '/in', {}, 'x'))).toBe('missing-signature');
  });
});

describe('Meta’s test', () => {
  const query = (token: string, mode = 'subscribe'): RequestParts =>
    request('GET', `/in?hub.mode=${mode}&hub.challenge=1&hub.verify_token=${encodeURIComponent(token)}`);

  it('is answered by the Verify Token alone', async () => {
    const gate = provided('meta', { verifyToken: TOKEN });
    for (const token of ['', TOKEN.slice(0, -1), `${TOKEN} `, TOKEN.toUpperCase(), 'x'.repeat(600)])
      expect(await replyOf(gate, query(token)), token).toBe('method-not-allowed');
    expect(await replyOf(gate, query(TOKEN, 'unsubscribe'))).toBe('method-not-allowed');
    expect(await replyOf(gate, request('GET', '/in?hub.mode=subscribe&hub.challenge=1'))).toBe(
      'method-not-allowed',
    );
  });

  it('has no answer at a gate without one, where a captured POST is taken as a GET no more', async () => {
    const gate = provided('meta', {});
    expect(await replyOf(gate, query(TOKEN))).toBe('method-not-allowed');
    const signed = await gate.sign({ method: 'POST', url: 'https://a.example/in', headers: {}, body: '{}' });
    expect(await gate.verify({ ...signed, method: 'GET' })).toMatchObject({ reason: 'method-not-allowed' });
  });
});

describe('Braintree’s test', () => {
  const gate = provided('braintree', { publicKey: 'pubkey' });
  const challenge = '20f9f8ed05f77439fe955c977e4c8a53';
  const mac = createHmac('sha1', createHash('sha1').update(SECRET).digest()).update(challenge).digest('hex');

  it('is answered with the challenge signed, beside the public key', async () => {
    expect(await replyOf(gate, request('GET', `/in?bt_challenge=${challenge}`))).toEqual(
      plain(`pubkey|${mac}`),
    );
  });

  it('signs nothing but such words, and no payload that is one is taken', async () => {
    for (const word of ['PD94bWw=', 'abc', 'a'.repeat(33), `${challenge}\n`, challenge.toUpperCase()])
      expect(await replyOf(gate, request('GET', `/in?bt_challenge=${encodeURIComponent(word)}`))).toBe(
        'method-not-allowed',
      );
    const body = `bt_signature=${encodeURIComponent(`pubkey|${mac}`)}&bt_payload=${challenge}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await replyOf(gate, request('POST', '/in', headers, body))).toBe('malformed-body');
  });
});

describe('a key that a test hands over', () => {
  const KEY = 'b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81';
  const asana = {
    signed: false,
    challenge: { header: 'X-Hook-Secret' },
    answer: '',
    headers: { 'X-Hook-Secret': '{challenge}' },
    deliversKey: true,
  };
  const notion = { signed: false, challenge: 'verification_token', answer: '', deliversKey: true };
  const asanaTest = request('POST', '/in', { 'x-hook-secret': KEY });
  const notionTest = request('POST', '/in', {}, JSON.stringify({ verification_token: `secret_${KEY}` }));

  it.each<[string, object, RequestParts, GateReply, string]>([
    ['Asana', asana, asanaTest, plain('', { 'x-hook-secret': KEY }), KEY],
    ['Notion', notion, notionTest, plain(''), `secret_${KEY}`],
  ])(
    'by %s is shown to the gate’s program, which takes it or does not',
    async (_of, handshake, test, reply, key) => {
      for (const isTaken of [true, false]) {
        const shown: string[] = [];
        const takeKey = (text: string): Promise<boolean> => {
          shown.push(text);
          return Promise.resolve(isTaken);
        };
        const gate = declared(handshake, hmacBody, { keys: [], takeKey });
        expect(await replyOf(gate, test)).toEqual(isTaken ? reply : 'missing-signature');
        expect(shown).toEqual([key]);
        // Whatever was said, this gate has no key yet.
        const signed = createGate({ scheme: writtenScheme(hmacBody), keys: [key] });
        const event = await signed.sign({ method: 'POST', url: '/in', headers: {}, body: '{}' });
        expect(await gate.verify(event)).toMatchObject({ ok: false, reason: 'unknown-key' });
      }
    },
  );

  it('is refused with what to do about it where the gate is not open for one', async () => {
    const gate = declared(asana, hmacBody, { takeKey: () => false });
    const received = await gate.receive(asanaTest, () => done());
    expect(received).toMatchObject({
      kind: 'refused',
      verdict: {
        reason: 'missing-signature',
        step: 'extract',
        message: 'the platform’s test hands over a key, and the gate takes none now',
        remedy: expect.stringContaining('countersign keys open'),
      },
    });
    expect(JSON.stringify(received)).not.toContain(KEY);
  });

  it('is taken by nobody where the program does not ask for it', async () => {
    expect(await replyOf(declared(asana), asanaTest)).toBe('missing-signature');
    expect(() => declared(asana, hmacBody, { keys: [] })).toThrow(
      expect.objectContaining({ option: 'keys' }),
    );
    expect(() => declared({ when: { a: 'b' } }, hmacBody, { keys: [], takeKey: () => true })).toThrow(
      expect.objectContaining({ option: 'keys' }),
    );
  });

  it('is none that is short, no word, or beside a signature', async () => {
    const gate = declared(asana, hmacBody, { takeKey: () => expect.unreachable() });
    for (const secret of ['a'.repeat(15), 'a secret that has blanks in it', `${KEY}\u0080`])
      expect(await replyOf(gate, request('POST', '/in', { 'x-hook-secret': secret }))).toBe(
        'missing-signature',
      );
    const signed = request('POST', '/in', { 'x-hook-secret': KEY, 'x-sig': 'a'.repeat(64) }, '{}');
    expect(await replyOf(gate, signed)).toBe('signature-mismatch');
  });

  it('fails as the program that keeps it does', async () => {
    const gate = declared(asana, hmacBody, { takeKey: () => Promise.reject(new Error('the disk is full')) });
    await expect(replyOf(gate, asanaTest)).rejects.toThrow('the disk is full');
  });
});

describe('a declaration of a test', () => {
  it.each<[string, object]>([
    ['scheme.handshake.signed', { method: 'GET', signed: false, challenge: 'c' }],
    ['scheme.handshake.challenge', { signed: false }],
    ['scheme.handshake.challenge', { signed: false, challenge: { header: 'a', query: 'b' } }],
    ['scheme.handshake.challenge', { signed: false, challenge: {} }],
    ['scheme.handshake.challenge.heder', { signed: false, challenge: { heder: 'a' } }],
    ['scheme.handshake.token', { when: { a: 'b' }, token: { query: 'a', value: 'b' } }],
    ['scheme.handshake.token.value', { method: 'GET', token: { query: 'a' } }],
    ['scheme.handshake.deliversKey', { when: { a: 'b' }, challenge: 'c', deliversKey: true }],
    ['scheme.handshake.deliversKey', { method: 'GET', challenge: 'c', deliversKey: true }],
    ['scheme.handshake.probes', { method: 'GET', challenge: 'c', probes: true }],
    ['scheme.handshake.headers.content-type', { method: 'GET', headers: { 'content-type': 'text/html' } }],
    ['scheme.handshake.headers.Set-Cookie', { method: 'GET', headers: { 'Set-Cookie': 'a' } }],
    ['scheme.handshake.headers.a b', { method: 'GET', headers: { 'a b': 'c' } }],
    ['scheme.handshake.headers.x-a', { method: 'GET', headers: { 'x-a': 'a\r\nb' } }],
  ])('is refused at set-up: %s of %j', (option, handshake) => {
    expect(() => declared(handshake)).toThrow(expect.objectContaining({ option }));
  });

  it('at a gate of tokens signs nothing', () => {
    const handshake = { method: 'GET', challenge: 'c', answer: '{hmac:hex}' };
    expect(() => declared(handshake, { type: 'shared-token' })).toThrow(
      expect.objectContaining({ option: 'scheme.handshake.answer' }),
    );
  });
});
