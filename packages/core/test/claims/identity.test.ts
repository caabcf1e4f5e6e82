/** A request's identity is its signed content: nothing that a sender can leave out, choose or re-spell changes it. */
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs, someOf } from '../../../../scripts/effort.ts';
import {
  type Claim,
  createGate,
  type Done,
  done,
  type Gate,
  type GateOptions,
  HeaderList,
  MemoryReplayGuard,
  type Received,
  requestFrom,
  type SignedRequest,
} from '../../src/index.ts';
import { timedSchemes } from '../support/timed-schemes.ts';

const NOW = 1_760_000_000_000;
const S = String(NOW / 1000);
const A = 'key a, thirty-two characters long';
const B = 'key b, thirty-two characters long';

const hex = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('hex');
const base64 = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64');
const wordOf = (received: Received<unknown>): string =>
  received.kind === 'refused' ? received.verdict.reason : received.kind;
const post = (headers: Record<string, string>, body: string, url = '/'): SignedRequest =>
  requestFrom({ method: 'POST', url, headers, body });

function gateOf(options: Partial<GateOptions>, nowMs = (): number => NOW): Gate {
  return createGate({ now: nowMs, ...options });
}

/** The claim of a request at a gate that remembers nothing; undefined where it is refused. */
async function claimOf(options: Partial<GateOptions>, request: SignedRequest): Promise<Claim | undefined> {
  let found: Claim | undefined;
  await gateOf({ ...options, replay: new MemoryReplayGuard() }).receive(request, (_, claim) => {
    found = claim;
    return done();
  });
  return found;
}

/** Each order of two variants, and of each with itself: the first runs, the second is a repeat. */
async function expectOneRequest(
  options: Partial<GateOptions>,
  variants: readonly SignedRequest[],
): Promise<void> {
  for (const [i, first] of variants.entries()) {
    for (const [j, second] of variants.entries()) {
      const gate = gateOf({ ...options, replay: new MemoryReplayGuard() });
      expect(wordOf(await gate.receive(first, () => done(1))), `variant ${i}`).toBe('done');
      expect(wordOf(await gate.receive(second, () => done(2))), `variant ${j} after ${i}`).toBe('replayed');
    }
  }
}

const list = (labels: readonly string[]) => ({ header: 'x-sig', encoding: 'hex', list: { labels } }) as const;

describe('of several genuine signatures, each subset', () => {
  it('of a declared list is the same request', async () => {
    const options: GateOptions = {
      scheme: {
        algorithm: 'hmac-sha256',
        signature: list(['v1']),
        message: '{timestamp}.{body}',
        timestamp: 'x-timestamp',
      },
      keys: [A, B],
    };
    const [a, b] = [A, B].map((key) => `v1=${hex(key, `${S}.b`)}`);
    const variants = [`${a},${b}`, `${b},${a}`, `${a}`, `${b}`, `${b},v2=x,${a},${a}`].map((signature) =>
      post({ 'x-timestamp': S, 'x-sig': signature }, 'b'),
    );
    await expectOneRequest(options, variants);
  });

  it.each(['{"type":"x"}', 'no JSON', '{"id":"evt_1"}', '{"id":7}', '{"id":"a","id":"b"}', ''])(
    'of Stripe for the body %j is the same request',
    async (body) => {
      const [a, b] = [A, B].map((key) => `v1=${hex(key, `${S}.${body}`)}`);
      const signatures = [`t=${S},${a},${b}`, `t=${S},${a}`, `${b},t=${S}`, `t=${S},v0=abc,${b},${a}`];
      await expectOneRequest(
        { provider: 'stripe', keys: [A, B] },
        signatures.map((one) => post({ 'stripe-signature': one }, body)),
      );
    },
  );

  it('of Standard Webhooks, v1 beside v1a, is the same request', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
    const message = `msg_1.${S}.{}`;
    const v1 = `v1,${base64(A, message)}`;
    const v1a = `v1a,${sign(null, Buffer.from(message), privateKey).toString('base64')}`;
    const keys = [`whsec_${Buffer.from(A).toString('base64')}`, `whpk_${raw}`];
    const variants = [`${v1} ${v1a}`, `${v1a} ${v1}`, v1, v1a].map((signature) =>
      post({ 'webhook-id': 'msg_1', 'webhook-timestamp': S, 'webhook-signature': signature }, '{}'),
    );
    await expectOneRequest({ provider: 'standard-webhooks', keys }, variants);
  });

  it('is the same request for gates that hold one of the keys each', async () => {
    const replay = new MemoryReplayGuard();
    const gates = [A, B].map((key) => gateOf({ provider: 'stripe', keys: [key], id: 'one', replay }));
    const both = `t=${S},v1=${hex(A, `${S}.b`)},v1=${hex(B, `${S}.b`)}`;
    const words = [];
    for (const gate of gates)
      words.push(wordOf(await gate.receive(post({ 'stripe-signature': both }, 'b'), () => done(1))));
    expect(words).toEqual(['done', 'replayed']);
  });
});

describe('of several message signatures', () => {
  const KEYS = [
    { id: 'a', secret: A },
    { id: 'b', secret: B },
  ];
  interface Signature {
    readonly label: string;
    readonly key: string;
    readonly components?: readonly string[];
    /** After `;created=`. */
    readonly parameters?: string;
    readonly created?: number;
    readonly keyid?: boolean;
  }
  const VALUES: Readonly<Record<string, string>> = {
    '@method': 'POST',
    '@target-uri': 'https://shop.example/o',
    'x-id': '7',
  };

  /** RFC 9421 by hand. */
  function carrying(signatures: readonly Signature[]): SignedRequest {
    const inputs: string[] = [];
    const values: string[] = [];
    for (const one of signatures) {
      const { label, key, components = ['@method', '@target-uri'], created = NOW / 1000 } = one;
      const names = components.map((name) => `"${name}"`).join(' ');
      const keyid = one.keyid === false ? '' : `;keyid="${key}"`;
      const input = `(${names});created=${created}${one.parameters ?? ''}${keyid}`;
      const lines = components.map((name) => `"${name}": ${VALUES[name]}\n`).join('');
      const secret = key === 'a' ? A : B;
      inputs.push(`${label}=${input}`);
      values.push(`${label}=:${base64(secret, `${lines}"@signature-params": ${input}`)}:`);
    }
    const headers = {
      host: 'shop.example',
      'x-id': '7',
      'signature-input': inputs.join(', '),
      signature: values.join(', '),
    };
    return requestFrom({ method: 'POST', url: '/o', headers });
  }

  const optionsOf = (more: object = {}): GateOptions => ({
    provider: { id: 'http-message-signatures', components: ['@method', '@target-uri'], ...more },
    keys: KEYS,
  });

  it.each([
    ['by two keys', { label: 'x', key: 'a' }, { label: 'y', key: 'b' }],
    ['without key ids', { label: 'x', key: 'a', keyid: false }, { label: 'y', key: 'b', keyid: false }],
    [
      'of another order',
      { label: 'x', key: 'a' },
      { label: 'y', key: 'b', components: ['@target-uri', '@method'] },
    ],
    [
      'that name the algorithm or do not',
      { label: 'x', key: 'a', parameters: ';alg="hmac-sha256"' },
      { label: 'y', key: 'b' },
    ],
  ])('over one content, %s, each subset is the same request', async (_, one, two) => {
    await expectOneRequest(optionsOf(), [
      carrying([one, two]),
      carrying([two, one]),
      carrying([one]),
      carrying([two]),
      carrying([{ ...two, label: 'x' }]),
    ]);
  });

  /** About the ends of the signatures below, and between. */
  const EDGES = [0, 1000, 200_000, 297_000, 300_000, 390_000]
    .flatMap((at) => [at - 1, at, at + 1, at + 999, at + 1000, at + 1001, at + 29_000])
    .filter((at) => at >= 0)
    .sort((a, b) => a - b);

  const DIFFERENT: readonly (readonly [string, object, Signature, Signature])[] = [
    ['times', {}, { label: 'x', key: 'a' }, { label: 'y', key: 'b', created: NOW / 1000 - 3 }],
    [
      'times, one of them yet to come',
      {},
      { label: 'x', key: 'a' },
      { label: 'y', key: 'b', created: NOW / 1000 + 90 },
    ],
    [
      'components',
      {},
      { label: 'x', key: 'a' },
      { label: 'y', key: 'b', components: ['@method', '@target-uri', 'x-id'] },
    ],
    [
      'ends',
      {},
      { label: 'x', key: 'a', parameters: `;expires=${NOW / 1000 + 1}` },
      { label: 'y', key: 'b', parameters: `;expires=${NOW / 1000 + 200}` },
    ],
    [
      'nonces',
      { required: ['created', 'nonce'] },
      { label: 'x', key: 'a', parameters: ';nonce="n1"' },
      { label: 'y', key: 'b', parameters: ';nonce="n2"' },
    ],
    [
      'labels, one of them wanted',
      { label: 'x' },
      { label: 'x', key: 'a' },
      { label: 'y', key: 'b', created: NOW / 1000 - 3 },
    ],
  ];

  it.each(DIFFERENT)(
    'with different %s, none can come alone after both, at any time',
    async (_, more, one, two) => {
      for (const [first, second] of [
        [one, two],
        [two, one],
      ] as const) {
        let nowMs = NOW;
        const gate = gateOf(optionsOf(more), () => nowMs);
        if (wordOf(await gate.receive(carrying([first, second]), () => done(1))) !== 'done') continue;
        for (const at of someOf(EDGES, 3)) {
          nowMs = NOW + at;
          for (const label of ['x', 'z']) {
            for (const alone of [one, two]) {
              expect(
                wordOf(await gate.receive(carrying([{ ...alone, label }]), () => done(2))),
                `${at}`,
              ).not.toBe('done');
            }
          }
          expect(wordOf(await gate.receive(carrying([first, second]), () => done(2)))).not.toBe('done');
        }
      }
    },
  );

  it.each(DIFFERENT)(
    'with different %s, both are a repeat of each, and what was begun is given back',
    async (...row) => {
      const [, more, one, two] = row;
      for (const alone of [one, two]) {
        const gate = gateOf(optionsOf(more));
        const first = carrying([{ ...alone, label: 'x' }]);
        if (wordOf(await gate.receive(first, () => done(1))) !== 'done') continue;
        expect(wordOf(await gate.receive(carrying([one, two]), () => done(2)))).toBe('replayed');
        expect(wordOf(await gate.receive(carrying([two, one]), () => done(2)))).not.toBe('done');
      }
      // A nonce is for one request, whatever came of it.
      if ('required' in more) return;
      const failing = gateOf(optionsOf(more));
      await expect(
        (async () =>
          failing.receive(carrying([one, two]), () => {
            throw new Error('down');
          }))(),
      ).rejects.toThrow('down');
      expect(wordOf(await failing.receive(carrying([one, two]), () => done(1)))).toBe('done');
    },
  );

  it('a forged one beside the genuine one claims nothing', async () => {
    const gate = gateOf(optionsOf());
    const forged = carrying([
      { label: 'x', key: 'a' },
      { label: 'y', key: 'b', created: NOW / 1000 - 5 },
    ]);
    const broken = {
      ...forged,
      headers: forged.headers.with('signature', breakSecond(forged.headers.get('signature'))),
    };
    expect(wordOf(await gate.receive(broken, () => done(1)))).toBe('done');
    const honest = carrying([{ label: 'y', key: 'b', created: NOW / 1000 - 5 }]);
    expect(wordOf(await gate.receive(honest, () => done(1)))).toBe('done');
  });

  const breakSecond = (value = ''): string =>
    value.replace(/y=:./, (text) => text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A'));

  it('two requests of one content and different times, each signed once, are two', async () => {
    const gate = gateOf(optionsOf());
    for (const created of [NOW / 1000 - 1, NOW / 1000]) {
      expect(wordOf(await gate.receive(carrying([{ label: 'x', key: 'a', created }]), () => done(1)))).toBe(
        'done',
      );
    }
  });
});

describe('another spelling of what is signed', () => {
  it('of a Flowent body is the same request', async () => {
    const text = `{"action_name":"send","parameters":{"b":"é","a":1},"timestamp":${S}}`;
    const compactAscii = text.replace('é', '\\u00e9');
    const signature = hex(A, compactAscii);
    const bodies = [
      `${compactAscii.slice(0, -1)},"signature":"${signature}"}`,
      `${text.slice(0, -1)},"signature":"${signature}"}`,
      `{"signature":"${signature}",${text.slice(1)}`,
      ` {"action_name" : "send", "parameters":{"b":"é" ,"a":1},\n"timestamp":${S},"signature":"${signature}"}\n`,
    ];
    await expectOneRequest(
      { provider: 'flowent', keys: [A] },
      bodies.map((body) => post({ 'content-type': 'application/json' }, body)),
    );
  });

  it('of a Flow Production Tracking form is the same request', async () => {
    const time = '2025-10-09T08:53:20Z';
    const lines = [`a=1 2\r\n`, `timestamp=${time}\r\n`, 'z=é\r\n'].join('');
    const signature = createHmac('sha1', A).update(lines).digest('hex');
    const bodies = [
      `a=1+2&timestamp=${time}&z=%C3%A9&signature=${signature}`,
      `z=%c3%a9&signature=${signature}&a=%31%202&timestamp=${encodeURIComponent(time)}`,
      `a=1+2&blank=&timestamp=${time}&z=%C3%A9&signature=${signature}&other=`,
    ];
    await expectOneRequest(
      { provider: 'flow-production-tracking', keys: [A] },
      bodies.map((body) => post({ 'content-type': 'application/x-www-form-urlencoded' }, body)),
    );
  });

  it('of an ECDSA signature is the same request', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const first = sign('sha256', Buffer.from(`${S}.b`), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const s = order - BigInt(`0x${first.subarray(32).toString('hex')}`);
    const second = Buffer.concat([
      first.subarray(0, 32),
      Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
    ]);
    const third = sign('sha256', Buffer.from(`${S}.b`), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const options: GateOptions = {
      scheme: {
        algorithm: 'ecdsa-p256-sha256',
        signature: { header: 'x-sig', encoding: 'base64' },
        message: '{timestamp}.{body}',
        timestamp: 'x-timestamp',
      },
      keys: [publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    };
    const variants = [first, second, third].map((one) =>
      post({ 'x-timestamp': S, 'x-sig': one.toString('base64') }, 'b'),
    );
    await expectOneRequest(options, variants);
  });

  it('of a token that is taken once is the same request', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = createPublicKey(
      createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    )
      .export({ type: 'spki', format: 'pem' })
      .toString();
    for (const claims of [{ exp: NOW / 1000 + 60 }, { exp: NOW / 1000 + 60, jti: 'j' }]) {
      const input = [{ alg: 'ES256' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const tokens = [1, 2].map(() => {
        const bytes = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
        return `${input}.${bytes.toString('base64url')}`;
      });
      const variants = [`Bearer ${tokens[0]}`, `bearer ${tokens[1]}`, `BEARER ${tokens[0]}`].map(
        (authorization) => post({ authorization }, 'b'),
      );
      await expectOneRequest(
        { provider: { id: 'jwt-bearer', algorithm: 'ES256', consume: 1 }, keys: [pem] },
        [
          ...variants,
          post({ Authorization: `Bearer ${tokens[1]}`, 'x-other': '1' }, 'another', '/other?q=1'),
        ],
      );
    }
  });
});

describe('an id that is delivered again', () => {
  const DELIVERIES = {
    stripe: (atMs: number) => {
      const t = Math.floor(atMs / 1000);
      return post({ 'stripe-signature': `t=${t},v1=${hex(A, `${t}.{"id":"evt_1"}`)}` }, '{"id":"evt_1"}');
    },
    slack: (atMs: number) => {
      const t = Math.floor(atMs / 1000);
      const body = '{"event_id":"Ev1"}';
      const headers = {
        'x-slack-request-timestamp': String(t),
        'x-slack-signature': `v0=${hex(A, `v0:${t}:${body}`)}`,
      };
      return post(headers, body);
    },
    'standard-webhooks': (atMs: number) => {
      const t = String(Math.floor(atMs / 1000));
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': t,
        'webhook-signature': `v1,${base64(A, `msg_1.${t}.{}`)}`,
      };
      return post(headers, '{}');
    },
  };

  it.each(['stripe', 'slack', 'standard-webhooks'] as const)(
    'is held until the last of its deliveries is stale: %s',
    async (id) => {
      const key = id === 'standard-webhooks' ? `whsec_${Buffer.from(A).toString('base64')}` : A;
      for (const inFlight of [false, true]) {
        let nowMs = NOW;
        const gate = gateOf({ provider: id, keys: [key] }, () => nowMs);
        const outcome = Promise.withResolvers<Done<number>>();
        const started = Promise.withResolvers<void>();
        const first = gate.receive(DELIVERIES[id](NOW), () => {
          started.resolve();
          return inFlight ? outcome.promise : done(1);
        });
        await (inFlight ? started.promise : first);
        nowMs = NOW + (inFlight ? 50_000 : 240_000);
        const again = DELIVERIES[id](nowMs);
        expect(wordOf(await gate.receive(again, () => done(2)))).toBe('replayed');
        outcome.resolve(done(1));
        await first;
        const lastMs = nowMs + 300_000;
        for (nowMs = NOW + 299_000; nowMs <= lastMs; nowMs += 1000) {
          expect(wordOf(await gate.receive(again, () => done(2))), `${nowMs - NOW}`).toBe('replayed');
        }
        nowMs = lastMs + 1;
        expect(wordOf(await gate.receive(again, () => done(2)))).toBe('expired');
      }
    },
  );
});

/** What a sender, or somebody on the way, may change in a request. */
const change: fc.Arbitrary<(request: SignedRequest) => SignedRequest> = fc.oneof(
  fc.constantFrom('GET', 'PUT', 'post').map((method) => (request: SignedRequest) => ({ ...request, method })),
  fc
    .constantFrom('/', '/orders?page=2', 'https://other.example/orders?page=1', '/orders?page=1&b=2')
    .map((url) => (request: SignedRequest) => ({ ...request, url })),
  fc
    .tuple(
      fc.constantFrom(
        'host',
        'x-nonce',
        'x-key-id',
        'x-other',
        'content-type',
        'webhook-id',
        'x-timestamp',
        'x-github-delivery',
      ),
      fc.constantFrom('', '1', 'other.example', 'text/plain', `${NOW / 1000}`, `${NOW / 1000 - 200}`),
    )
    .map(([name, value]) => (request: SignedRequest) => ({
      ...request,
      headers: request.headers.with(name, value),
    })),
  fc.nat().map((at) => (request: SignedRequest) => {
    const names = [...new Set([...request.headers].map(([name]) => name))];
    const name = names[at % Math.max(1, names.length)];
    return {
      ...request,
      headers: new HeaderList([...request.headers].filter(([one]) => one !== name).flat()),
    };
  }),
  fc.constant((request: SignedRequest) => ({
    ...request,
    headers: new HeaderList(
      [...request.headers].toReversed().flatMap(([name, value]) => [name.toUpperCase(), value]),
    ),
  })),
  // A character of a header or of the body cut, doubled, put in, or in the other case.
  fc
    .tuple(fc.nat(), fc.nat(), fc.constantFrom('cut', 'double', 'space', 'case', 'comma'))
    .map(([which, at, how]) => (request: SignedRequest) => {
      const entries = [...request.headers];
      const edit = (text: string): string => {
        const i = at % (text.length + 1);
        const c = text[i] ?? '';
        const other = c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase();
        const put = { cut: '', double: c + c, space: ` ${c}`, case: other, comma: `,${c}` }[how] ?? '';
        return text.slice(0, i) + put + text.slice(i + 1);
      };
      const place = which % (entries.length + 1);
      if (place === entries.length) {
        return { ...request, body: new TextEncoder().encode(edit(new TextDecoder().decode(request.body))) };
      }
      const changed = entries.map(([name, value], i) => (i === place ? [name, edit(value)] : [name, value]));
      return { ...request, headers: new HeaderList(changed.flat()) };
    }),
);

describe.each(timedSchemes)('$name', ({ options, sign: signAt }) => {
  it('claims the same, for as long, whatever is changed and still accepted', async () => {
    const request = await signAt(NOW);
    const claim = await claimOf(options, request);
    expect(claim?.identity).toHaveLength(16);
    const gate = gateOf(options);
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = changes.reduce((result, one) => one(result), request);
        if (!(await gate.verify(changed)).ok) return;
        expect(await claimOf(options, changed)).toEqual(claim);
      }),
      { seed: 6, numRuns: runs(300) },
    );
  });
});
