import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Accepted,
  createGate,
  type Done,
  done,
  failed,
  type Gate,
  type GateOptions,
  requestFrom,
} from '../src/index.ts';

const KEY = 'flowent-demo-key-of-24-b';
const NOW = 1_760_000_000_000;

/** Signs by hand: positives never come from our own `sign`. */
function call(members: Record<string, unknown>, key = KEY) {
  const text = JSON.stringify({
    action_name: 'send_email',
    parameters: {},
    timestamp: NOW / 1000,
    ...members,
  });
  const signature = createHmac('sha256', key).update(text).digest('hex');
  return requestFrom({
    method: 'POST',
    url: '/actions/send_email',
    body: `${text.slice(0, -1)},"signature":"${signature}"}`,
  });
}

function gateOf(options: Partial<GateOptions> = {}): Gate {
  return createGate({ provider: 'flowent', keys: [KEY], now: () => NOW, ...options });
}

describe('receive', () => {
  it('runs the act once, with the verdict, and returns its value', async () => {
    const received = await gateOf().receive(call({}), (accepted: Accepted) =>
      done(`ran for ${accepted.keyId}`),
    );
    expect(received).toMatchObject({ kind: 'done', value: 'ran for key-1', verdict: { reading: 'raw' } });
  });

  it('makes no promise where nothing waits', () => {
    expect(gateOf().receive(call({}), () => done('now'))).toMatchObject({ kind: 'done', value: 'now' });
    expect(gateOf().verify(call({}))).toMatchObject({ ok: true });
  });

  it('refuses a repeat after the first was done', async () => {
    const gate = gateOf();
    await gate.receive(call({}), () => done('first'));
    const again = await gate.receive(call({}), () => done('second'));
    expect(again).toMatchObject({
      kind: 'refused',
      verdict: { reason: 'replayed', repeat: { state: 'committed' } },
    });
  });

  it('tells a repeat in flight when to come again', async () => {
    const gate = gateOf();
    const { promise, resolve } = Promise.withResolvers<Done<string>>();
    const first = gate.receive(call({}), () => promise);
    const second = await gate.receive(call({}), () => done('second'));
    expect(second).toMatchObject({
      verdict: { reason: 'replayed', repeat: { state: 'in-flight', retryAfterMs: 60_000 } },
    });
    resolve(done('first'));
    expect(await first).toMatchObject({ kind: 'done', value: 'first' });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
  ] as const)('frees the claim when the act %s, so that the retry runs', async (_, act) => {
    const gate = gateOf();
    await expect((async () => gate.receive(call({}), act))()).rejects.toThrow('down');
    expect(await gate.receive(call({}), () => done('retried'))).toMatchObject({
      kind: 'done',
      value: 'retried',
    });
  });

  it('frees the claim when the act says that it failed, and still gives its value', async () => {
    const gate = gateOf();
    expect(await gate.receive(call({}), () => failed(500))).toMatchObject({ kind: 'failed', value: 500 });
    expect(await gate.receive(call({}), () => done(200))).toMatchObject({ kind: 'done', value: 200 });
  });

  it('tells the act which attempt it is: after a failure and after an error', async () => {
    const gate = gateOf();
    const attempts: unknown[] = [];
    for (const end of [
      () => failed(),
      () => {
        throw new Error('down');
      },
      () => done(),
    ]) {
      await Promise.resolve()
        .then(() =>
          gate.receive(call({}), (_, claim) => {
            attempts.push(claim?.attempt);
            return end();
          }),
        )
        .catch(() => {});
    }
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('gives a repeat the answer that the act was done with, and none where it gave none', async () => {
    const gate = gateOf();
    const again = (members: Record<string, unknown>) => gate.receive(call(members), () => done());
    await gate.receive(call({}), () => done('first', Uint8Array.of(1, 2)));
    expect(await again({})).toMatchObject({
      verdict: { repeat: { state: 'committed', answer: Uint8Array.of(1, 2) } },
    });
    await gate.receive(call({ parameters: { n: 1 } }), () => done('first'));
    expect(await again({ parameters: { n: 1 } })).not.toMatchObject({
      verdict: { repeat: { answer: expect.anything() } },
    });
  });

  it.each([undefined, 'handled', { kind: 'refused' }, null])(
    'takes nothing else of the act: %s, at once or later, frees the claim and says what to return',
    async (value) => {
      const gate = gateOf();
      for (const act of [() => value, async () => value]) {
        await expect((async () => gate.receive(call({}), act as never))()).rejects.toThrow(
          /act: it returned .*Return done\(value\) where the request ended well, or failed\(value\) where the sender should try again\./,
        );
      }
      expect(await gate.receive(call({}), () => done(1))).toMatchObject({ kind: 'done' });
    },
  );

  it('runs the act exactly once for many of the same at a time', async () => {
    const gate = gateOf();
    let ran = 0;
    const all = Array.from({ length: 200 }, async () => gate.receive(call({}), async () => done(++ran)));
    const kinds = (await Promise.all(all)).map(({ kind }) => kind);
    expect(ran).toBe(1);
    expect(kinds.filter((kind) => kind === 'done')).toHaveLength(1);
  });

  it('knows the same message in another serialisation again', async () => {
    const gate = gateOf();
    const first = call({});
    const spaced = requestFrom({
      ...first,
      body: new TextDecoder().decode(first.body).replace(/":/g, '": '),
    });
    expect(await gate.receive(first, () => done(1))).toMatchObject({ kind: 'done' });
    expect(await gate.receive(spaced, () => done(2))).toMatchObject({
      kind: 'refused',
      verdict: { reason: 'replayed' },
    });
  });

  it('keeps two gates of one key and one guard apart', async () => {
    const { MemoryReplayGuard } = await import('../src/index.ts');
    const replay = new MemoryReplayGuard();
    expect(await gateOf({ id: 'a', replay }).receive(call({}), () => done(1))).toMatchObject({
      kind: 'done',
    });
    expect(await gateOf({ id: 'b', replay }).receive(call({}), () => done(1))).toMatchObject({
      kind: 'done',
    });
    expect(await gateOf({ id: 'a', replay }).receive(call({}), () => done(1))).toMatchObject({
      kind: 'refused',
    });
  });

  it('never claims for a forgery', async () => {
    const gate = gateOf();
    const forged = call({}, 'another key of 24 bytes.');
    expect(await gate.receive(forged, () => done(1))).toMatchObject({
      verdict: { reason: 'signature-mismatch' },
    });
    expect(await gate.receive(call({}), () => done(1))).toMatchObject({ kind: 'done' });
  });

  it('refuses a body over the limit before looking at it', async () => {
    const verdict = await gateOf({ maxBodyBytes: 10 }).verify(call({}));
    expect(verdict).toMatchObject({ ok: false, reason: 'body-too-large', step: 'receive' });
  });
});

describe('a handshake', () => {
  const act = () => {
    throw new Error('a handshake must never run an action');
  };

  it('is answered when it is unsigned', async () => {
    const body = '{"action_name":"send_email","parameters":{},"timestamp":1760000000,"test":true}';
    const received = await gateOf().receive(requestFrom({ method: 'POST', url: '/', body }), act);
    expect(received).toMatchObject({
      kind: 'handshake',
      handshake: {
        action: 'send_email',
        body: '{"result":"Test successful for action: send_email","error":""}',
      },
    });
  });

  it('is answered when it is signed, however its member is written', async () => {
    expect(await gateOf().receive(call({ test: true }), act)).toMatchObject({ kind: 'handshake' });
    const text = '{"action_name":"a","parameters":{},"timestamp":1760000000,"t\\u0065st":true}';
    const signature = createHmac('sha256', KEY).update(text).digest('hex');
    const body = `${text.slice(0, -1)},"signature":"${signature}"}`;
    expect(await gateOf().receive(requestFrom({ method: 'POST', url: '/', body }), act)).toMatchObject({
      kind: 'handshake',
    });
  });

  it('is refused when it is signed wrongly, and when it is stale', async () => {
    const wrong = call({ test: true }, 'another key of 24 bytes.');
    expect(await gateOf().receive(wrong, act)).toMatchObject({ verdict: { reason: 'signature-mismatch' } });
    const stale = call({ test: true, timestamp: 1_759_999_000 });
    expect(await gateOf().receive(stale, act)).toMatchObject({ verdict: { reason: 'expired' } });
  });

  it('is no proof: verify refuses the unsigned one', async () => {
    const body = '{"action_name":"send_email","parameters":{},"timestamp":1760000000,"test":true}';
    const verdict = await gateOf().verify(requestFrom({ method: 'POST', url: '/', body }));
    expect(verdict).toMatchObject({ reason: 'missing-signature' });
  });

  it('of Slack gives the challenge back, after the proof', async () => {
    const body = '{"type":"url_verification","challenge":"3eZbrw1aB"}';
    const signature = createHmac('sha256', 'slack-signing-secret')
      .update(`v0:1760000000:${body}`)
      .digest('hex');
    const headers = { 'x-slack-request-timestamp': '1760000000', 'x-slack-signature': `v0=${signature}` };
    const gate = gateOf({ provider: 'slack', keys: ['slack-signing-secret'] });
    const request = requestFrom({ method: 'POST', url: '/slack', headers, body });
    expect(await gate.receive(request, act)).toMatchObject({
      kind: 'handshake',
      handshake: { body: '3eZbrw1aB' },
    });
    const unsigned = requestFrom({ method: 'POST', url: '/slack', body });
    expect(await gate.receive(unsigned, act)).toMatchObject({ verdict: { reason: 'missing-signature' } });
  });
});

describe('the identity of a Stripe event', () => {
  const gate = gateOf({ provider: 'stripe', keys: ['whsec_stripe_test_key'] });
  const deliver = (body: string, seconds: number) => {
    const signature = createHmac('sha256', 'whsec_stripe_test_key')
      .update(`${seconds}.${body}`)
      .digest('hex');
    const headers = { 'stripe-signature': `t=${seconds},v1=${signature}` };
    return gate.receive(requestFrom({ method: 'POST', url: '/', headers, body }), () => done('handled'));
  };

  it('is its signed id, so a delivery repeated with a new time is known', async () => {
    expect(await deliver('{"id":"evt_1"}', 1760000000)).toMatchObject({ kind: 'done' });
    expect(await deliver('{"id":"evt_1"}', 1760000007)).toMatchObject({ kind: 'refused' });
    expect(await deliver('{"id":"evt_2"}', 1760000000)).toMatchObject({ kind: 'done' });
  });

  it('is the message where the body has no id', async () => {
    expect(await deliver('not json', 1760000000)).toMatchObject({ kind: 'done' });
    expect(await deliver('not json', 1760000000)).toMatchObject({ kind: 'refused' });
  });
});

describe('the bytes of a request', () => {
  it('stay as they are when a form is decoded, also where they are a Buffer', async () => {
    const text = 'a%20b=c%2Bd&timestamp=2025-10-09T08%3A53%3A20Z';
    const lines = 'a b=c+d\r\ntimestamp=2025-10-09T08:53:20Z\r\n';
    const signature = createHmac('sha1', 'ami-demo-token').update(lines).digest('hex');
    const body = Buffer.from(`${text}&signature=${signature}`);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = requestFrom({ method: 'POST', url: '/ami', headers, body });
    const gate = gateOf({ provider: 'flow-production-tracking', keys: ['ami-demo-token'] });
    for (let i = 0; i < 2; i++) expect(await gate.verify(request)).toMatchObject({ ok: true });
    expect(body.toString()).toBe(`${text}&signature=${signature}`);
  });
});
