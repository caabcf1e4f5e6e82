/** What `explain` does beside its table: keys that cannot be read, its budget, what it shows and what it never shows. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expectedSignatures, explain } from '../../src/explain/index.ts';
import { createGate, type Gate, SetupError, writtenScheme } from '../../src/index.ts';
import { expectVerified } from '../../src/testing/index.ts';

const KEY = 'a-secret-of-some-length-0123456789';
const gate: Gate = createGate({ provider: 'github', keys: [{ id: 'main', secret: KEY }] });
const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('hex');
const request = (signed: string, sent: string, key = KEY) => ({
  method: 'POST',
  url: 'https://a.example/hook',
  headers: { 'x-hub-signature-256': `sha256=${hmac(key, signed)}` },
  body: Buffer.from(sent),
});

describe('against keys that nobody has built a gate of', () => {
  it('judges as the gate would', async () => {
    const against = { provider: 'github' as const, keys: [KEY] };
    expect((await explain(request('x', 'x'), against)).verdict).toMatchObject({ ok: true });
    expect((await explain(request('x', 'x\n'), against, { budgetMs: 10_000 })).findings[0]?.id).toBe(
      'body-newline-added',
    );
  });

  it('takes a key that cannot be read as a finding, beside what else the request lacks', async () => {
    const against = { provider: 'approov' as const, keys: ['%%% no base64 %%%'] };
    const { verdict, findings } = await explain(request('x', 'x'), against);
    expect(verdict).toMatchObject({ ok: false, reason: 'missing-token' });
    expect(findings[0]).toMatchObject({ id: 'key-encoding-wrong', certainty: 'possible' });
    expect(JSON.stringify(findings)).not.toContain('no base64 %');
  });

  it('says at the step of the keys that none could be read, where the request has a signature', async () => {
    const against = { provider: 'standard-webhooks' as const, keys: ['whsec_%%%'] };
    const signed = {
      ...request('x', 'x'),
      headers: {
        'webhook-id': 'a',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
      },
    };
    const { verdict, steps } = await explain(signed, against);
    expect(verdict).toMatchObject({
      reason: 'unknown-key',
      message: expect.stringContaining('cannot be read'),
    });
    expect(steps.find(({ state }) => state === 'refused')?.step).toBe('extract');
  });

  it.each([undefined, null, 'github', {}, { provider: 'github' }])(
    'throws a SetupError for %j',
    (against) => {
      expect(() => explain(request('x', 'x'), against as unknown as Gate)).toThrow(SetupError);
    },
  );

  it('takes what has more members than it asks for: a verdict, a store’s claim', async () => {
    const { verdict } = await explain(request('x', 'y'), gate);
    const earlier = { takenMs: 0, untilMs: 5 };
    const neighbours = [{ signedMs: 0, receivedMs: 0, gate: 'a' }];
    if (verdict.ok) throw new Error('it is refused');
    const other = await explain(request('x', 'y'), gate, { refused: verdict, earlier, neighbours });
    expect(other.verdict).toMatchObject({ reason: 'signature-mismatch' });
  });

  it.each([
    [{ providr: 'github', keys: [KEY] }, 'providr: there is no such option. Did you mean provider?'],
    [{ keys: [KEY], now: 5 }, 'now: it is a number. Give a function.'],
    [{ keys: [KEY], provider: 5 }, 'provider: it is a number.'],
    [{ keys: [KEY], scheme: 'hmac' }, 'scheme: it is a text. Give an object.'],
  ])('says what is wrong with the candidates %j', (against, says) => {
    expect(() => explain(request('x', 'x'), against as unknown as Gate)).toThrow(says);
  });

  it.each([null, 5, [], Symbol('key'), { secret: null }])(
    'takes %s as a key that cannot be read',
    async (key) => {
      const against = { provider: 'github', keys: [key] } as unknown as Gate;
      const { findings } = await explain(request('x', 'y'), against);
      expect(findings[0]?.certainty).toBe('proved');
      expect(findings[0]?.id).toMatch(/^key-/);
    },
  );

  it.each([
    null,
    'fast',
    { budgetMs: Number.NaN },
    { budgetMs: '250' },
    { budgetMs: -1 },
    { budget: 250 },
    { neighbours: 'none' },
    { earlier: 5 },
    { refused: { reason: 'zz', step: 'replay', message: 'x' } },
    { refused: { reason: 'replayed', step: 'zz', message: 'x' } },
    { refused: { reason: 'replayed', step: 'replay' } },
    { refused: { reason: 'replayed', step: 'replay', message: 'x', repeat: { state: 'in-flight' } } },
    { refused: { reason: 'constructor', step: 'replay', message: 'x' } },
    { neighbours: [null] },
    { neighbours: [[]] },
    { neighbours: [{ signedMs: 0 }] },
    { neighbours: [{ signedMs: Number.NaN, receivedMs: 0 }] },
    { earlier: { takenMs: 1e300 } },
    { earlier: { eventId: 5 } },
  ])('throws a SetupError for the options %j', (options) => {
    expect(() => explain(request('x', 'y'), gate, options as unknown as object)).toThrow(SetupError);
  });

  it('throws a SetupError for what is wrong beside the keys', () => {
    const against = { scheme: { message: '{Body}' }, keys: [KEY] };
    expect(() => explain(request('x', 'x'), against as unknown as Gate)).toThrow(SetupError);
  });
});

describe('its budget', () => {
  it('claims nothing once it is used up', async () => {
    expect((await explain(request('x', 'x\n'), gate, { budgetMs: 0 })).findings).toEqual([]);
  });

  it('lets other work have its turn', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const text = JSON.stringify({ list: Array.from({ length: 4000 }, (_, i) => ({ i, text: 'é/<&>' })) });
    await explain(request('another text', text), gate);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});

describe('two mistakes at once', () => {
  it('are tried together where neither explains it alone', async () => {
    const other = createGate({ provider: 'github', keys: [` ${KEY}\n`] });
    const { findings } = await explain(request('x', 'x\n'), other, { budgetMs: 10_000 });
    expect(findings[0]).toMatchObject({ id: 'key-blanks-around+body-newline-added', certainty: 'proved' });
  });
});

describe('what it shows', () => {
  it('is neither a key nor a signature, but to whoever asks for the expected one', async () => {
    const told = await explain(request('x', 'y'), gate);
    const { gate: against, ...shown } = told;
    expect(against).toBe(gate);
    expect(JSON.stringify(told)).not.toContain(KEY);
    expect(JSON.stringify(shown)).not.toContain(hmac(KEY, 'y'));
    const expected = await expectedSignatures(gate, await gate.trace(request('x', 'y')));
    expect(expected).toEqual([{ keyId: 'main', reading: '', signature: `sha256=${hmac(KEY, 'y')}` }]);
  });

  it('counts no hit of the gate’s keys', async () => {
    const counted = createGate({ provider: 'github', keys: [KEY] });
    await explain(request('x', 'x\n'), counted);
    expect(counted.keys.list()[0]?.hits).toBe(0);
  });

  it('counts none of keys that a function finds either', async () => {
    const counted = createGate({ provider: 'github', keys: async () => [{ id: 'main', secret: KEY }] });
    const { findings } = await explain(request('x', 'x\n'), counted, { budgetMs: 2_000 });
    expect(findings[0]?.id).toBe('body-newline-added');
    expect(counted.keys.list()).toMatchObject([{ id: 'main', hits: 0 }]);
  });
});

describe('what was left out of the search', () => {
  const untriedOf = async (text: string, budgetMs: number) =>
    (await explain(request('x', text), gate, { budgetMs })).untried;

  it('is told: a budget that was over, and a body too long to be written otherwise', async () => {
    expect(await untriedOf('x', 5000)).toEqual([]);
    expect(await untriedOf('{"a":1}', 5000)).toEqual([]);
    expect(await untriedOf('{"a":1}', 0)).toEqual(['budget']);
    expect(await untriedOf(' '.repeat(65_537), 5000)).toEqual(['long-body']);
    expect(await untriedOf(' '.repeat(65_536), 5000)).toEqual([]);
  });
});

describe('expectVerified', () => {
  it('gives the verdict', async () => {
    expect(await expectVerified(request('x', 'x'), gate)).toMatchObject({ ok: true, keyId: 'main' });
  });

  it('throws the explanation', async () => {
    await expect(expectVerified(request('x', 'x\n'), gate)).rejects.toThrow(
      'the request is refused: signature-mismatch at step compare: none of the keys proves the request. A line end was added to the end of the body after it was signed.',
    );
    await expect(expectVerified(request('x', 'y'), gate)).rejects.toThrow(
      'signature-mismatch at step compare',
    );
  });

  it('says which clock a recorded request needs', async () => {
    const recorded = createGate({ provider: 'stripe', keys: [KEY] });
    const headers = { 'stripe-signature': `t=1700000000,v1=${hmac(KEY, '1700000000.x')}` };
    const source = { ...request('x', 'x'), headers };
    await expect(expectVerified(source, recorded)).rejects.toThrow(
      'Of a recorded request the gate needs the clock of its day: createGate({ …, now: () => 1700000000000 }).',
    );
    const onTheDay = createGate({ provider: 'stripe', keys: [KEY], now: () => 1_700_000_000_000 });
    expect(await expectVerified(source, onTheDay)).toMatchObject({ ok: true });
  });
});

describe('without a provider', () => {
  const stripe = () => {
    const seconds = Math.floor(Date.now() / 1000);
    const mac = createHmac('sha256', `whsec_${KEY}`).update(`${seconds}.{"id":"evt_1"}`).digest('hex');
    return { ...request('', '{"id":"evt_1"}'), headers: { 'stripe-signature': `t=${seconds},v1=${mac}` } };
  };

  it('finds whose request it is by its shape, and whether a key proves it', async () => {
    const { verdict, gate: against } = await explain(stripe(), { keys: [`whsec_${KEY}`] });
    expect(verdict).toMatchObject({ ok: true, provider: 'stripe' });
    expect(against.provider).toBe('stripe');
  });

  it('goes on to the cause', async () => {
    const { headers, ...source } = request('x', 'x\n');
    const beside = { 'x-github-event': 'push', 'x-github-delivery': 'd' };
    const pushed = { ...source, headers: { ...headers, ...beside } };
    const { verdict, findings } = await explain(pushed, { keys: [KEY] }, { budgetMs: 10_000 });
    expect(verdict).toMatchObject({ ok: false, provider: 'github' });
    expect(findings[0]?.id).toBe('body-newline-added');
  });

  it('says that no provider’s requests look so', async () => {
    await expect(explain({ method: 'GET', url: '/' }, { keys: [KEY] })).rejects.toThrow(
      'provider: no ready-made provider’s requests look like this one. Name the provider, or declare the scheme (in a configuration, for the command): docs/catalogue.md has declarations for more than a hundred senders.',
    );
  });
});

describe('a request that a gate has refused at the replay', () => {
  const ITEMS = {
    algorithm: 'hmac-sha256',
    signature: { member: 'mac', encoding: 'hex' },
    message: '{member:id}',
    each: 'items.*',
  };
  const itemsGate = createGate({ scheme: writtenScheme(ITEMS), keys: [KEY] });
  const items = {
    method: 'POST',
    url: 'https://a.example/hook',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ items: [{ id: 'a', mac: hmac(KEY, 'a') }] }),
  };

  it.each([
    ['a repeat', gate, request('x', 'x'), { state: 'committed', acknowledge: false }, 'sign anew'],
    ['another request with its id', gate, request('x', 'x'), undefined, 'give each request an id of its own'],
    ['other items with one of its', itemsGate, items, undefined, 'send again what it sent first'],
  ] as const)('is told what helps %s', async (_name, judged, source, repeat, remedy) => {
    const refused = {
      reason: 'replayed',
      step: 'replay',
      message: 'as then',
      ...(repeat && { repeat }),
    } as const;
    const { verdict } = await explain(source, judged, { refused });
    expect(verdict).toMatchObject({ ok: false, message: 'as then', remedy: expect.stringContaining(remedy) });
  });
});
