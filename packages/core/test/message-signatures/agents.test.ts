/** Keys whose address the request gives: whose they are, what of the address is taken, and what a flood or a hostile publisher costs. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { requestFrom } from '../../src/index.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { NOW, wordOf } from '../tokens/mint.ts';
import { type Answer, agentRequest, COVERS, DIRECTORY, gateOf, keysOf } from './support/agents-gate.ts';
import {
  ED25519,
  HOST,
  handSigned,
  P256,
  pairOf,
  SECONDS,
  signatureFields,
  thumbprintOf,
} from './support/hand-signed.ts';

const OTHER = pairOf(generateKeyPairSync('ed25519'));
const A = `https://a.example${DIRECTORY}`;
const B = `https://b.example${DIRECTORY}`;

describe('an agent', () => {
  it.each([
    ['a string', '"https://a.example"', COVERS],
    ['a member of the label', 'sig1="https://a.example"', COVERS],
    ['with a slash', 'sig1="https://a.example/"', COVERS],
    [
      'its member alone covered',
      'sig1="https://a.example"',
      [...COVERS.slice(0, 3), 'signature-agent;key="sig1"'],
    ],
    ['of the type that is the default', 'sig1="https://a.example";type=directory', COVERS],
  ])('is known by its host: %s', async (_, agent, covers) => {
    const { gate, asked } = gateOf({ [A]: keysOf(ED25519.jwk) });
    const verdict = await gate.verify(agentRequest(agent, { covers }));
    expect(verdict).toMatchObject({ ok: true, keyId: 'a.example' });
    expect(asked).toEqual([A]);
    expect(gate.keys.list()).toMatchObject([{ id: 'a.example', hits: 1 }]);
  });

  it('whose keys are under /.well-known is its host; elsewhere it is the address', async () => {
    const wellKnown = 'https://a.example/.well-known/ucp';
    const file = 'https://a.example/uploads/x.json';
    const { gate } = gateOf({ [wellKnown]: keysOf(ED25519.jwk), [file]: keysOf(ED25519.jwk) });
    const keyId = async (agent: string) => {
      const verdict = await gate.verify(agentRequest(agent));
      return verdict.ok && verdict.keyId;
    };
    expect(await keyId(`sig1="${wellKnown}";type=jwks_uri`)).toBe('a.example');
    expect(await keyId(`sig1="${file}";type=jwks_uri`)).toBe(file);
  });

  it('that is listed by its host does not speak through a file on it', async () => {
    const file = 'https://a.example/uploads/x.json';
    const { gate, asked } = gateOf({ [file]: keysOf(ED25519.jwk) }, { agents: ['a.example'] });
    const verdict = await gate.verify(agentRequest(`sig1="${file}";type=jwks_uri`));
    expect(verdict).toMatchObject({
      reason: 'unknown-key',
      message: `the signature is ${file}’s, who is none of the gate’s agents`,
    });
    expect(asked).toEqual([]);
  });

  it('that is not listed is asked for nothing', async () => {
    const { gate, asked } = gateOf({ [A]: keysOf(ED25519.jwk) }, { agents: ['b.example'] });
    expect(await gate.verify(agentRequest('"https://a.example"'))).toMatchObject({
      reason: 'unknown-key',
      message: 'the signature is a.example’s, who is none of the gate’s agents',
      remedy: 'If its requests should be accepted, add it to the gate’s agents.',
    });
    expect(asked).toEqual([]);
  });

  it('named by another’s signature gets nothing: its keys prove no such request', async () => {
    const { gate } = gateOf({ [A]: keysOf(OTHER.jwk), [B]: keysOf(ED25519.jwk) });
    const forged = agentRequest('"https://a.example"');
    expect(await gate.verify(forged)).toMatchObject({
      reason: 'unknown-key',
      message: 'a.example publishes no key of the id that the signature names, or none that is valid now',
      remedy:
        'Compare the signature’s keyid with the keys that the sender publishes: it must be the key’s thumbprint (RFC 7638), or its kid where the profile takes one.',
    });
    const posing = agentRequest('"https://a.example"', {
      parameters: `;created=${SECONDS};keyid="${thumbprintOf(OTHER.jwk)}"`,
    });
    expect(wordOf(await gate.verify(posing))).toBe('signature-mismatch');
  });

  it('tells apart what two agents sign in the same words', async () => {
    const { gate } = gateOf(
      { [A]: keysOf(ED25519.jwk), [B]: keysOf(OTHER.jwk) },
      { required: 'nonce', whenPresent: '@query' },
    );
    const receive = (agent: string, pair: typeof OTHER) =>
      gate.receive(
        agentRequest(agent, {
          pair,
          parameters: `;created=${SECONDS};keyid="${thumbprintOf(pair.jwk)}";nonce="n"`,
        }),
        () => ({ kind: 'done', value: 'done' }),
      );
    expect(await receive('"https://a.example"', ED25519)).toMatchObject({ kind: 'done' });
    expect(await receive('"https://b.example"', OTHER)).toMatchObject({ kind: 'done' });
    expect(await receive('"https://a.example"', ED25519)).toMatchObject({ verdict: { reason: 'replayed' } });
  });

  describe('whose signature has no created', () => {
    const ucp = {
      profile: 'ucp',
      components: 'none',
      whenPresent: undefined,
      agentHeader: 'signature-agent',
    };
    const { gate } = gateOf({ [A]: keysOf(ED25519.jwk), [B]: keysOf(OTHER.jwk) }, ucp);
    const DAY_SECONDS = 24 * 60 * 60;
    const until = (seconds: number, { jwk }: typeof OTHER = ED25519): string =>
      `;expires=${seconds};keyid="${thumbprintOf(jwk)}"`;

    it.each([
      ['a day', SECONDS + DAY_SECONDS, 'accepted'],
      ['a second more than a day', SECONDS + DAY_SECONDS + 1, 'malformed-timestamp'],
      ['some 8000 years', 253_402_300_799, 'malformed-timestamp'],
    ])('signs for no longer than the gate takes: %s', async (_, expires, word) => {
      expect(
        wordOf(await gate.verify(agentRequest('"https://a.example"', { parameters: until(expires) }))),
      ).toBe(word);
    });

    it('does so beside another’s either, whose claim would be held as long', async () => {
      const headers = { 'signature-agent': 'a="https://a.example", b="https://b.example"' };
      const first = signatureFields({ covers: COVERS, headers, label: 'a', path: '/both' });
      const receive = (expires: number) => {
        const parameters = until(expires, OTHER);
        const second = signatureFields({
          covers: COVERS,
          headers,
          label: 'b',
          pair: OTHER,
          path: '/both',
          parameters,
        });
        const fields = {
          'signature-input': `${first.input}, ${second.input}`,
          signature: `${first.signature}, ${second.signature}`,
        };
        return gate.receive(
          requestFrom({
            method: 'POST',
            url: '/both',
            headers: { host: HOST, ...headers, ...fields },
            body: '',
          }),
          () => ({ kind: 'done', value: 'done' }),
        );
      };
      expect(await receive(253_402_300_799)).toMatchObject({
        kind: 'refused',
        verdict: {
          reason: 'malformed-timestamp',
          message:
            'the signature has no created, and is good for another 2912527 days; at most 24 h are taken',
          remedy: 'Have the sender sign with created, or for a shorter time.',
        },
      });
      expect(await receive(SECONDS + DAY_SECONDS)).toMatchObject({ kind: 'done' });
    });
  });

  it('of each of several signatures is its own', async () => {
    const { gate } = gateOf({ [A]: keysOf(ED25519.jwk), [B]: keysOf(OTHER.jwk) }, { agents: ['b.example'] });
    const headers = { 'signature-agent': 'a="https://a.example", b="https://b.example"' };
    const first = signatureFields({ covers: COVERS, headers, label: 'a' });
    const second = signatureFields({ covers: COVERS, headers, label: 'b', pair: OTHER });
    const request = (labels: readonly (typeof first)[]) =>
      requestFrom({
        method: 'POST',
        url: '/orders',
        headers: {
          host: HOST,
          ...headers,
          'signature-input': labels.map(({ input }) => input).join(', '),
          signature: labels.map(({ signature }) => signature).join(', '),
        },
      });
    expect(await gate.verify(request([first, second]))).toMatchObject({ ok: true, keyId: 'b.example' });
    expect(await gate.verify(request([first]))).toMatchObject({ ok: false, reason: 'unknown-key' });
    const received = await gate.receive(request([first, second]), () => ({ kind: 'done', value: 1 }));
    expect(received).toMatchObject({ kind: 'done' });
  });
});

describe('what says where the keys are', () => {
  it('must be there', async () => {
    const { gate } = gateOf({});
    expect(await gate.verify(handSigned())).toMatchObject({
      reason: 'missing-part',
      message: 'the request has no Signature-Agent, which says whose keys sign it',
      remedy:
        'Have the sender send Signature-Agent and cover it with its signature; or give the gate the sender’s keys.',
    });
    const ucp = gateOf({}, { agentHeader: 'ucp-agent' }).gate;
    expect(await ucp.verify(handSigned())).toMatchObject({
      message: 'the request has no UCP-Agent, which says whose keys sign it',
    });
  });

  it.each([
    ['at all', ['@method', '@authority', '@path']],
    ['but for another label’s', ['@method', '@authority', '@path', 'signature-agent;key="other"']],
  ])('must be signed: not covered %s', async (_, covers) => {
    const { gate, asked } = gateOf({ [A]: keysOf(ED25519.jwk) }, { whenPresent: ['@query'] });
    const headers = { 'signature-agent': 'sig1="https://a.example", other="https://a.example"' };
    expect(await gate.verify(handSigned({ covers, headers }))).toMatchObject({
      reason: 'missing-part',
      message: 'the signature does not cover Signature-Agent',
      remedy:
        'Have the sender cover it, or its member of the signature’s label: what is not signed could be anybody’s.',
    });
    expect(asked).toEqual([]);
  });

  it('must name the key', async () => {
    const { gate } = gateOf({ [A]: keysOf(ED25519.jwk) });
    for (const keyid of ['', `;keyid="${'k'.repeat(257)}"`]) {
      const request = agentRequest('"https://a.example"', { parameters: `;created=${SECONDS}${keyid}` });
      expect(await gate.verify(request)).toMatchObject({
        reason: 'missing-part',
        message:
          'the signature has no parameter keyid of at most 256 characters, which says which key of its agent it is',
        remedy: 'Have the sender sign with keyid.',
      });
    }
  });

  it.each<readonly [string, string]>([
    ['other="https://a.example"', 'it has no member of the signature’s label that is a string'],
    ['sig1=("https://a.example")', 'it has no member of the signature’s label that is a string'],
    [`sig1="https://a.example";x="${'x'.repeat(2048)}"`, 'it is longer than 2048 characters'],
    ['sig1=https', 'it has no member of the signature’s label that is a string'],
    [
      'sig1="https://a.example", sig1="https://b.example"',
      'it has no member of the signature’s label that is a string',
    ],
    ['"https://a.example";type=jwks_uri', 'it is neither a dictionary nor a string'],
    ['"https://a.example', 'it is neither a dictionary nor a string'],
    ['sig1="https://a.example";type=mtls', 'the type mtls is none of directory, jwks_uri and cimd'],
    ['sig1="http://a.example/client";type=cimd', 'it is not a short https address'],
    ['sig1="https://10.0.0.7/client";type=cimd', 'its host is not a name on the public internet'],
    ['sig1="http://a.example"', 'it is not a short https address'],
    ['sig1="data:application/json,{}";type=jwks_uri', 'it is not a short https address'],
    ['sig1="javascript:1"', 'it is not a short https address'],
    ['sig1="a.example"', 'it is not a short https address'],
    [`sig1="https://${'a'.repeat(250)}.example"`, 'it is not a short https address'],
    ['sig1="https://u:p@a.example"', 'its address has credentials, a query or a fragment'],
    ['sig1="https://a.example?x"', 'its address has credentials, a query or a fragment'],
    ['sig1="https://a.example/k?x=1";type=jwks_uri', 'its address has credentials, a query or a fragment'],
    ['sig1="https://a.example#x"', 'its address has credentials, a query or a fragment'],
    ['sig1="https://a.example/keys"', 'a directory’s address is a scheme and a host and no more'],
    ...[
      '127.0.0.1',
      '10.0.0.7:8443',
      '169.254.169.254',
      '2130706433',
      '0x7f.1',
      '[::1]',
      '[fd00::1]',
      'localhost',
      'a.localhost',
      'gateway',
      'db.internal',
      'printer.local',
      'a.example.',
      'router.home.arpa',
    ].map((host) => [`sig1="https://${host}"`, 'its host is not a name on the public internet'] as const),
  ])('%s is refused, and nobody is asked', async (agent, words) => {
    const { gate, asked } = gateOf({});
    expect(await gate.verify(agentRequest(agent))).toMatchObject({
      ok: false,
      reason: 'malformed-signature',
      message: `Signature-Agent does not say whose keys sign the request: ${words}`,
      remedy:
        'Have the sender write Signature-Agent as its specification does, e.g. sig1="https://agent.example".',
    });
    expect(asked).toEqual([]);
  });
});

describe('a publisher', () => {
  const verdict = async (answer: Answer) => {
    const { gate } = gateOf({ [A]: answer });
    return gate.verify(agentRequest('"https://a.example"'));
  };

  it.each<[string, Answer, string]>([
    ['redirects', () => Response.redirect('https://b.example/', 302), 'it redirects, which is not followed'],
    ['answers 500', () => new Response('', { status: 500 }), 'it answered 500'],
    ['answers too much', () => new Response(' '.repeat(70_000)), 'it is larger than 65536 bytes'],
    [
      'answers more than keys are',
      () => new Response(`{"keys":[${'[],'.repeat(5000)}{}]}`),
      'it has more than 10000 values',
    ],
    ['answers no JSON', () => new Response('<html>'), 'it is not a JSON object'],
    ['answers two members of a name', () => new Response('{"keys":[],"keys":[]}'), 'it is not a JSON object'],
    ['answers no list', () => new Response('{"keys":{}}'), 'it has no list of keys'],
    [
      'answers 33 keys',
      keysOf(...Array.from({ length: 33 }, () => ED25519.jwk)),
      'it has 33 keys; at most 32 are taken',
    ],
  ])('that %s', async (_, answer, words) => {
    expect(await verdict(answer)).toMatchObject({
      ok: false,
      reason: 'keys-unavailable',
      message: `the keys of a.example cannot be had: ${words}`,
    });
  });

  it('that answers slowly is not waited for', async () => {
    const { gate } = gateOf(
      {},
      { agents: { of: 'any', timeoutMs: 20 } },
      {
        fetch: (_url, init) =>
          new Promise((_, reject) => {
            init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
          }),
      },
    );
    expect(await gate.verify(agentRequest('"https://a.example"'))).toMatchObject({
      reason: 'keys-unavailable',
      message: 'the keys of a.example cannot be had: it did not answer within 20 ms',
      remedy:
        'It is its publisher who must put this right; they are asked for again after the cooldown, and the sender may retry.',
    });
  });

  it('is asked without credentials, for what it should be, and without being led elsewhere', async () => {
    const requests: Request[] = [];
    const { gate } = gateOf(
      {},
      {},
      {
        fetch: async (url, init) => {
          requests.push(new Request(url as string, init as RequestInit));
          return keysOf(ED25519.jwk)();
        },
      },
    );
    expect(wordOf(await gate.verify(agentRequest('"https://a.example"')))).toBe('accepted');
    const [request] = requests;
    expect(request).toMatchObject({ redirect: 'manual', credentials: 'omit' });
    expect(request?.headers.get('accept')).toMatch(/^application\/http-message-signatures-directory\+json, /);
  });

  it('that rotates its keys is asked again for the new one, once in a cooldown, and believed when it takes one back', async () => {
    const clock = fakeClock(NOW);
    let keys: readonly object[] = [ED25519.jwk];
    const { gate, asked } = gateOf({ [A]: () => keysOf(...keys)() }, {}, { now: clock.now });
    const word = async (pair: typeof OTHER) => {
      const seconds = Math.floor(clock.now() / 1000);
      const parameters = `;created=${seconds};keyid="${thumbprintOf(pair.jwk)}"`;
      return wordOf(await gate.verify(agentRequest('"https://a.example"', { pair, parameters })));
    };
    expect(await word(ED25519)).toBe('accepted');
    keys = [ED25519.jwk, OTHER.jwk];
    expect(await word(OTHER)).toBe('unknown-key');
    expect(asked).toHaveLength(1);
    clock.advance(30_000);
    expect(await word(OTHER)).toBe('accepted');
    expect(asked).toHaveLength(2);
    keys = [OTHER.jwk];
    expect(await word(ED25519)).toBe('accepted');
    clock.advance(1_200_000);
    expect(await word(ED25519)).toBe('unknown-key');
    expect(await word(OTHER)).toBe('accepted');
  });

  it('that is down keeps the keys that it had, for a time', async () => {
    const clock = fakeClock(NOW);
    let isDown = false;
    const { gate, reports } = gateOf(
      { [A]: () => (isDown ? new Response('', { status: 503 }) : keysOf(ED25519.jwk)()) },
      {},
      { now: clock.now },
    );
    const word = async () => {
      const seconds = Math.floor(clock.now() / 1000);
      const parameters = `;created=${seconds};keyid="${thumbprintOf(ED25519.jwk)}"`;
      return wordOf(await gate.verify(agentRequest('"https://a.example"', { parameters })));
    };
    expect(await word()).toBe('accepted');
    isDown = true;
    clock.advance(3_600_000);
    // Asked again, as the keys are old; from the failure on they are kept.
    expect(await word()).toBe('accepted');
    expect(reports).toEqual([`The keys at ${A} could not be read: it answered 503.`]);
    clock.advance(3_600_000);
    expect(await word()).toBe('accepted');
    clock.advance(24 * 3_600_000);
    expect(await word()).toBe('keys-unavailable');
  });

  it('whose keys are not valid yet, or no more, proves nothing with them', async () => {
    const gateAt = (key: object) =>
      gateOf({ [A]: keysOf(key) }).gate.verify(agentRequest('"https://a.example"'));
    expect(wordOf(await gateAt({ ...ED25519.jwk, nbf: SECONDS, exp: SECONDS + 1 }))).toBe('accepted');
    expect(wordOf(await gateAt({ ...ED25519.jwk, nbf: SECONDS + 1 }))).toBe('unknown-key');
    expect(wordOf(await gateAt({ ...ED25519.jwk, exp: SECONDS }))).toBe('unknown-key');
    expect(wordOf(await gateAt({ ...ED25519.jwk, exp: 'soon' }))).toBe('unknown-key');
    expect(wordOf(await gateAt({ ...ED25519.jwk, nbf: NOW }))).toBe('unknown-key');
  });

  it('whose document has many keys that are none is told of by the first three', async () => {
    const others = Array.from({ length: 31 }, () => ({ kty: 'oct', k: 'AAAA' }));
    const { gate, reports } = gateOf({ [A]: keysOf(...others, ED25519.jwk) });
    expect(wordOf(await gate.verify(agentRequest('"https://a.example"')))).toBe('accepted');
    const fault = 'its kty and crv are none of Ed25519, P-256, P-384 and RSA';
    expect(reports).toEqual([
      `${A}: key 1 is left out: ${fault}.`,
      `${A}: key 2 is left out: ${fault}.`,
      `${A}: key 3 is left out: ${fault}.`,
      `${A}: 28 more are left out.`,
    ]);
  });

  it('may be asked for by so many requests at once: one fetch answers all', async () => {
    const { gate, asked } = gateOf({ [A]: keysOf(ED25519.jwk) });
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, () => gate.verify(agentRequest('"https://a.example"'))),
    );
    expect(new Set(verdicts.map(wordOf))).toEqual(new Set(['accepted']));
    expect(asked).toEqual([A]);
  });
});

describe('a flood of agents', () => {
  it('has few without keys asked, and leaves the known ones alone', async () => {
    const { gate, asked } = gateOf({ [A]: keysOf(ED25519.jwk) });
    expect(wordOf(await gate.verify(agentRequest('"https://a.example"')))).toBe('accepted');
    const words = new Map<string, number>();
    for (let i = 0; i < 200; i++) {
      const verdict = await gate.verify(agentRequest(`"https://x${i}.example"`));
      const message = verdict.ok ? '' : verdict.message.replace(/x\d+/, 'x');
      words.set(message, (words.get(message) ?? 0) + 1);
    }
    expect([...words.keys()]).toEqual([
      'the keys of x.example cannot be had: it cannot be reached (no such host)',
      'too many addresses that have no keys are being asked',
    ]);
    expect(asked.length).toBe(65);
    expect(await gate.verify(agentRequest('"https://y.example"'))).toMatchObject({
      remedy:
        'Look for a flood of requests that name unknown agents, or list the agents that the gate takes; the sender should retry.',
    });
    expect(wordOf(await gate.verify(agentRequest('"https://a.example"')))).toBe('accepted');
  });

  it('of addresses that one listed agent does not have keeps out neither another nor its usual one', async () => {
    const { gate } = gateOf(
      { [A]: keysOf(ED25519.jwk), 'https://b.example/.well-known/ucp': keysOf(ED25519.jwk) },
      { agents: ['a.example', 'b.example'] },
    );
    const wordFor = async (agent: string): Promise<string> => wordOf(await gate.verify(agentRequest(agent)));
    const namedAt = (host: string, i: number): string =>
      `sig1="https://${host}.example/.well-known/x${i}";type=jwks_uri`;
    for (let i = 0; i < 200; i++)
      for (const host of ['a', 'b']) expect(await wordFor(namedAt(host, i))).toBe('keys-unavailable');
    expect(await wordFor('"https://a.example"')).toBe('accepted');
    expect(await wordFor('sig1="https://b.example/.well-known/ucp";type=jwks_uri')).toBe('accepted');
  });

  it('on its way at once is cut off, and is over when it is answered', async () => {
    const waiting: (() => void)[] = [];
    const { gate } = gateOf(
      {},
      {},
      {
        fetch: () =>
          new Promise((resolve) => {
            waiting.push(() => resolve(new Response('{"keys":[]}')));
          }),
      },
    );
    const asked = Array.from({ length: 20 }, (_, i) => gate.verify(agentRequest(`"https://x${i}.example"`)));
    for (const settle of waiting) settle();
    const reasons = (await Promise.all(asked)).map(wordOf);
    expect(reasons.filter((reason) => reason === 'keys-unavailable')).toHaveLength(4);
    expect(reasons.filter((reason) => reason === 'unknown-key')).toHaveLength(16);
    expect(gate.keys.list()).toEqual([]);
  });
});

describe('the key’s own word', () => {
  it('of its algorithm decides, and the signature’s must not differ', async () => {
    const { gate } = gateOf({ [A]: keysOf(ED25519.jwk, P256.jwk) });
    const withAlg = async (alg: string, pair = ED25519) =>
      gate.verify(
        agentRequest('"https://a.example"', {
          pair,
          parameters: `;created=${SECONDS};keyid="${thumbprintOf(pair.jwk)}";alg="${alg}"`,
        }),
      );
    expect(wordOf(await withAlg('ed25519'))).toBe('accepted');
    expect(wordOf(await withAlg('Ed25519'))).toBe('accepted');
    expect(wordOf(await withAlg('ecdsa-p256-sha256', P256))).toBe('accepted');
    expect(await withAlg('hmac-sha256')).toMatchObject({
      reason: 'algorithm-not-allowed',
      step: 'compare',
      message: 'the signature’s alg is "hmac-sha256", and its key is for ed25519',
      remedy: 'Have the sender leave alg out, or write what its key is for.',
    });
    expect(wordOf(await withAlg('ed25519', P256))).toBe('algorithm-not-allowed');
  });

  it('is not taken where its tag demands the thumbprint', async () => {
    const { gate } = gateOf({ [A]: keysOf({ ...ED25519.jwk, kid: 'k' }) });
    const tagged = (tag: string) =>
      gate.verify(
        agentRequest('"https://a.example"', { parameters: `;created=${SECONDS};keyid="k";tag="${tag}"` }),
      );
    expect(wordOf(await tagged('app'))).toBe('accepted');
    expect(await tagged('web-bot-auth')).toMatchObject({
      reason: 'unknown-key',
      message:
        'the signature is tagged web-bot-auth, and its keyid is not the thumbprint of the key that proves it',
      remedy: 'Have the sender write the key’s RFC 7638 thumbprint as keyid.',
    });
  });
});
