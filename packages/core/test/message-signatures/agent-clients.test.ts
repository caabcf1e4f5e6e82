/** Agents that describe themselves in a Client ID Metadata Document, and what looking keys up costs everybody else. */
import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/index.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { NOW, wordOf } from '../tokens/mint.ts';
import { type Answer, agentRequest, DIRECTORY, gateOf, keysOf } from './support/agents-gate.ts';
import { ED25519, handSigned, P256, SECONDS, thumbprintOf } from './support/hand-signed.ts';

const CARD = 'https://a.example/card';
const KEYS = 'https://keys.example/a.json';
const AGENT = `sig1="${CARD}";type=cimd`;
const A = `https://a.example${DIRECTORY}`;

const json =
  (value: unknown): Answer =>
  () =>
    new Response(JSON.stringify(value));
const card = (more: object): Answer => json({ client_id: CARD, ...more });

describe('an agent that is described by a document of its client', () => {
  it.each<readonly [string, Readonly<Record<string, Answer>>]>([
    ['has its keys in it', { [CARD]: card({ jwks: { keys: [ED25519.jwk] } }) }],
    ['has them where it says', { [CARD]: card({ jwks_uri: KEYS }), [KEYS]: keysOf(ED25519.jwk) }],
  ])('%s, and is known by the address of the document', async (_, answers) => {
    const { gate, asked } = gateOf(answers);
    expect(await gate.verify(agentRequest(AGENT))).toMatchObject({ ok: true, keyId: CARD });
    expect(await gate.verify(agentRequest(AGENT))).toMatchObject({ ok: true });
    expect(asked).toEqual(Object.keys(answers));
  });

  it('is listed by that address', async () => {
    const answers = { [CARD]: card({ jwks: { keys: [ED25519.jwk] } }) };
    const listed = gateOf(answers, { agents: [CARD] }).gate;
    expect(await listed.verify(agentRequest(AGENT))).toMatchObject({ ok: true });
    const others = gateOf(answers, { agents: ['a.example'] });
    expect(await others.gate.verify(agentRequest(AGENT))).toMatchObject({ reason: 'unknown-key' });
    expect(others.asked).toEqual([]);
  });

  it.each<readonly [string, Readonly<Record<string, Answer>>, string]>([
    [
      'of another client',
      { [CARD]: json({ client_id: 'https://b.example/card', jwks: { keys: [ED25519.jwk] } }) },
      'its client_id is not its own address',
    ],
    ['of no client', { [CARD]: keysOf(ED25519.jwk) }, 'its client_id is not its own address'],
    [
      'with another spelling of its address',
      { [CARD]: json({ client_id: 'HTTPS://a.example/card', jwks: { keys: [ED25519.jwk] } }) },
      'its client_id is not its own address',
    ],
    ['without keys', { [CARD]: card({}) }, 'it has neither jwks nor jwks_uri'],
    [
      'with keys in two places',
      { [CARD]: card({ jwks: { keys: [ED25519.jwk] }, jwks_uri: KEYS }) },
      'it has jwks and jwks_uri',
    ],
    [
      'with keys beside its own',
      { [CARD]: card({ keys: [ED25519.jwk] }) },
      'it has neither jwks nor jwks_uri',
    ],
    ['with a list for a set', { [CARD]: card({ jwks: [ED25519.jwk] }) }, 'its jwks is no object'],
    ['with a text for a set', { [CARD]: card({ jwks: 'keys' }) }, 'its jwks is no object'],
    ...[
      'http://keys.example/a',
      'https://10.0.0.7/a',
      'https://[::1]/a',
      'https://[::ffff:10.0.0.7]/a',
      'https://localhost/a',
      'https://u:p@keys.example/a',
      'data:application/json,{}',
      '/a',
      '',
    ].map(
      (address) =>
        [
          `with keys at ${JSON.stringify(address)}`,
          { [CARD]: card({ jwks_uri: address }) },
          'its jwks_uri is no https address on the public internet',
        ] as const,
    ),
    [
      'whose keys are nowhere',
      { [CARD]: card({ jwks_uri: KEYS }) },
      'of its jwks_uri: it cannot be reached (no such host)',
    ],
    [
      'whose keys are elsewhere',
      { [CARD]: card({ jwks_uri: KEYS }), [KEYS]: () => Response.redirect('https://b.example/', 302) },
      'of its jwks_uri: it redirects, which is not followed',
    ],
    [
      'whose keys are another client’s document',
      { [CARD]: card({ jwks_uri: KEYS }), [KEYS]: card({ jwks_uri: KEYS }) },
      'it has no list of keys',
    ],
  ])('is nobody by a document %s', async (_, answers, words) => {
    const { gate, asked } = gateOf(answers);
    expect(await gate.verify(agentRequest(AGENT))).toMatchObject({
      reason: 'keys-unavailable',
      message: `the keys of ${CARD} cannot be had: ${words}`,
    });
    expect(asked.every((address) => Object.hasOwn(answers, address) || address === KEYS)).toBe(true);
  });

  it('as a client’s and as a set of keys is two documents: each is read as the header says', async () => {
    const { gate, asked } = gateOf({ [CARD]: card({ jwks: { keys: [ED25519.jwk] } }) });
    expect(await gate.verify(agentRequest(AGENT))).toMatchObject({ ok: true });
    const asKeys = agentRequest(`sig1="${CARD}";type=jwks_uri`);
    expect(await gate.verify(asKeys)).toMatchObject({ reason: 'keys-unavailable' });
    expect(await gate.verify(agentRequest(AGENT))).toMatchObject({ ok: true });
    expect(asked).toEqual([CARD, CARD]);
  });
});

describe('the host of an address', () => {
  it.each<readonly [agent: string, identity: string]>([
    ['https://A.EXAMPLE', 'a.example'],
    ['https://a.example/', 'a.example'],
    ['https://a.example:443', 'a.example'],
    ['https://a.example:8443', 'a.example:8443'],
    ['https://b\u00fccher.example'.replace('\u00fc', '%C3%BC'), 'xn--bcher-kva.example'],
    ['https://xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ])('%s is %s', async (agent, identity) => {
    const { gate, asked } = gateOf({ [`https://${identity}${DIRECTORY}`]: keysOf(ED25519.jwk) });
    expect(await gate.verify(agentRequest(`"${agent}"`))).toMatchObject({ ok: true, keyId: identity });
    expect(asked).toEqual([`https://${identity}${DIRECTORY}`]);
  });

  it.each([
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '１２７.0.0.1'.normalize('NFKC'),
    'a.example%2e',
    'a.example.',
    'a..example',
    'a.example%00.b.example',
    'a.lan',
    'x.home.arpa',
    'x.onion',
  ])('%s is nobody’s, and is not asked', async (host) => {
    const { gate, asked } = gateOf({});
    expect(await gate.verify(agentRequest(`"https://${host}"`))).toMatchObject({
      reason: 'malformed-signature',
    });
    expect(asked).toEqual([]);
  });
});

describe('looking keys up', () => {
  it('that takes long holds neither known agents nor other gates', async () => {
    const never = (): Promise<Response> => new Promise(() => {});
    const answers = Object.fromEntries(
      Array.from({ length: 16 }, (_, i) => [`https://slow${i}.example${DIRECTORY}`, never] as const),
    );
    const { gate } = gateOf(
      { ...answers, [A]: keysOf(ED25519.jwk) },
      { agents: { of: 'any', timeoutMs: 60_000 } },
    );
    expect(wordOf(await gate.verify(agentRequest('"https://a.example"')))).toBe('accepted');
    for (let i = 0; i < 16; i++) void gate.verify(agentRequest(`"https://slow${i}.example"`));
    expect(wordOf(await gate.verify(agentRequest('"https://a.example"')))).toBe('accepted');
    expect(wordOf(await gate.verify(agentRequest('"https://new.example"')))).toBe('keys-unavailable');
    const other = gateOf({ [A]: keysOf(ED25519.jwk) }).gate;
    expect(wordOf(await other.verify(agentRequest('"https://a.example"')))).toBe('accepted');
  });

  it('of addresses without keys is put off for the cooldown, and begun anew after it', async () => {
    const clock = fakeClock(NOW);
    let isUp = false;
    const { gate, asked } = gateOf(
      { [A]: () => (isUp ? keysOf(ED25519.jwk)() : new Response('', { status: 404 })) },
      {},
      { now: clock.now },
    );
    const word = async (): Promise<string> =>
      wordOf(
        await gate.verify(
          agentRequest('"https://a.example"', {
            parameters: `;created=${Math.floor(clock.now() / 1000)};keyid="${thumbprintOf(ED25519.jwk)}"`,
          }),
        ),
      );
    for (let i = 0; i < 5; i++) expect(await word()).toBe('keys-unavailable');
    expect(asked).toHaveLength(1);
    isUp = true;
    clock.advance(29_999);
    expect(await word()).toBe('keys-unavailable');
    clock.advance(1);
    expect(await word()).toBe('accepted');
    expect(asked).toHaveLength(2);
  });

  it('keeps a thousand agents, and those that are asked for longest', async () => {
    const clock = fakeClock(NOW);
    const asked: string[] = [];
    const gate = createGate({
      provider: {
        id: 'http-message-signatures',
        components: ['@method', '@authority', '@path'],
        whenPresent: ['signature-agent'],
        agents: 'any',
      } as never,
      now: clock.now,
      fetch: async (url) => {
        asked.push(String(url));
        return keysOf(ED25519.jwk)();
      },
    });
    const verify = async (i: number): Promise<string> =>
      wordOf(await gate.verify(agentRequest(`"https://a${i}.example"`)));
    for (let i = 0; i < 1001; i++) expect(await verify(i)).toBe('accepted');
    expect(gate.keys.list()).toHaveLength(1000);
    expect(await verify(1000)).toBe('accepted');
    expect(asked).toHaveLength(1001);
    // The first has made room for the last.
    expect(await verify(0)).toBe('accepted');
    expect(asked).toHaveLength(1002);
    expect(gate.keys.list()).toHaveLength(1000);
  });
});

describe('the profile of a UCP platform', () => {
  const PROFILE = 'https://platform.example/.well-known/ucp';
  const ucp = (answer: Answer, options: object = {}, nowMs = (): number => NOW) => {
    const asked: string[] = [];
    const gate = createGate({
      provider: { id: 'http-message-signatures', profile: 'ucp', agents: 'any', ...options } as never,
      now: nowMs,
      fetch: async (url) => {
        asked.push(String(url));
        return answer();
      },
    });
    const word = async (keyid: string): Promise<string> => {
      const request = handSigned({
        pair: P256,
        covers: ['@method', '@authority', '@path', 'ucp-agent'],
        parameters: `;keyid="${keyid}"`,
        headers: { 'ucp-agent': `profile="${PROFILE}"` },
      });
      const verdict = await gate.verify(request);
      return verdict.ok ? 'accepted' : `${verdict.reason}: ${verdict.message}`;
    };
    return { asked, word };
  };
  const sized = (bytes: number): Answer => {
    const text = JSON.stringify({ keys: [{ ...P256.jwk, kid: 'platform-2026' }], x: '' });
    return () => new Response(text.replace('"x":""', `"x":"${'x'.repeat(bytes - text.length)}"`));
  };

  it('may be as long as UCP has it', async () => {
    expect(await ucp(sized(128 * 1024)).word('platform-2026')).toBe('accepted');
    expect(await ucp(sized(128 * 1024 + 1)).word('platform-2026')).toContain(
      'it is larger than 131072 bytes',
    );
    expect(
      await ucp(sized(70_000), { agents: { of: 'any', maxBytes: 65_536 } }).word('platform-2026'),
    ).toContain('larger than 65536');
    expect(await ucp(sized(100_000), { agents: undefined, jwks: PROFILE }).word('platform-2026')).toBe(
      'accepted',
    );
  });

  it('is asked for an unknown key once a minute', async () => {
    const clock = fakeClock(SECONDS * 1000);
    const { asked, word } = ucp(sized(1000), {}, clock.now);
    expect(await word('platform-2026')).toBe('accepted');
    for (const afterMs of [0, 30_000, 29_999]) {
      clock.advance(afterMs);
      expect(await word('other')).toContain('unknown-key');
    }
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect(await word('other')).toContain('unknown-key');
    expect(asked).toHaveLength(2);
  });
});
