import { createHmac, randomBytes } from 'node:crypto';
import { createAdminClient } from '@countersign/api';
import type { RefusalReason } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import {
  actionsModule,
  hmacHeaders,
  nowSeconds,
  SECRET,
  send,
  start,
  startUpstream,
  type TestGateway,
  type TestOptions,
  type Upstream,
} from '../harness.ts';

const keys = [{ id: 'main', secret: SECRET }];
const HMAC = { provider: 'hmac', keys } as const;

/** An action that answers what it knows of the request’s proof. */
const TELLS = `export const tell = {
  name: 'tell', description: 'Tells.', input: { type: 'object', properties: { n: { type: 'integer' } } },
  run: (input, { verdict, refused, attempt }) => ({ proved: verdict?.ok === true, refused: refused?.reason ?? null, attempt }),
};`;

const OUTCOMES = {
  answer: () => ({ answer: { actions: actionsModule(TELLS) } }),
  forward: ({ url }: Upstream) => ({ forward: { to: url } }),
  keep: () => ({ keep: {} }),
  respond: () => ({ respond: { status: 200, body: 'fixed' } }),
};
type OutcomeName = keyof typeof OUTCOMES;
const NAMES = Object.keys(OUTCOMES) as OutcomeName[];

interface Monitored {
  readonly gateway: TestGateway;
  readonly upstream: Upstream;
  readonly url: string;
}

async function monitoring(
  outcome: OutcomeName,
  more: Partial<GateInput> = {},
  options: TestOptions = {},
): Promise<Monitored> {
  const upstream = await startUpstream((_, response) => response.end('upstream'));
  const written = { path: '/g', ...HMAC, mode: 'monitor', ...more, ...OUTCOMES[outcome](upstream) };
  const gate = Object.fromEntries(
    Object.entries(written).filter(([, value]) => value !== undefined),
  ) as unknown as GateInput;
  const gateway = await start({ g: gate }, options);
  return { gateway, upstream, url: `${gateway.publicUrl}/g` };
}

function headerOf(headers: readonly string[] = [], name: string): readonly string[] {
  return headers.flatMap((value, i) =>
    i % 2 === 1 && headers[i - 1]?.toLowerCase() === name ? [value] : [],
  );
}

const BODY = '{"n":1}';

/** A request that is refused for each reason that a proof of this scheme can be refused for. */
const REFUSED: readonly { readonly reason: RefusalReason; readonly headers: Record<string, string> }[] = [
  { reason: 'missing-signature', headers: {} },
  { reason: 'malformed-signature', headers: { ...hmacHeaders(BODY), 'x-signature': 'no hex' } },
  { reason: 'missing-timestamp', headers: withoutTime(hmacHeaders(BODY)) },
  { reason: 'malformed-timestamp', headers: hmacHeaders(BODY, Number.NaN) },
  { reason: 'signature-mismatch', headers: { ...hmacHeaders('{"n":2}') } },
  { reason: 'expired', headers: hmacHeaders(BODY, nowSeconds() - 3_600) },
  { reason: 'from-the-future', headers: hmacHeaders(BODY, nowSeconds() + 3_600) },
];

function withoutTime({ 'x-timestamp': _, ...rest }: Record<string, string>): Record<string, string> {
  return rest;
}

/** What each outcome shows of the label. */
async function labelOf(
  outcome: OutcomeName,
  { gateway, upstream }: Monitored,
  text: string,
): Promise<string> {
  if (outcome === 'forward')
    return headerOf(upstream.received.at(-1)?.headers, 'countersign-verdict').join(' and ');
  if (outcome === 'answer') {
    const { proved, refused } = JSON.parse(text);
    return proved ? 'accepted' : `refused; reason=${refused}`;
  }
  if (outcome === 'respond') return text;
  const [summary] = await gateway.store.events.list();
  const event = summary && (await gateway.store.events.get(summary.id));
  expect(event?.verdict?.isMonitored).toBe(true);
  const reason = event?.verdict?.refused?.reason;
  return reason === undefined ? 'accepted' : `refused; reason=${reason}`;
}

const TOKEN_SECRET = 'a-secret-of-exactly-32-bytes-abc';

/** A token in compact form, signed by hand. */
function tokenOf(
  claims: object,
  header: object = { alg: 'HS256', typ: 'JWT' },
  secret = TOKEN_SECRET,
): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const IN_TIME = { exp: Math.floor(Date.now() / 1000) + 3600, iss: 'us', aud: 'api' };

/** Reasons of tokens that no signature in a header has. */
const REFUSED_TOKENS: readonly { readonly reason: RefusalReason; readonly token: string | undefined }[] = [
  { reason: 'missing-token', token: undefined },
  { reason: 'malformed-token', token: 'no.token' },
  { reason: 'algorithm-not-allowed', token: tokenOf(IN_TIME, { alg: 'HS512', typ: 'JWT' }) },
  { reason: 'signature-mismatch', token: tokenOf(IN_TIME, undefined, 'another-secret-of-32-bytes-abcdef') },
  { reason: 'missing-claim', token: tokenOf({ iss: 'us', aud: 'api' }) },
  { reason: 'claim-mismatch', token: tokenOf({ ...IN_TIME, iss: 'them' }) },
  { reason: 'expired', token: tokenOf({ ...IN_TIME, exp: 1 }) },
];

function jwtGate(more: object): Partial<GateInput> {
  return {
    keys: undefined,
    provider: undefined,
    scheme: {
      type: 'jwt',
      algorithm: 'HS256',
      header: 'authorization',
      prefix: 'Bearer ',
      issuer: 'us',
      audience: 'api',
      ...more,
    },
  } as unknown as Partial<GateInput>;
}

describe('a gate of tokens that monitors', () => {
  it.each(REFUSED_TOKENS)('lets a request through that is refused for $reason, labelled', async (refused) => {
    const gate = { ...jwtGate({}), keys: [{ id: 'main', secret: TOKEN_SECRET }] };
    const monitored = await monitoring('forward', gate);
    const headers: Record<string, string> =
      refused.token === undefined ? {} : { authorization: `Bearer ${refused.token}` };
    expect((await send(monitored.url, { headers, body: BODY })).status).toBe(200);
    expect(await labelOf('forward', monitored, '')).toBe(`refused; reason=${refused.reason}`);
    expect(monitored.gateway.records).toMatchObject([{ reason: refused.reason, letThrough: true }]);
  });

  it('lets through what it cannot judge, since the address of its keys does not answer', async () => {
    const jwks = `http://127.0.0.1:${await freePort()}/jwks`;
    const gate = jwtGate({ algorithm: 'ES256', jwks });
    const monitored = await monitoring('forward', gate);
    const [head = '', claims = ''] = tokenOf(IN_TIME, { alg: 'ES256', typ: 'JWT', kid: 'a' }).split('.');
    const token = `${head}.${claims}.${randomBytes(64).toString('base64url')}`;
    const headers = { authorization: `Bearer ${token}` };
    expect((await send(monitored.url, { headers, body: BODY })).status).toBe(200);
    expect(await labelOf('forward', monitored, '')).toBe('refused; reason=keys-unavailable');
  });
});

it('a gate that monitors lets through what its replay guard has no room for', async () => {
  const monitored = await monitoring('forward', {}, { store: 'memory:', replay: { maxClaims: 1000 } });
  const { gateway, url } = monitored;
  const statuses = new Set<number>();
  for (let n = 0; n < 1100; n += 50)
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const body = `{"n":${n + i}}`;
        const response = await fetch(url, { method: 'POST', headers: hmacHeaders(body), body });
        await response.arrayBuffer();
        statuses.add(response.status);
      }),
    );
  expect([...statuses]).toEqual([200]);
  const full = gateway.records.filter(({ reason }) => reason === 'replay-guard-full');
  expect(full).toHaveLength(100);
  expect(full[0]).toMatchObject({ verdict: 'refused', letThrough: true, claim: undefined });
  expect(await labelOf('forward', monitored, '')).toBe('refused; reason=replay-guard-full');
}, 30_000);

it('an event that was let through is listed with what it would have been refused for', async () => {
  const { gateway, url } = await monitoring('keep');
  await send(url, { headers: hmacHeaders(BODY), body: BODY });
  await send(url, { headers: hmacHeaders('{"n":2}'), body: '{"n":3}' });
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  const { events } = await client.call('events');
  expect(events.map(({ refused }) => refused)).toEqual(['signature-mismatch', undefined]);
  const { events: followed } = await client.call('followEvents', { place: 0 });
  expect(followed.map(({ refused }) => refused)).toEqual([undefined, 'signature-mismatch']);
});

describe.each(NAMES)('a gate that monitors, with the outcome %s', (outcome) => {
  it.each(REFUSED)('lets a request through that is refused for $reason, labelled', async (refused) => {
    const monitored = await monitoring(outcome);
    const { gateway, url } = monitored;
    const answer = await send(url, { headers: refused.headers, body: BODY });
    expect(answer.status).toBe(200);
    const label = await labelOf(outcome, monitored, answer.text);
    expect(label).toBe(outcome === 'respond' ? 'fixed' : `refused; reason=${refused.reason}`);
    expect(gateway.records).toMatchObject([
      { verdict: 'refused', reason: refused.reason, letThrough: true, status: 200, claim: undefined },
    ]);
    expect(gateway.records[0]?.remedy).toMatch(/\w/);
  });

  it('labels a genuine request as accepted', async () => {
    const monitored = await monitoring(outcome);
    const answer = await send(monitored.url, { headers: hmacHeaders(BODY), body: BODY });
    const label = await labelOf(outcome, monitored, answer.text);
    expect(label).toBe(outcome === 'respond' ? 'fixed' : 'accepted');
    expect(monitored.gateway.records).toMatchObject([{ verdict: 'accepted', claim: 'committed' }]);
    expect(monitored.gateway.records[0]?.letThrough).toBeUndefined();
  });

  it('lets a repeat through, labelled as one', async () => {
    const monitored = await monitoring(outcome);
    const request = { headers: hmacHeaders(BODY), body: BODY };
    await send(monitored.url, request);
    const again = await send(monitored.url, request);
    expect(again.status).toBe(200);
    const label = await labelOf(outcome, monitored, again.text);
    expect(label).toBe(outcome === 'respond' ? 'fixed' : 'refused; reason=replayed');
    expect(monitored.gateway.records[1]).toMatchObject({ reason: 'replayed', letThrough: true });
  });

  it('uses up no claim by a forged request under a genuine one’s identity', async () => {
    const { gateway, url } = await monitoring(outcome);
    const genuine = hmacHeaders(BODY);
    for (const body of [BODY, '{"n":2}'])
      await send(url, { headers: { ...genuine, 'x-signature': '00'.repeat(32) }, body });
    await send(url, { headers: genuine, body: BODY });
    expect(gateway.records.map(({ verdict, reason }) => reason ?? verdict)).toEqual([
      'signature-mismatch',
      'signature-mismatch',
      'accepted',
    ]);
  });
});

describe('a gate that monitors', () => {
  it('lets nothing through that breaks a bound or that no gate judges', async () => {
    const { gateway, upstream, url } = await monitoring('forward', { maxBody: '10B' });
    const sent = [
      await send(url, { headers: hmacHeaders(BODY), body: 'x'.repeat(11) }),
      await send(url, { method: 'PUT', body: BODY }),
      await send(`${gateway.publicUrl}/h`, { body: BODY }),
      await send(url, { headers: ['x-a', '1', 'host', 'a b'], body: BODY }),
    ];
    expect(sent.map(({ status }) => status)).toEqual([413, 405, 404, 400]);
    expect(upstream.received).toEqual([]);
  });

  it('lets no input through that its action does not take', async () => {
    const { url } = await monitoring('answer');
    expect((await send(url, { body: '[' })).status).toBe(400);
  });

  it('passes on no label of a stranger’s, in whatever spelling, whether or not it monitors', async () => {
    for (const mode of ['monitor', 'enforce'] as const) {
      const { upstream, url } = await monitoring('forward', { mode });
      const spellings = [
        'countersign-verdict',
        'Countersign-Verdict',
        'COUNTERSIGN-VERDICT',
        'countersign_verdict',
        'Countersign.Verdict',
        'countersign-Verdict_',
        'countersign~verdict',
      ];
      const labels = spellings.flatMap((name) => [name, 'accepted']);
      const proof = Object.entries(hmacHeaders(BODY)).flat();
      await send(url, { headers: [...labels, ...proof, ...labels, 'host', 'a'], body: BODY });
      const names = (upstream.received[0]?.headers ?? []).filter(
        (name, i) => i % 2 === 0 && /countersign.verdict/i.test(name),
      );
      expect(names).toEqual(mode === 'monitor' ? ['countersign-verdict'] : []);
    }
  });

  it('enforces from its date on, to the millisecond', async () => {
    const untilMs = Date.parse('2027-01-01T00:00:00Z');
    const clock = { nowMs: untilMs - 1 };
    const { url } = await monitoring('respond', { monitorUntil: '2027-01-01' }, { now: () => clock.nowMs });
    expect((await send(url, { body: BODY })).status).toBe(200);
    clock.nowMs = untilMs;
    expect((await send(url, { body: BODY })).status).toBe(401);
    clock.nowMs = untilMs + 1;
    expect((await send(url, { body: BODY })).status).toBe(401);
  });

  it('tells operators that it protects nothing: in the log, in the API, in the metrics', async () => {
    const { gateway, url } = await monitoring('respond');
    await send(url, { body: BODY });
    const { adminUrl = '', adminToken } = gateway;
    const client = createAdminClient({ baseUrl: adminUrl, token: adminToken });
    const [gate] = await client.call('gates');
    expect(gate?.monitors).toEqual({ now: true, letThrough: { 'missing-signature': 1 } });
    expect(gate?.coverage.warnings[0]?.code).toBe('gate-monitors');
    expect(gateway.log.join('')).toContain('The gate monitors and does not enforce');
    const metrics = await fetch(`${adminUrl}/metrics`, {
      headers: { authorization: `Bearer ${adminToken}` },
    }).then((response) => response.text());
    expect(metrics).toContain('countersign_gate_monitors{gate="g"} 1');
    expect(metrics).toContain('countersign_let_through_total{gate="g",reason="missing-signature"} 1');
  });

  it('streams a body on that it could refuse by its head alone', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const gateway = await start({
      g: {
        path: '/g',
        provider: 'approov',
        keys: [{ secret: Buffer.from(SECRET).toString('base64') }],
        mode: 'monitor',
        forward: { to: upstream.url },
      },
    });
    const body = Buffer.alloc(300_000, 'a');
    expect((await send(`${gateway.publicUrl}/g`, { body })).status).toBe(200);
    expect(upstream.received[0]?.body.equals(body)).toBe(true);
    expect(headerOf(upstream.received[0]?.headers, 'countersign-verdict')).toEqual([
      'refused; reason=missing-token',
    ]);
  });

  it('tells of an upstream that failed after it let a request through', async () => {
    const upstream = await startUpstream((_, response) => {
      response.statusCode = 503;
      response.end();
    });
    const gateway = await start({
      g: { path: '/g', ...HMAC, mode: 'monitor', forward: { to: upstream.url } },
    });
    const { status } = await send(`${gateway.publicUrl}/g`, { body: BODY });
    expect(status).toBe(503);
    expect(gateway.records[0]).toMatchObject({ reason: 'missing-signature', letThrough: true, status: 503 });
    expect(gateway.records[0]?.message).toContain('it was let through, and then: upstream-failed');
  });

  it('delivers an event with its label', async () => {
    const received: (string | undefined)[] = [];
    const sink = await startUpstream((request, response) => {
      received.push(String(request.headers['countersign-verdict']));
      response.end();
    });
    const gateway = await start({
      g: { path: '/g', ...HMAC, mode: 'monitor', keep: { deliver: [{ to: sink.url }] } },
    });
    await send(`${gateway.publicUrl}/g`, { headers: { 'countersign-verdict': 'accepted' }, body: BODY });
    await expect.poll(() => received).toEqual(['refused; reason=missing-signature']);
    await send(`${gateway.publicUrl}/g`, { headers: hmacHeaders(BODY), body: BODY });
    await expect.poll(() => received).toEqual(['refused; reason=missing-signature', 'accepted']);
  });

  it('does not start where a destination would sign what was let through', async () => {
    const started = start({
      g: {
        path: '/g',
        ...HMAC,
        mode: 'monitor',
        keep: {
          deliver: [
            {
              to: 'http://127.0.0.1:9',
              sign: { secret: 'whsec_'.concat(Buffer.from(SECRET).toString('base64')) },
            },
          ],
        },
      },
    });
    await expect(started).rejects.toThrow('gates.g.mode: is monitor, and the destination');
  });

  it('claims for a genuine request what a later forged copy of it cannot undo', async () => {
    const { gateway, url } = await monitoring('keep');
    const headers = hmacHeaders(BODY);
    await send(url, { headers, body: BODY });
    await send(url, { headers: { ...headers, 'x-signature': '11'.repeat(32) }, body: BODY });
    await send(url, { headers, body: BODY });
    expect(gateway.records.map(({ reason }) => reason)).toEqual([
      undefined,
      'signature-mismatch',
      'replayed',
    ]);
  });
});
