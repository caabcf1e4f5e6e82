/** What tells a repeat under a declared scheme is the operator’s to say, in the words that a provider’s file has. */
import { describe, expect, it } from 'vitest';
import { coverageReport } from '../../src/coverage-report.ts';
import { eventType } from '../../src/event-type.ts';
import {
  createGate,
  done,
  type GateOptions,
  MemoryReplayGuard,
  requestFrom,
  SetupError,
  type SignedRequest,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';
import type { ReplayIdentity } from '../../src/model.ts';

const NOW = 1_800_000_000_000;
const KEY = 'a-secret-of-20-bytes!';

const MESSAGE = '{id}.{timestamp}.{body}';
const AT = { timestamp: { header: 'x-time', unit: 's' } };

/** The same declaration, as a scheme and as options of the provider `hmac`. */
const WRITTEN: readonly { readonly by: string; readonly choice: (options: object) => GateOptions }[] = [
  {
    by: 'scheme',
    choice: (options) => ({
      scheme: writtenScheme({
        algorithm: 'hmac-sha256',
        signature: 'x-sig',
        message: MESSAGE,
        ...AT,
        id: 'x-id',
        ...options,
      }),
      keys: [KEY],
    }),
  },
  {
    by: 'provider',
    choice: (options) => ({
      provider: writtenProvider('hmac', {
        signature: 'x-sig',
        message: MESSAGE,
        ...AT,
        requestId: 'x-id',
        ...options,
      }),
      keys: [KEY],
    }),
  },
];

interface Sent {
  readonly id: string;
  readonly body: string;
  readonly timestampMs: number;
}

const FIRST: Sent = { id: 'a', body: '{}', timestampMs: NOW };

/** Another of the same sender, and what becomes of it under each. */
const SECOND: readonly (readonly [
  title: string,
  sent: Sent,
  heard: Readonly<Record<ReplayIdentity, string>>,
])[] = [
  ['the same request', FIRST, { 'signed-id': 'replayed', message: 'replayed', none: 'done' }],
  [
    'one that is signed anew under the same id',
    { ...FIRST, timestampMs: NOW + 1000 },
    { 'signed-id': 'replayed', message: 'done', none: 'done' },
  ],
  [
    'another body under the same id',
    { ...FIRST, body: '[]' },
    { 'signed-id': 'replayed', message: 'done', none: 'done' },
  ],
  ['another id', { ...FIRST, id: 'b' }, { 'signed-id': 'done', message: 'done', none: 'done' }],
];

describe.each(WRITTEN)('replay of a $by', ({ by, choice }) => {
  const cases = SECOND.flatMap(([title, sent, heard]) =>
    (['signed-id', 'message', 'none'] as const).map((replay) => ({
      title,
      replay,
      sent,
      heard: heard[replay],
    })),
  );
  it.each(cases)('$replay: $title is $heard', async ({ replay, sent, heard }) => {
    const gate = createGate({
      ...choice({ replay }),
      replay: new MemoryReplayGuard(),
      now: () => NOW + 2000,
    });
    expect(gate.coverage.replay).toBe(replay);
    const receive = async (draft: Sent): Promise<string> => {
      const request: SignedRequest = await gate.sign({
        method: 'POST',
        url: 'https://api.example/',
        ...draft,
      });
      const received = await gate.receive(request, () => done('ran'));
      return received.kind === 'refused' ? received.verdict.reason : received.kind;
    };
    expect([await receive(FIRST), await receive(sent)]).toEqual(['done', heard]);
  });

  it('is message where it is left out', () => {
    expect(createGate(choice({})).coverage.replay).toBe('message');
  });

  it('warns of copies where nothing tells them', () => {
    const codes = (options: object): readonly string[] =>
      coverageReport(createGate(choice(options))).warnings.map(({ code }) => code);
    expect(codes({ replay: 'none' })).toEqual(expect.arrayContaining(['copies-taken']));
    expect(codes({ replay: 'none' })).not.toContain('repeat-in-time');
    expect(codes({ replay: 'message' })).not.toContain('copies-taken');
  });

  it.each([
    ['an id that the message does not cover', { replay: 'signed-id', message: '{timestamp}.{body}' }],
    ['a word that is none of its own', { replay: 'id' }],
    ['a word in capitals', { replay: 'None' }],
  ])('%s is refused at the start', (_, options) => {
    const refused = (): unknown => createGate(choice(options));
    expect(refused).toThrow(SetupError);
    expect(refused).toThrow(/replay|id/);
  });

  it('an id that is signed and not named is asked for', () => {
    const own = by === 'scheme' ? 'id' : 'requestId';
    const refused = (): unknown =>
      createGate(choice({ replay: 'signed-id', [own]: undefined, message: '{timestamp}.{body}' }));
    expect(refused).toThrow(`${by}.replay: it is signed-id, and no id is signed.`);
  });
});

describe('the type of an event', () => {
  it.each([
    ['a header', { eventType: 'x-event' }, false],
    ['a member of the body', { eventType: { member: 'kind' } }, true],
  ])('is told from %s', async (_, options, isProved) => {
    const gate = createGate({ ...(WRITTEN[0]?.choice(options) as GateOptions), now: () => NOW });
    const signed = await gate.sign({
      method: 'POST',
      url: 'https://api.example/',
      ...FIRST,
      body: '{"kind":"order.paid"}',
    });
    const request = { ...signed, headers: signed.headers.with('x-event', 'order.paid') };
    expect(await gate.verify(request)).toMatchObject({ ok: true });
    expect(await eventType(gate.scheme, request)).toBe('order.paid');
    expect(gate.coverage.covered.includes('type')).toBe(isProved);
  });

  it.each([
    ['kind', 'order.paid', true],
    ['event.kind', 'order.made', false],
  ])('is told from the member %s of what a certificate proves', async (path, type, isProved) => {
    const gate = createGate({
      scheme: writtenScheme({
        type: 'certificate',
        certificate: { member: 'certificate', hosts: 'keys.example', names: 'keys.example' },
        signature: 'signature',
        algorithm: 'rsa-pkcs1-sha256',
        message: ['text', 'kind'],
        eventType: path,
      }),
    });
    const body = '{"kind":"order.paid","event":{"kind":"order.made"}}';
    expect(await eventType(gate.scheme, requestFrom({ method: 'POST', url: '/', body }))).toBe(type);
    expect(gate.coverage.covered.includes('type')).toBe(isProved);
  });

  it('is proved where the message has its header', async () => {
    const message = '{id}.{timestamp}.{header:x-event}.{body}';
    const choice = WRITTEN[0]?.choice({ eventType: 'x-event', message });
    const gate = createGate({ ...(choice as GateOptions), now: () => NOW });
    const headers = { 'x-event': 'order.paid' };
    const signed = await gate.sign({ method: 'POST', url: 'https://api.example/', ...FIRST, headers });
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
    expect(gate.coverage.covered).toContain('type');
    const other = { ...signed, headers: signed.headers.with('x-event', 'order.made') };
    expect(await gate.verify(other)).toMatchObject({ ok: false });
  });
});
