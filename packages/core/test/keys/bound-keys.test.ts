/** Keys that are bound to actions: no key of another action ever proves a request, whatever the scheme, the spelling or the ring. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { coverageReport } from '../../src/coverage-report.ts';
import { explain } from '../../src/explain/index.ts';
import {
  createGate,
  type Draft,
  done,
  type Gate,
  type GateOptions,
  type KeySpec,
  MemoryReplayGuard,
  type SignedRequest,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';
import { actionOfPath } from '../support/action-of-path.ts';
import { DRAFT, NOW, pkcs8Of, spkiOf } from './key-fixtures.ts';

const SHOW = 'Vd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wXr2LmYb7HVd3p';
const DELETE = 'q8Rt-4Lk2_XwZs7Nb0Pm5Vc1Jh9Gd3FyQ8Rt-4Lk2_XwZs7Nb0Pm5Vc1Jh9Gd3Fy';
const NEXT = 'm5Vc1Jh9Gd3FyQ8Rt-4Lk2_XwZs7Nb0PVd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wX';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const ami = (action: string, body = 'user_id=1&selected_ids=7') => ({
  method: 'POST',
  url: `https://hooks.example/ami/${action}`,
  headers: FORM,
  body,
});
const bound = (action: string, secret: string, rest: Partial<KeySpec> = {}): KeySpec => ({
  secret,
  id: action,
  for: { action },
  ...rest,
});
const KEYS = [bound('show_it', SHOW), bound('delete_it', DELETE)];

function gateOf(options: Partial<GateOptions> = {}): Gate {
  return createGate({
    provider: 'flow-production-tracking',
    keys: KEYS,
    action: actionOfPath,
    now: () => NOW,
    ...options,
  });
}

const to = (request: SignedRequest, action: string): SignedRequest => ({
  ...request,
  url: `https://hooks.example/ami/${action}`,
});

describe('a key that is bound to an action', () => {
  it('proves requests for its action, and the verdict names both', async () => {
    const signed = await gateOf().sign(ami('show_it'));
    expect(await gateOf().verify(signed)).toMatchObject({ ok: true, keyId: 'show_it', action: 'show_it' });
  });

  it.each(['delete_it', 'delete%5Fit', '%64elete_it'])(
    'proves no request for another, as %s: the refusal names its own',
    async (other) => {
      const signed = await gateOf().sign(ami('show_it'));
      expect(await gateOf().verify(to(signed, other))).toMatchObject({
        ok: false,
        reason: 'signature-mismatch',
        step: 'compare',
        message:
          'key "show_it" proves the request, but is bound to the action "show_it", and the request asks for "delete_it"',
      });
    },
  );

  it.each(['DELETE_IT', 'delete_it/', 'delete_it%00', 'delete_it%20', 'show_it;delete_it', '', '%zz'])(
    'proves nothing under a name that is nobody’s: %j',
    async (other) => {
      const signed = await gateOf().sign(ami('show_it'));
      expect(await gateOf().verify(to(signed, other))).toMatchObject({
        ok: false,
        reason: 'unknown-key',
        step: 'extract',
      });
    },
  );

  it('signs requests for its action', async () => {
    for (const { id } of KEYS) {
      const signed = await gateOf().sign(ami(id as string));
      expect(await gateOf().verify(signed)).toMatchObject({ ok: true, keyId: id });
    }
    expect(() => gateOf().sign(ami('render_it'))).toThrow(
      'keys: no key is bound to the action "render_it", which the request asks for. Name one of the actions that have a key: show_it, delete_it.',
    );
  });

  it('is replaced beside the one that follows it', async () => {
    const rotating = gateOf({
      keys: [
        bound('show_it', SHOW, { state: 'retiring' }),
        bound('show_it', NEXT, { id: 'next' }),
        KEYS[1] as KeySpec,
      ],
    });
    expect(await rotating.verify(await gateOf().sign(ami('show_it')))).toMatchObject({
      ok: true,
      keyId: 'show_it',
    });
    expect(await rotating.verify(await rotating.sign(ami('show_it')))).toMatchObject({
      ok: true,
      keyId: 'next',
    });
    const ended = gateOf({ keys: [bound('show_it', SHOW, { untilMs: NOW - 1 }), KEYS[1] as KeySpec] });
    expect(await ended.verify(await gateOf().sign(ami('show_it')))).toMatchObject({
      ok: false,
      reason: 'unknown-key',
      message: expect.stringMatching(/^key "show_it" proves the request, but ended/),
    });
  });

  it('is told by the coverage report', () => {
    expect(coverageReport(gateOf()).warnings).toContainEqual({
      code: 'action-by-key',
      severity: 'info',
      sentence:
        'The action that a request asks for is proved by its key: the path names it and is not signed, and each action has keys of its own, so whoever captures a request can send it to no other action.',
    });
    expect(gateOf().keys.list()[0]).toMatchObject({ id: 'show_it', for: { action: 'show_it' } });
  });

  it('is told where a request of it is explained', async () => {
    const signed = to(await gateOf().sign(ami('show_it')), 'delete_it');
    const { findings } = await explain(signed, gateOf());
    expect(findings).toMatchObject([
      {
        id: 'key-of-another-action',
        certainty: 'proved',
        sentence:
          'The request asks for another action than its key is for: it is signed with the key "show_it", which is for the action "show_it".',
      },
    ]);
  });
});

describe('the claim of a request', () => {
  const ran = async (gate: Gate, request: SignedRequest): Promise<string> => {
    const received = await gate.receive(request, () => done());
    return received.kind === 'refused' ? received.verdict.reason : received.kind;
  };

  it('is by action: equal content for two actions runs once for each', async () => {
    const gate = gateOf();
    const show = await gate.sign(ami('show_it'));
    const remove = await gate.sign(ami('delete_it'));
    expect(await ran(gate, show)).toBe('done');
    expect(await ran(gate, remove)).toBe('done');
    expect([await ran(gate, show), await ran(gate, remove)]).toEqual(['replayed', 'replayed']);
  });

  it('is that of the content where the action is signed', async () => {
    const options: Partial<GateOptions> = {
      provider: undefined as never,
      scheme: writtenScheme({
        algorithm: 'hmac-sha256',
        signature: 'x-signature',
        message: '{id}.{path}.{body}',
        timestamp: 'none',
        id: 'x-id',
      }),
    };
    const { provider: _, ...rest } = options;
    const replay = new MemoryReplayGuard();
    const gate = createGate({
      ...rest,
      id: 'g',
      keys: KEYS,
      action: actionOfPath,
      replay,
      now: () => NOW,
    } as GateOptions);
    const unbound = createGate({ ...rest, id: 'g', keys: [SHOW], replay, now: () => NOW } as GateOptions);
    const signed = await gate.sign({ ...ami('show_it'), id: 'a' });
    expect(await ran(gate, signed)).toBe('done');
    expect(await ran(unbound, signed)).toBe('replayed');
  });
});

describe('no gate is built', () => {
  it.each<[string, Partial<GateOptions>, string]>([
    [
      'with a bound key where nothing names actions',
      { action: undefined as never },
      'keys[0].for: it is given, and nothing says which action a request asks for. Give the gate action: actionFrom(…), or leave it out.',
    ],
    [
      'with an unbound key where the choice is not signed',
      { keys: [...KEYS, NEXT] },
      'keys[2].for: it is not given, and the signature does not cover the path, which names the action: a request that was signed for one action would run any other. Bind each key to its action: for: { action }, a secret of its own for each.',
    ],
    [
      'with one secret for two actions',
      { keys: [bound('show_it', SHOW), bound('delete_it', SHOW)] },
      'keys[1].secret: it is the secret of the key "show_it" too, which is bound to the action "show_it": a request that was signed for one action would run the other. Give each action a secret of its own.',
    ],
    [
      'with one secret in two spellings',
      {
        keys: [
          bound('show_it', SHOW),
          bound('delete_it', Buffer.from(SHOW).toString('hex'), { encoding: 'hex', state: 'revoked' }),
        ],
      },
      'keys[1].secret: it is the secret of the key "show_it" too, which is bound to the action "show_it": a request that was signed for one action would run the other. Give each action a secret of its own.',
    ],
    [
      'with more keys for an action than are tried',
      { keys: Array.from({ length: 17 }, (_, i) => bound('show_it', `${SHOW}${i}`, { id: `k${i}` })) },
      'keys: 17 keys are too many. At most 16 are tried: remove those that are no longer in use.',
    ],
    [
      'with more keys than a ring has',
      { keys: Array.from({ length: 257 }, (_, i) => bound(`a${i}`, `${SHOW}${i}`)) },
      'keys: 257 keys are too many. A gate has at most 256 of all actions together, and 16 for one: give some of the actions a gate of their own.',
    ],
  ])('%s', (_, options, says) => {
    const { action, ...rest } = { action: actionOfPath, ...options };
    expect(() =>
      createGate({
        provider: 'flow-production-tracking',
        keys: KEYS,
        ...rest,
        ...(action && { action }),
      } as GateOptions),
    ).toThrow(says);
  });

  it('forty actions may have a key each', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => bound(`a${i}`, `${SHOW}${i}`));
    const gate = gateOf({ keys });
    const signed = await gate.sign(ami('a39'));
    expect(await gate.verify(signed)).toMatchObject({ ok: true, keyId: 'a39' });
    for (let i = 0; i < 39; i++) expect(await gate.verify(to(signed, `a${i}`))).toMatchObject({ ok: false });
  });
});

describe('keys that a function finds', () => {
  const finding = (keys: readonly (string | KeySpec)[]): Gate => gateOf({ keys: async () => keys });

  it('are bound as those of a list', async () => {
    const signed = await gateOf().sign(ami('show_it'));
    expect(await finding(KEYS).verify(signed)).toMatchObject({ ok: true, action: 'show_it' });
    expect(await finding(KEYS).verify(to(signed, 'delete_it'))).toMatchObject({
      ok: false,
      message: expect.stringMatching(
        /^key "show_it" proves the request, but is bound to the action "show_it"/,
      ),
    });
    expect(await finding([KEYS[1] as KeySpec]).verify(signed)).toMatchObject({
      ok: false,
      reason: 'unknown-key',
      message: 'no key is bound to the action that the request asks for',
    });
  });

  it.each<[string, readonly (string | KeySpec)[]]>([
    ['one is bound to none', [...KEYS, NEXT]],
    ['two actions share a secret', [bound('show_it', SHOW), bound('delete_it', SHOW)]],
  ])('prove nothing where %s', async (_, keys) => {
    const signed = await gateOf().sign(ami('show_it'));
    for (const action of ['show_it', 'delete_it']) {
      expect(await finding(keys).verify(to(signed, action))).toMatchObject({
        ok: false,
        reason: 'keys-unavailable',
      });
    }
  });

  it('may be more than 16 of all actions together', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => bound(`a${i}`, `${SHOW}${i}`));
    const signed = await gateOf({ keys }).sign(ami('a39'));
    expect(await finding(keys).verify(signed)).toMatchObject({ ok: true, keyId: 'a39' });
  });
});

const pair = generateKeyPairSync('ed25519');
const otherPair = generateKeyPairSync('ed25519');
const asymmetric = [
  { sign: { secret: pkcs8Of(pair) }, prove: { secret: spkiOf(pair) } },
  { sign: { secret: pkcs8Of(otherPair) }, prove: { secret: spkiOf(otherPair) } },
];
const bytes = [Buffer.from(SHOW), Buffer.from(DELETE)].map((secret) => ({
  sign: { secret },
  prove: { secret },
}));
const JSON_DRAFT = { ...DRAFT, headers: { 'content-type': 'application/json' } };

interface Sample {
  readonly name: string;
  readonly choice: Pick<GateOptions, 'provider' | 'scheme'>;
  /** Of the two actions. */
  readonly keys: readonly { readonly sign: KeySpec; readonly prove: KeySpec }[];
  readonly draft?: Partial<Draft>;
}

const FORM_DRAFT = { headers: FORM, body: 'a=b' };
const SCHEMES: readonly Sample[] = [
  ...['github', 'slack', 'stripe', 'standard-webhooks', 'flowent', 'hmac'].map((id) => ({
    name: id,
    choice: { provider: writtenProvider(id) },
    keys: bytes,
  })),
  { name: 'twilio', choice: { provider: 'twilio' }, keys: bytes, draft: FORM_DRAFT },
  {
    name: 'flow-production-tracking',
    choice: { provider: 'flow-production-tracking' },
    keys: bytes,
    draft: FORM_DRAFT,
  },
  { name: 'jwt-bearer HS256', choice: { provider: 'jwt-bearer' }, keys: bytes },
  {
    name: 'jwt-bearer EdDSA',
    choice: { provider: { id: 'jwt-bearer', algorithm: 'EdDSA' } },
    keys: asymmetric,
  },
  { name: 'dpop', choice: { provider: { id: 'dpop', algorithm: 'EdDSA' } }, keys: asymmetric },
  { name: 'approov', choice: { provider: 'approov' }, keys: bytes },
  { name: 'message signatures', choice: { scheme: { type: 'http-message-signatures' } }, keys: bytes },
  {
    name: 'message signatures that cover no path',
    choice: { scheme: { type: 'http-message-signatures', components: ['@method', 'content-digest'] } },
    keys: bytes,
  },
  { name: 'a shared token', choice: { scheme: { type: 'shared-token' } }, keys: bytes },
  {
    name: 'a template of Ed25519',
    choice: {
      scheme: { algorithm: 'ed25519', signature: 'x-signature', message: '{body}', timestamp: 'none' },
    },
    keys: asymmetric,
  },
];

describe.each(SCHEMES)('of $name', ({ choice, keys, draft = {} }) => {
  const ring = (side: 'sign' | 'prove'): readonly KeySpec[] =>
    ['show_it', 'delete_it'].map(
      (action, i) => ({ ...keys[i]?.[side], id: action, for: { action } }) as KeySpec,
    );
  const gate = (side: 'sign' | 'prove', more: Partial<GateOptions> = {}): Gate =>
    createGate({ ...choice, keys: ring(side), action: actionOfPath, now: () => NOW, ...more } as GateOptions);

  it('a key proves its own action and no other, whichever request is sent where', async () => {
    for (const own of ['show_it', 'delete_it']) {
      const signed = await gate('sign').sign({ ...JSON_DRAFT, ...draft, url: ami(own).url });
      expect(await gate('prove').verify(signed), own).toMatchObject({ ok: true, keyId: own, action: own });
      for (const url of [
        ami(own === 'show_it' ? 'delete_it' : 'show_it').url,
        ami(
          own
            .replace('_', '%5f')
            .replace('show', 'delete')
            .replace('delete', own === 'show_it' ? 'delete' : 'show'),
        ).url,
        ami(own.toUpperCase()).url,
        ami('').url,
      ]) {
        const verdict = await gate('prove').verify({ ...signed, url });
        expect(verdict, url).toMatchObject({ ok: false });
      }
    }
  });

  it('a key that is bound to none is for every action, or refused', async () => {
    const plain = createGate({ ...choice, keys: [keys[0]?.prove], now: () => NOW } as GateOptions);
    const isFree = plain.scheme.proof === 'token' || plain.coverage.covered.includes('path');
    const mixed = (): Gate =>
      gate('prove', { keys: [keys[0]?.prove as KeySpec, ring('prove')[1] as KeySpec] });
    if (isFree) expect(mixed().keys.list()).toHaveLength(2);
    else expect(mixed).toThrow('keys[0].for: it is not given');
  });
});
