import { createHmac } from 'node:crypto';
import { createAdminClient } from '@countersign/api';
import {
  createGate,
  type Gate,
  type ProviderChoice,
  providerIds,
  type SignedRequest,
} from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { judgeKept } from '../../src/gates/judge-kept.ts';
import { createSeveralProofs, type TakenProof } from '../../src/modes/several-proofs.ts';
import {
  actionsModule,
  hmacHeaders,
  nowSeconds,
  SECRET,
  send,
  start,
  startUpstream,
  type TestOptions,
} from '../harness.ts';

const OLD_SECRET = 'an older secret of more than sixteen bytes';
const NEW = { provider: 'hmac', keys: [{ id: 'new', secret: SECRET }] } as const;
/** GitHub’s: the body alone, in a header of its own. */
const OLD = { provider: 'github', keys: [{ id: 'old', secret: OLD_SECRET }] } as const;
const UNTIL = '2100-01-01';
const BODY = '{"n":1}';

function oldHeaders(body: string, secret: string = OLD_SECRET): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}

async function migrating(more: Partial<GateInput> = {}, options: TestOptions = {}) {
  const gate = {
    path: '/g',
    ...NEW,
    accept: [{ ...OLD, until: UNTIL }],
    respond: { status: 200, body: 'ok' },
    ...more,
  };
  const written = Object.fromEntries(Object.entries(gate).filter(([, value]) => value !== undefined));
  const gateway = await start({ g: written as unknown as GateInput }, options);
  const post = (headers: Record<string, string>, body: string = BODY) =>
    send(`${gateway.publicUrl}/g`, { headers, body });
  return { gateway, post };
}

describe('a gate of which one proof’s test signs what anybody asks for', () => {
  const asking = {
    algorithm: 'hmac-sha256',
    signature: { header: 'x-old', encoding: 'hex' },
    message: '{body}',
    handshake: { signed: false, challenge: { query: 'crc' }, answer: '{hmac:hex}' },
  } as const;
  const timed = {
    algorithm: 'hmac-sha256',
    signature: { header: 'x-new', encoding: 'hex' },
    timestamp: { header: 'x-time', unit: 's' },
    message: '{timestamp}.{body}',
  } as const;
  const keys = [{ secret: SECRET }];
  const rest = { path: '/g', keys, replay: { repeat: 'acknowledge' }, respond: { status: 200 } } as const;

  it.each([
    ['its own', { ...rest, scheme: asking, accept: [{ scheme: timed, until: UNTIL }] }],
    ['an older one', { ...rest, scheme: timed, accept: [{ scheme: asking, until: UNTIL }] }],
  ] as const)('takes no such text as proved by another of them: %s', async (_, gate) => {
    const gateway = await start({ g: gate });
    const time = String(nowSeconds());
    const signed = (body: string): Record<string, string> => ({
      'x-time': time,
      'x-new': createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex'),
    });
    const url = `${gateway.publicUrl}/g`;
    const asked = await send(`${url}?crc=${time}.action=delete`);
    expect(asked.text).toBe(signed('action=delete')['x-new']);
    const headers = { 'x-time': time, 'x-new': asked.text };
    expect((await send(url, { headers, body: 'action=delete' })).status).not.toBe(200);
    expect(gateway.records.at(-1)).toMatchObject({ verdict: 'refused', reason: 'malformed-body' });
    expect((await send(url, { headers: signed(BODY), body: BODY })).status).toBe(200);
  });

  it('takes tokens that could be such a text where they are of another secret', async () => {
    const accept = [{ provider: 'jwt-bearer', keys: [{ secret: OLD_SECRET }], until: UNTIL }] as const;
    const gateway = await start({ g: { ...rest, scheme: asking, accept } });
    const signing = `${encoded({ alg: 'HS256' })}.${encoded({ exp: nowSeconds() + 60 })}`;
    const url = `${gateway.publicUrl}/g`;
    const bearing = (secret: string): Record<string, string> => ({
      authorization: `Bearer ${signing}.${createHmac('sha256', secret).update(signing).digest('base64url')}`,
    });
    expect((await send(url, { headers: bearing(OLD_SECRET) })).status).toBe(200);
    const { text } = await send(`${url}?crc=${signing}`);
    expect(text).toBe(createHmac('sha256', SECRET).update(signing).digest('hex'));
    expect((await send(url, { headers: bearing(SECRET) })).status).toBe(401);
    const sharing = [{ provider: 'jwt-bearer', keys, until: UNTIL }] as const;
    const other = await start({ g: { ...rest, scheme: asking, accept: sharing } });
    expect((await send(`${other.publicUrl}/g`, { headers: bearing(SECRET) })).status).not.toBe(200);
  });
});

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a gate that takes an older proof beside its own', () => {
  it('takes either, and says which it was', async () => {
    const { gateway, post } = await migrating();
    expect((await post(hmacHeaders(BODY))).status).toBe(200);
    expect((await post(oldHeaders(BODY))).status).toBe(200);
    expect(gateway.records).toMatchObject([
      { verdict: 'accepted', proof: 'hmac', keyId: 'new' },
      { verdict: 'accepted', proof: 'github', keyId: 'old' },
    ]);
  });

  it('takes the same where its own proof stands first among those that it accepts, without an end', async () => {
    const accepting = {
      provider: undefined,
      keys: undefined,
      accept: [NEW, { ...OLD, until: UNTIL }],
    };
    const { gateway, post } = await migrating(accepting as unknown as Partial<GateInput>);
    expect((await post(hmacHeaders(BODY))).status).toBe(200);
    expect((await post(oldHeaders(BODY))).status).toBe(200);
    expect((await post(oldHeaders(BODY, SECRET))).status).toBe(401);
    expect(gateway.records).toMatchObject([
      { verdict: 'accepted', proof: 'hmac', keyId: 'new' },
      { verdict: 'accepted', proof: 'github', keyId: 'old' },
      { verdict: 'refused', reason: 'signature-mismatch' },
    ]);
    const configOf = (gate: object) =>
      parseConfig(
        { store: 'memory:', gates: { g: { path: '/g', respond: { status: 200 }, ...gate } as GateInput } },
        { baseDir: '/', env: {} },
      ).config.gates[0];
    // As it is resolved: the same gate, but for where its proofs stand.
    const older = { proof: { kind: 'provider', id: 'github', options: {} }, untilMs: Date.UTC(2100, 0, 1) };
    const first = configOf({ accept: [NEW, { ...OLD, until: UNTIL }] });
    const beside = configOf({ ...NEW, accept: [{ ...OLD, until: UNTIL }] });
    expect(first).toMatchObject({ ownProofAt: 'accept[0]', accept: [{ ...older, at: 'accept[1]' }] });
    expect(beside).toMatchObject({ accept: [{ ...older, at: 'accept[0]' }] });
    expect([first?.proof, first?.methods, first?.keys.map(({ id }) => id)]).toEqual([
      beside?.proof,
      beside?.methods,
      ['new'],
    ]);
    // Alone it is a gate of one proof; a token’s gate takes all methods there, too.
    const alone = configOf({
      accept: [{ provider: 'approov', keys: [{ secret: 'YWJjZGVmZ2hpamtsbW5vcA==' }] }],
    });
    expect(alone).toMatchObject({ methods: 'all' });
    expect(alone).not.toHaveProperty('accept');
  });

  it('takes neither of another secret', async () => {
    const { gateway, post } = await migrating();
    const forged = oldHeaders(BODY, 'another secret of more than sixteen bytes');
    expect((await post(forged)).status).toBe(401);
    expect((await post(oldHeaders(BODY, SECRET))).status).toBe(401);
    expect((await post({ ...hmacHeaders(BODY), 'x-signature': '00'.repeat(32) })).status).toBe(401);
    expect(gateway.records.map(({ reason }) => reason)).toEqual(Array(3).fill('signature-mismatch'));
  });

  it('takes the older one until its date, to the millisecond, and is then as if it did not know it', async () => {
    const untilMs = Date.parse('2027-01-01T00:00:00Z');
    const clock = { nowMs: untilMs - 1 };
    const { gateway, post } = await migrating(
      { accept: [{ ...OLD, until: '2027-01-01' }] },
      { now: () => clock.nowMs },
    );
    expect((await post(oldHeaders(BODY))).status).toBe(200);
    clock.nowMs = untilMs;
    expect((await post(oldHeaders('{"n":2}'), '{"n":2}')).status).toBe(401);
    clock.nowMs = untilMs + 1;
    expect((await post(oldHeaders('{"n":3}'), '{"n":3}')).status).toBe(401);
    expect(gateway.records.map(({ reason }) => reason)).toEqual([
      undefined,
      'missing-signature',
      'missing-signature',
    ]);
  });

  it('tells the refusal of the proof that was carried, not of the last one tried', async () => {
    const { gateway, post } = await migrating();
    await post(hmacHeaders(BODY, nowSeconds() - 3_600));
    await post(oldHeaders('{"n":2}'));
    await post({ 'x-hub-signature-256': 'sha256=short' });
    await post({});
    expect(gateway.records.map(({ reason }) => reason)).toEqual([
      'expired',
      'signature-mismatch',
      'malformed-signature',
      'missing-signature',
    ]);
  });

  it('lets the new proof decide where a request carries both', async () => {
    const { gateway, post } = await migrating();
    const both = { ...oldHeaders(BODY), ...hmacHeaders(BODY) };
    await post({ ...both, 'x-signature': '00'.repeat(32) });
    await post(both);
    expect(gateway.records).toMatchObject([
      { verdict: 'refused', reason: 'signature-mismatch' },
      { verdict: 'accepted', proof: 'hmac' },
    ]);
  });

  it.each(['respond', 'keep', 'answer'] as const)(
    'runs a request with two proofs once, whichever of them is cut off, with the outcome %s',
    async (outcome) => {
      const action = `export const a = { name: 'a', description: 'A.', input: { type: 'object', properties: { n: { type: 'integer' } } }, run: () => 'a' };`;
      const outcomes = {
        respond: {},
        keep: { respond: undefined, keep: {} },
        answer: { respond: undefined, answer: { actions: actionsModule(action) } },
      };
      const more = Object.fromEntries(
        Object.entries({ ...outcomes[outcome], replay: { repeat: 'refuse' } }).filter(([, value]) => value),
      );
      const gate = { path: '/g', ...NEW, accept: [{ ...OLD, until: UNTIL }], ...more };
      const gateway = await start({
        g: (outcome === 'respond' ? { ...gate, respond: { status: 200 } } : gate) as GateInput,
      });
      const post = (headers: Record<string, string>) =>
        send(`${gateway.publicUrl}/g`, { headers, body: BODY });
      const [own, old] = [hmacHeaders(BODY), oldHeaders(BODY)];
      expect((await post({ ...own, ...old })).status).toBe(200);
      for (const headers of [old, own, { ...own, ...old }]) expect((await post(headers)).status).toBe(409);
      if (outcome === 'keep') expect(await gateway.store.events.list()).toHaveLength(1);
    },
  );

  it('remembers what a request with two proofs claims across a restart', async () => {
    const gate = {
      path: '/g',
      ...NEW,
      accept: [{ ...OLD, until: UNTIL }],
      keep: {},
      replay: { repeat: 'refuse' },
    } as GateInput;
    const first = await start({ g: gate });
    const both = { ...hmacHeaders(BODY), ...oldHeaders(BODY) };
    expect((await send(`${first.publicUrl}/g`, { headers: both, body: BODY })).status).toBe(200);
    await first.drain();
    const second = await start({ g: gate }, { dir: first.dir });
    const again = await send(`${second.publicUrl}/g`, { headers: oldHeaders(BODY), body: BODY });
    expect(again.status).toBe(409);
    expect(await second.store.events.list()).toHaveLength(1);
  });

  it('refuses a request of both proofs after one that came with the older alone', async () => {
    const { post } = await migrating({ replay: { repeat: 'refuse' } });
    const [own, old] = [hmacHeaders(BODY), oldHeaders(BODY)];
    expect((await post(old)).status).toBe(200);
    expect((await post({ ...own, ...old })).status).toBe(409);
    // What was not run was not claimed either: the sender’s own proof is free still.
    expect((await post(own)).status).toBe(200);
  });

  it('takes the same content by two proofs for one request', async () => {
    const scheme = (header: string) =>
      ({ algorithm: 'hmac-sha256', signature: { header, encoding: 'hex' }, message: '{body}' }) as const;
    const sign = (secret: string) => createHmac('sha256', secret).update(BODY).digest('hex');
    const gateway = await start({
      g: {
        path: '/g',
        scheme: scheme('x-new'),
        keys: NEW.keys,
        accept: [{ scheme: scheme('x-old'), keys: OLD.keys, until: UNTIL }],
        replay: { repeat: 'refuse' },
        respond: { status: 200 },
      },
    });
    const post = (headers: Record<string, string>) => send(`${gateway.publicUrl}/g`, { headers, body: BODY });
    const [own, old] = [{ 'x-new': sign(SECRET) }, { 'x-old': sign(OLD_SECRET) }];
    expect((await post({ ...own, ...old })).status).toBe(200);
    for (const headers of [own, old, { ...own, ...old }]) expect((await post(headers)).status).toBe(409);
  });

  it('tells two schemes of one header apart by their keys', async () => {
    const message = (text: string) =>
      ({
        algorithm: 'hmac-sha256',
        signature: { header: 'x-signature', encoding: 'hex' },
        message: text,
      }) as const;
    const gateway = await start({
      g: {
        path: '/g',
        scheme: message('{path}.{body}'),
        keys: NEW.keys,
        accept: [{ scheme: message('{body}'), until: UNTIL }],
        respond: { status: 200 },
      },
    });
    const post = (signed: string) =>
      send(`${gateway.publicUrl}/g`, {
        headers: { 'x-signature': createHmac('sha256', SECRET).update(signed).digest('hex') },
        body: BODY,
      });
    expect((await post(`/g.${BODY}`)).status).toBe(200);
    expect((await post(BODY)).status).toBe(200);
    expect((await post('{"n":2}')).status).toBe(401);
    expect(gateway.records.map(({ proof }) => proof).slice(0, 2)).toHaveLength(2);
  });

  it('counts who still uses the older proof', async () => {
    const { gateway, post } = await migrating();
    for (const body of ['1', '2', '3']) await post(oldHeaders(body), body);
    await post({ ...hmacHeaders('4'), ...oldHeaders('4') }, '4');
    const { adminUrl = '', adminToken } = gateway;
    const [gate] = await createAdminClient({ baseUrl: adminUrl, token: adminToken }).call('gates');
    expect(gate?.olderProofs).toMatchObject([
      { proof: 'github', provider: 'github', until: '2100-01-01T00:00:00.000Z', isTaken: true },
    ]);
    expect(gate?.olderProofSenders).toMatchObject({
      senders: [{ proof: 'github', keyId: 'old', requests: 3 }],
      forgotten: 0,
    });
    // GitHub’s covers the body alone.
    expect(gate?.coverage.covered).toEqual(['body']);
    expect(gate?.coverage.warnings.map(({ code }) => code)).toContain('older-proof');
    const metrics = await fetch(`${adminUrl}/metrics`, {
      headers: { authorization: `Bearer ${adminToken}` },
    }).then((response) => response.text());
    expect(metrics).toContain('countersign_accepted_by_proof_total{gate="g",proof="github"} 3');
    expect(metrics).toContain('countersign_accepted_by_proof_total{gate="g",proof="hmac"} 1');
  });

  it('explains a refused request by the proof that it carried', async () => {
    const { gateway, post } = await migrating({ keepRefused: true });
    await post(oldHeaders(`${BODY}\n`));
    await expect
      .poll(() => gateway.log.find((line) => line.includes('"finding":')), { timeout: 5_000 })
      .toContain('line end');
  });

  it('judges a kept event again by the proof that let it in, while that is taken', async () => {
    const written = { path: '/g', ...NEW, accept: [{ ...OLD, until: '2027-01-01' }], keep: {} } as GateInput;
    const { config } = parseConfig({ store: ':memory:', gates: { g: written } }, { baseDir: '/', env: {} });
    const [gate] = config.gates;
    if (gate === undefined) throw new Error('there is one gate');
    const event = {
      id: 'e',
      gate: 'g',
      provider: 'github',
      keyId: 'old',
      receivedMs: Date.parse('2027-01-01T00:00:00Z') - 1,
      method: 'POST',
      url: '/g',
      headers: Object.entries(oldHeaders(BODY)).flat(),
      body: Buffer.from(BODY),
    };
    const judged = await judgeKept(event, gate, { sealer: undefined });
    expect(judged).toMatchObject({ kind: 'judged', verdict: { ok: true, provider: 'github' } });
    const late = await judgeKept({ ...event, receivedMs: event.receivedMs + 1 }, gate, { sealer: undefined });
    expect(late).toMatchObject({ kind: 'judged', verdict: { ok: false, reason: 'missing-signature' } });
  });

  it('passes the headers of no proof on', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const gateway = await start({
      g: { path: '/g', ...NEW, accept: [{ ...OLD, until: UNTIL }], forward: { to: upstream.url } },
    });
    const headers = { ...hmacHeaders(BODY), ...oldHeaders(BODY) };
    await send(`${gateway.publicUrl}/g`, { headers, body: BODY });
    const names = (upstream.received[0]?.headers ?? []).filter((_, i) => i % 2 === 0);
    expect(names).toContain('countersign-key-id');
    expect(names.filter((name) => /signature|nonce/i.test(name))).toEqual([]);
  });

  it('keeps no token of an older proof in the clear', async () => {
    const gateway = await start({
      g: {
        path: '/g',
        ...NEW,
        accept: [
          { provider: 'approov', keys: [{ secret: Buffer.from(SECRET).toString('base64') }], until: UNTIL },
        ],
        keep: {},
      },
    });
    const headers = { ...hmacHeaders(BODY), 'approov-token': 'a.token.of-somebody' };
    await send(`${gateway.publicUrl}/g`, { headers, body: BODY });
    const [event] = await gateway.store.events.list();
    expect(JSON.stringify(await gateway.store.events.get(event?.id ?? ''))).not.toContain('of-somebody');
  });

  it('starts with no older proof that leaves an action’s choice unsigned', async () => {
    const action = (name: string) =>
      `export const ${name} = { name: '${name}', description: 'A.', input: { type: 'object' }, run: () => 'a' };`;
    const started = start({
      g: {
        path: '/g/:action',
        scheme: {
          algorithm: 'hmac-sha256',
          signature: { header: 'x-signature', encoding: 'hex' },
          message: '{path}.{body}',
        },
        keys: NEW.keys,
        accept: [{ ...OLD, until: UNTIL }],
        answer: { actions: actionsModule(`${action('a')}${action('b')}`) },
      },
    });
    await expect(started).rejects.toThrow('the signature does not cover the path');
  });
});

/** Providers whose keys are plain secrets, each with one that suits it. */
const PROVIDERS = providerIds.filter((id) => gateOf(id, SECRET) !== undefined);

function gateOf(id: string, secret: string): Gate | undefined {
  try {
    return createGate({
      provider: id as ProviderChoice & string,
      id: 'g',
      keys: [{ id: `${id}-key`, secret }],
    });
  } catch {
    return undefined;
  }
}

describe('any two providers at one gate', () => {
  it('take what each of them has signed, and what neither has signed not', async () => {
    expect(PROVIDERS.length).toBeGreaterThan(5);
    const provider = fc.constantFrom(...PROVIDERS);
    let tried = 0;
    const property = fc.asyncProperty(provider, provider, async (own, older) => {
      const [first, second] = [gateOf(own, SECRET), gateOf(older, OLD_SECRET)];
      if (first === undefined || second === undefined) return;
      const proofs: TakenProof[] = [
        { label: 'own', gate: first, untilMs: undefined },
        { label: 'older', gate: second, untilMs: Number.MAX_SAFE_INTEGER },
      ];
      const several = createSeveralProofs(proofs, Date.now);
      const labels: string[] = [];
      const receive = (request: SignedRequest) =>
        several.receive(request, (_, __, { label }) => {
          labels.push(label);
          return { kind: 'done', value: label };
        });
      for (const { label, gate } of proofs) {
        const signed = await signedBy(gate);
        if (signed === undefined) return;
        expect(await receive(signed)).toMatchObject({ kind: 'done', value: label });
        const stranger = gateOf(label === 'own' ? own : older, 'a secret that neither of them has at all');
        const forged = stranger && (await signedBy(stranger));
        if (forged !== undefined) expect((await receive(forged)).kind).toBe('refused');
      }
      expect(labels).toEqual(['own', 'older']);
      tried++;
    });
    await fc.assert(property, { numRuns: runs(400) });
    expect(tried).toBeGreaterThan(runs(400) / 4);
  });
});

async function signedBy(gate: Gate): Promise<SignedRequest | undefined> {
  try {
    return await gate.sign({
      method: 'POST',
      url: 'https://gate.example/g',
      headers: { 'content-type': 'application/json' },
      body: `{"id":"evt_1","n":${Math.random()}}`,
    });
  } catch {
    return undefined;
  }
}
