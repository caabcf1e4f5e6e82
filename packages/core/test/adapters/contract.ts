/** What holds of every adapter, tried with its real framework over real connections. */
import { createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { AdapterOptions, WebhookEvent } from '../../src/adapters/node.ts';
import {
  createGate,
  failed,
  type Gate,
  type GateOptions,
  type Refused,
  SetupError,
} from '../../src/index.ts';
import { SECRET, send, sendAndLeave, signature, signedHeaders } from './sending.ts';

export interface Setup {
  readonly gate: Gate;
  readonly handler: (event: WebhookEvent) => unknown;
  readonly options: AdapterOptions;
  /** Has the framework’s body parser read each JSON body before. */
  readonly isParsed?: boolean;
}

export interface Adapter {
  /** Listens at `/hook`. */
  readonly start: (setup: Setup) => Promise<{ readonly port: number; readonly server: Server }>;
  /** Makes a webhook of a provider whose secret is not there. */
  readonly withoutSecret: (secret: undefined | '') => unknown;
  /** Whether a body parser can stand before it. */
  readonly canBeParsed: boolean;
}

const JSON_OF = (text: string): Uint8Array => Buffer.from(JSON.stringify({ text }));

/** Bodies that set-ups which decode, parse or print them anew change. */
const BODIES: Readonly<Record<string, Uint8Array>> = {
  'plain JSON': JSON_OF('plain'),
  'JSON with blanks and an order of its own': Buffer.from('{ "b" : 1.0,\r\n\t"a" : 1e2 }\n'),
  'an emoji': JSON_OF('🎉 né'),
  'a NUL': Buffer.from('{"text":"\u0000"}'),
  'a byte order mark': Buffer.from('\ufeff{"text":"marked"}'),
  'what is no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x7d]),
  'every byte': Uint8Array.from({ length: 256 }, (_, i) => i),
  'half a megabyte': new Uint8Array(512 * 1024).fill(0xe2),
  nothing: new Uint8Array(0),
};

interface Recorded {
  readonly events: WebhookEvent[];
  readonly refusals: Refused[];
  readonly errors: unknown[];
}

/** Starts an adapter at a gate of GitHub’s, and records what it does. */
async function started(
  { start }: Adapter,
  {
    gate = {},
    handler = () => undefined,
    trustProxy = false,
    isParsed = false,
  }: {
    readonly gate?: Partial<GateOptions>;
    readonly handler?: Setup['handler'];
    readonly trustProxy?: boolean;
    readonly isParsed?: boolean;
  } = {},
) {
  const recorded: Recorded = { events: [], refusals: [], errors: [] };
  const isDeclared = gate.scheme !== undefined || gate.provider !== undefined;
  const options = { ...(!isDeclared && { provider: 'github' as const }), keys: [SECRET], ...gate };
  const listening = await start({
    gate: createGate(options),
    handler: (event) => {
      recorded.events.push(event);
      return handler(event);
    },
    options: {
      trustProxy,
      onRefused: (refused) => recorded.refusals.push(refused),
      onError: (error) => recorded.errors.push(error),
    },
    isParsed,
  });
  return { ...recorded, ...listening };
}

export function adapterContract(name: string, adapter: Adapter): void {
  describe(name, () => {
    describe('the body', () => {
      it.each(Object.entries(BODIES))('arrives as it was sent: %s', async (_, body) => {
        const { port, events } = await started(adapter);
        expect(await send(port, { body })).toMatchObject({ status: 200, body: '' });
        expect(events.map((event) => Buffer.compare(event.body, body))).toEqual([0]);
      });

      it('arrives whole in pieces of one byte', async () => {
        const body = JSON_OF('🎉 in pieces');
        const { port, events } = await started(adapter);
        expect(await send(port, { body, pieceBytes: 1 })).toMatchObject({ status: 200 });
        expect(events[0]?.payload).toEqual({ text: '🎉 in pieces' });
      });

      it.each([undefined, 100])(
        'is refused above the bound, and not at it (pieces of %s bytes)',
        async (pieceBytes) => {
          const { port, events, refusals } = await started(adapter, { gate: { maxBodyBytes: 1000 } });
          const pieces = pieceBytes === undefined ? {} : { pieceBytes };
          expect(await send(port, { body: Buffer.alloc(1000, 97), ...pieces })).toMatchObject({
            status: 200,
          });
          expect(await send(port, { body: Buffer.alloc(1001, 97), ...pieces })).toMatchObject({
            status: 413,
            body: 'payload too large',
          });
          expect(events.length).toBe(1);
          expect(refusals.map(({ reason }) => reason)).toEqual(['body-too-large']);
        },
      );

      it.runIf(adapter.canBeParsed)(
        `that a parser has read is refused with the remedy${adapter.canBeParsed ? '' : ' (skipped: no parser can stand before it)'}`,
        async () => {
          const { port, events, errors } = await started(adapter, { isParsed: true });
          expect(await send(port, { body: '{"a":1}' })).toMatchObject({
            status: 500,
            body: 'internal error',
          });
          expect(events).toEqual([]);
          expect(errors).toMatchObject([{ name: 'SetupError', option: 'request.body' }]);
          expect((errors[0] as SetupError).remedy).toMatch(/parser|clone/);
        },
      );
    });

    describe('the event', () => {
      it('says what was sent, and who has proved it', async () => {
        const { port, events } = await started(adapter);
        await send(port, { path: '/hook?a=1', body: '{"a":{"b":[1]}}' });
        const [event] = events;
        expect(event).toMatchObject({
          payload: { a: { b: [1] } },
          text: '{"a":{"b":[1]}}',
          type: 'push',
          attempt: 1,
        });
        expect(event?.verdict).toMatchObject({ ok: true, provider: 'github', keyId: 'key-1' });
        expect(event?.request.url).toMatch(/\/hook\?a=1$/);
        expect(event?.claim?.identity.length).toBe(16);
      });

      it('has a payload only where the body is JSON', async () => {
        const { port, events } = await started(adapter);
        expect(await send(port, { body: 'a=1' })).toMatchObject({ status: 200 });
        expect(() => events[0]?.payload).toThrow(SyntaxError);
      });
    });

    describe('refuses', () => {
      it.each([
        ['no signature', { 'content-type': 'application/json' }, 'missing-signature'],
        ['a forged one', { ...signedHeaders('other') }, 'signature-mismatch'],
        ['one that does not decode', { 'x-hub-signature-256': 'sha256=zz' }, 'malformed-signature'],
      ] as const)('%s, and says why to the operator alone', async (_, headers, reason) => {
        const { port, events, refusals } = await started(adapter);
        expect(await send(port, { headers })).toMatchObject({ status: 401, body: 'unauthorized' });
        expect(refusals.map((refused) => refused.reason)).toEqual([reason]);
        expect(events).toEqual([]);
      });

      it('a header that is there twice', async () => {
        const { port, refusals } = await started(adapter);
        const headers = { ...signedHeaders('{}'), 'x-hub-signature-256': [signature('{}'), signature('{}')] };
        expect(await send(port, { headers })).toMatchObject({ status: 401 });
        expect(refusals.length).toBe(1);
      });
    });

    it('answers a handshake, and runs nothing', async () => {
      const { port, events } = await started(adapter, { gate: { provider: 'slack' } });
      const body = '{"type":"url_verification","challenge":"3eZbrw1a"}';
      const time = String(Math.floor(Date.now() / 1000));
      const mac = createHmac('sha256', SECRET).update(`v0:${time}:${body}`).digest('hex');
      const headers = { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${mac}` };
      expect(await send(port, { body, headers })).toMatchObject({ status: 200, body: '3eZbrw1a' });
      expect(events).toEqual([]);
    });

    it('runs a repeat no second time, and acknowledges it', async () => {
      const { port, events, refusals } = await started(adapter);
      expect(await send(port)).toMatchObject({ status: 200 });
      expect(await send(port)).toMatchObject({ status: 200, body: '' });
      expect(events.length).toBe(1);
      expect(refusals).toMatchObject([{ reason: 'replayed' }]);
    });

    it('runs one of many copies that come at once', async () => {
      const { port, events } = await started(adapter);
      const answers = await Promise.all(Array.from({ length: 20 }, () => send(port)));
      expect(events.length).toBe(1);
      for (const { status } of answers) expect([200, 409]).toContain(status);
    });

    it('keeps many that come at once apart', async () => {
      const { port, events } = await started(adapter, { handler: () => Promise.resolve() });
      const bodies = Array.from({ length: 100 }, (_, i) => JSON.stringify({ i }));
      const answers = await Promise.all(bodies.map((body) => send(port, { body, pieceBytes: 3 })));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(new Set(events.map(({ text }) => text))).toEqual(new Set(bodies));
    });

    it.each([
      ['throws', () => Promise.reject(new Error('the database is away'))],
      ['says that it failed', () => failed()],
    ])('a handler that %s: 500, and the sender’s retry runs', async (_, fault) => {
      const { port, events } = await started(adapter, {
        handler: ({ attempt }) => (attempt === 1 ? fault() : undefined),
      });
      const answer = await send(port);
      expect(answer.status).toBe(500);
      expect(await send(port)).toMatchObject({ status: 200 });
      expect(events.map(({ attempt }) => attempt)).toEqual([1, 2]);
    });

    it('a sender who goes away before the body’s end: nothing runs, and the next one is served', async () => {
      const { port, server, events, refusals, errors } = await started(adapter);
      const arrived = new Promise((resolve) => server.once('request', resolve));
      await sendAndLeave(port, arrived);
      expect(await send(port)).toMatchObject({ status: 200 });
      expect({ events: events.length, refusals, errors }).toEqual({ events: 1, refusals: [], errors: [] });
    });

    it.each([true, false])('believes a proxy where it is told to (trustProxy: %s)', async (trustProxy) => {
      const scheme = { algorithm: 'hmac-sha256', signature: 'x-signature', message: '{url}|{body}' } as const;
      const { port, refusals } = await started(adapter, { gate: { scheme }, trustProxy });
      const mac = createHmac('sha256', SECRET).update('https://hooks.example/hook?a=1|{}').digest('hex');
      const headers = {
        'x-signature': mac,
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'hooks.example',
      };
      const { status } = await send(port, { path: '/hook?a=1', headers });
      expect({ status, reasons: refusals.map(({ reason }) => reason) }).toEqual(
        trustProxy ? { status: 200, reasons: [] } : { status: 401, reasons: ['signature-mismatch'] },
      );
    });

    it.each([undefined, ''] as const)(
      'without its secret (%s) it does not start, and names the variable',
      (secret) => {
        expect(() => adapter.withoutSecret(secret)).toThrow(SetupError);
        expect(() => adapter.withoutSecret(secret)).toThrow('GITHUB_WEBHOOK_SECRET');
      },
    );
  });
}
