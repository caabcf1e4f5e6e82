/** What holds of every adapter of webhooks, for any test runner, wherever the adapter runs. */
import { createHmac } from 'node:crypto';
import { expect } from 'expect';
import type { MaybePromise } from '../../src/model.ts';
import type { TestFunctions } from '../../src/testing/test-functions.ts';
import { type Answer, SECRET, type Sent, signature, signedHeaders } from './sending.ts';
import type { AdapterRecord, ErrorRecord, Scenario } from './webhook-scenario.ts';

/** An adapter that is set up. */
export interface OpenedAdapter {
  /** Where it listens. */
  readonly path: string;
  readonly send: (sent?: Sent) => Promise<Answer>;
  /** Sends a part of a request, and hangs up once it has arrived. */
  readonly leave: () => Promise<void>;
  readonly record: () => MaybePromise<AdapterRecord>;
}

/** What cannot be tried, by what it needs. */
export type Need = 'parsed' | 'pieces' | 'leaving';

export interface WebhookContractOptions extends TestFunctions {
  readonly name: string;
  /** Says why a test is left out. */
  readonly skip: (title: string, reason: string) => unknown;
  readonly open: (scenario: Scenario) => Promise<OpenedAdapter>;
  /** What a webhook of GitHub's throws whose secret is not there. */
  readonly withoutSecret: (secret: undefined | '') => MaybePromise<ErrorRecord | undefined>;
  /** Why something cannot be tried there. */
  readonly cannot?: Readonly<Partial<Record<Need, string>>>;
}

const jsonOf = (text: string): Uint8Array => Buffer.from(JSON.stringify({ text }));

/** Bodies that set-ups which decode, parse or print them anew change. */
const BODIES: Readonly<Record<string, Uint8Array>> = {
  'plain JSON': jsonOf('plain'),
  'JSON with blanks and an order of its own': Buffer.from('{ "b" : 1.0,\r\n\t"a" : 1e2 }\n'),
  'an emoji': jsonOf('🎉 né'),
  'a NUL': Buffer.from('{"text":"\u0000"}'),
  'a byte order mark': Buffer.from('\ufeff{"text":"marked"}'),
  'what is no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x7d]),
  'every byte': Uint8Array.from({ length: 256 }, (_, i) => i),
  'half a megabyte': new Uint8Array(512 * 1024).fill(0xe2),
  nothing: new Uint8Array(0),
};

const bytesOf = (bodyBase64: string | undefined): Buffer => Buffer.from(bodyBase64 ?? '', 'base64');

/** Declares the tests. */
export function webhookContract({
  name,
  describe,
  it,
  skip,
  open,
  withoutSecret,
  cannot = {},
}: WebhookContractOptions): void {
  const started = (scenario: Partial<Scenario> = {}): Promise<OpenedAdapter> =>
    open({ gate: {}, handler: 'ends', trustProxy: false, isParsed: false, ...scenario });
  const itNeeds = (need: Need, title: string, body: () => Promise<void>): unknown => {
    const reason = cannot[need];
    return reason === undefined ? it(title, body) : skip(title, reason);
  };

  describe(name, () => {
    for (const [kind, body] of Object.entries(BODIES)) {
      it(`the body arrives as it was sent: ${kind}`, async () => {
        const { send, record } = await started();
        expect(await send({ body })).toMatchObject({ status: 200, body: '' });
        const { events } = await record();
        expect(events.map(({ bodyBase64 }) => Buffer.compare(bytesOf(bodyBase64), body))).toEqual([0]);
      });
    }

    itNeeds('pieces', 'the body arrives whole in pieces of one byte', async () => {
      const { send, record } = await started();
      expect(await send({ body: jsonOf('🎉 in pieces'), pieceBytes: 1 })).toMatchObject({ status: 200 });
      expect((await record()).events[0]?.payload).toEqual({ text: '🎉 in pieces' });
    });

    const bounded = async (pieces: Pick<Sent, 'pieceBytes'>): Promise<void> => {
      const { send, record } = await started({ gate: { maxBodyBytes: 1000 } });
      expect(await send({ body: Buffer.alloc(1000, 97), ...pieces })).toMatchObject({ status: 200 });
      expect(await send({ body: Buffer.alloc(1001, 97), ...pieces })).toMatchObject({
        status: 413,
        body: 'payload too large',
      });
      const { events, refusals } = await record();
      expect(events.length).toBe(1);
      expect(refusals).toEqual(['body-too-large']);
    };
    it('the body is refused above the bound, and not at it', () => bounded({}));
    itNeeds('pieces', 'the body is refused above the bound, and not at it, in pieces of 100 bytes', () =>
      bounded({ pieceBytes: 100 }),
    );

    itNeeds('parsed', 'a body that a parser has read is refused with the remedy', async () => {
      const { send, record } = await started({ isParsed: true });
      expect(await send({ body: '{"a":1}' })).toMatchObject({ status: 500, body: 'internal error' });
      const { events, errors } = await record();
      expect(events).toEqual([]);
      expect(errors).toMatchObject([{ name: 'SetupError', option: 'request.body' }]);
      expect(errors[0]?.remedy).toMatch(/parser|clone/);
    });

    it('the event says what was sent, and who has proved it', async () => {
      const { path, send, record } = await started();
      await send({ path: `${path}?a=1`, body: '{"a":{"b":[1]}}' });
      const [event] = (await record()).events;
      expect(event).toMatchObject({
        payload: { a: { b: [1] } },
        text: '{"a":{"b":[1]}}',
        type: 'push',
        attempt: 1,
        provider: 'github',
        keyId: 'key-1',
        url: expect.stringMatching(/\/hook\?a=1$/),
        identityBytes: 16,
      });
    });

    it('the event has a payload only where the body is JSON', async () => {
      const { send, record } = await started();
      expect(await send({ body: 'a=1' })).toMatchObject({ status: 200 });
      expect((await record()).events).toMatchObject([{ payloadError: 'SyntaxError' }]);
    });

    const FORGERIES = [
      ['no signature', { 'content-type': 'application/json' }, 'missing-signature'],
      ['a forged one', { ...signedHeaders('other') }, 'signature-mismatch'],
      ['one that does not decode', { 'x-hub-signature-256': 'sha256=zz' }, 'malformed-signature'],
    ] as const;
    for (const [kind, headers, reason] of FORGERIES) {
      it(`refuses ${kind}, and says why to the operator alone`, async () => {
        const { send, record } = await started();
        expect(await send({ headers })).toMatchObject({ status: 401, body: 'unauthorized' });
        expect(await record()).toMatchObject({ events: [], refusals: [reason] });
      });
    }

    it('refuses a header that is there twice', async () => {
      const { send, record } = await started();
      const headers = { ...signedHeaders('{}'), 'x-hub-signature-256': [signature('{}'), signature('{}')] };
      expect(await send({ headers })).toMatchObject({ status: 401 });
      expect((await record()).refusals.length).toBe(1);
    });

    it('answers a handshake, and runs nothing', async () => {
      const { send, record } = await started({ gate: { provider: 'slack' } });
      const body = '{"type":"url_verification","challenge":"3eZbrw1a"}';
      const time = String(Math.floor(Date.now() / 1000));
      const mac = createHmac('sha256', SECRET).update(`v0:${time}:${body}`).digest('hex');
      const headers = { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${mac}` };
      expect(await send({ body, headers })).toMatchObject({ status: 200, body: '3eZbrw1a' });
      expect((await record()).events).toEqual([]);
    });

    it('runs a repeat no second time, and acknowledges it', async () => {
      const { send, record } = await started();
      expect(await send()).toMatchObject({ status: 200 });
      expect(await send()).toMatchObject({ status: 200, body: '' });
      const { events, refusals } = await record();
      expect(events.length).toBe(1);
      expect(refusals).toEqual(['replayed']);
    });

    it('runs one of many copies that come at once', async () => {
      const { send, record } = await started();
      const answers = await Promise.all(Array.from({ length: 20 }, () => send()));
      expect((await record()).events.length).toBe(1);
      for (const { status } of answers) expect([200, 409]).toContain(status);
    });

    it('keeps many that come at once apart', async () => {
      const { send, record } = await started({ handler: 'ends-later' });
      const bodies = Array.from({ length: 100 }, (_, i) => JSON.stringify({ i }));
      const pieces = cannot.pieces === undefined ? { pieceBytes: 3 } : {};
      const answers = await Promise.all(bodies.map((body) => send({ body, ...pieces })));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      const { events } = await record();
      expect(new Set(events.map(({ text }) => text))).toEqual(new Set(bodies));
    });

    for (const [fault, handler] of [
      ['throws', 'throws-first'],
      ['says that it failed', 'fails-first'],
    ] as const) {
      it(`a handler that ${fault}: 500, and the sender’s retry runs`, async () => {
        const { send, record } = await started({ handler });
        expect((await send()).status).toBe(500);
        expect(await send()).toMatchObject({ status: 200 });
        expect((await record()).events.map(({ attempt }) => attempt)).toEqual([1, 2]);
      });
    }

    it('a handler that sets a status of 400 or above, and answers nothing: that status, and the sender’s retry runs', async () => {
      const { send, record } = await started({ handler: 'says-422-first' });
      expect((await send()).status).toBe(422);
      expect(await send()).toMatchObject({ status: 200 });
      expect(await send()).toMatchObject({ status: 200 });
      expect((await record()).events.map(({ attempt }) => attempt)).toEqual([1, 2]);
    });

    itNeeds(
      'leaving',
      'a sender who goes away before the body’s end: nothing runs, and the next one is served',
      async () => {
        const { send, leave, record } = await started();
        await leave();
        expect(await send()).toMatchObject({ status: 200 });
        expect(await record()).toMatchObject({
          events: [{ text: '{}' }],
          refusals: [],
          errors: [],
        });
      },
    );

    for (const trustProxy of [true, false]) {
      it(`believes a proxy where it is told to (trustProxy: ${trustProxy})`, async () => {
        const scheme = {
          algorithm: 'hmac-sha256',
          signature: 'x-signature',
          message: '{url}|{body}',
        } as const;
        const { path, send, record } = await started({ gate: { scheme }, trustProxy });
        const url = `https://hooks.example${path}?a=1`;
        const headers = {
          'x-signature': createHmac('sha256', SECRET).update(`${url}|{}`).digest('hex'),
          'x-forwarded-proto': 'https',
          'x-forwarded-host': 'hooks.example',
        };
        const { status } = await send({ path: `${path}?a=1`, headers });
        const { refusals } = await record();
        expect({ status, refusals }).toEqual(
          trustProxy ? { status: 200, refusals: [] } : { status: 401, refusals: ['signature-mismatch'] },
        );
      });
    }

    for (const secret of [undefined, ''] as const) {
      it(`without its secret (${secret}) it does not start, and names the variable`, async () => {
        expect(await withoutSecret(secret)).toMatchObject({
          name: 'SetupError',
          message: expect.stringContaining('GITHUB_WEBHOOK_SECRET'),
        });
      });
    }
  });
}
