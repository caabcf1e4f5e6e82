/** Lists of signatures: one good one suffices, whatever stands beside it; a bad one alone is refused. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate } from '../src/index.ts';

const NOW = 1_760_000_000_000;
const T = NOW / 1000;
const RAW = Buffer.from('a secret of thirty-two bytes, yes');
const BODY = '{"type":"a"}';
const mac = (message: string): Buffer => createHmac('sha256', RAW).update(message).digest();
const other = createHmac('sha256', 'another key').update(BODY).digest();

interface ListCase {
  readonly gate: Gate;
  readonly separator: string;
  readonly good: string;
  /** Well-formed, and of another key. */
  readonly wrong: string;
  readonly label: string;
  request(list: string): Parameters<Gate['verify']>[0];
}

const post = (headers: Readonly<Record<string, string>>) => ({
  method: 'POST',
  url: '/',
  headers,
  body: BODY,
});

const CASES: Readonly<Record<string, ListCase>> = {
  stripe: {
    gate: createGate({ provider: 'stripe', keys: [RAW.toString()], now: () => NOW }),
    separator: ',',
    label: 'v1=',
    good: `v1=${mac(`${T}.${BODY}`).toString('hex')}`,
    wrong: `v1=${other.toString('hex')}`,
    request: (list) => post({ 'stripe-signature': `t=${T},${list}` }),
  },
  'standard-webhooks': {
    gate: createGate({
      provider: 'standard-webhooks',
      keys: [`whsec_${RAW.toString('base64')}`],
      now: () => NOW,
    }),
    separator: ' ',
    label: 'v1,',
    good: `v1,${mac(`m1.${T}.${BODY}`).toString('base64')}`,
    wrong: `v1,${other.toString('base64')}`,
    request: (list) =>
      post({ 'webhook-id': 'm1', 'webhook-timestamp': String(T), 'webhook-signature': list }),
  },
  declared: {
    gate: createGate({
      scheme: {
        algorithm: 'hmac-sha256',
        signature: { header: 'x-sig', encoding: 'hex', list: { separator: ';', assign: ':', labels: ['s'] } },
        message: '{body}',
      },
      keys: [RAW.toString()],
      now: () => NOW,
    }),
    separator: ';',
    label: 's:',
    good: `s:${mac(BODY).toString('hex')}`,
    wrong: `s:${other.toString('hex')}`,
    request: (list) => post({ 'x-sig': list }),
  },
};

describe.each(Object.entries(CASES))('%s', (_, { gate, separator, good, wrong, label, request }) => {
  const bad = [`${label}potato`, `${label}`, `${label}ab`, `${label}${'f'.repeat(500)}`];

  it('takes a good signature in any place among others that are wrong, broken, or of unknown labels', async () => {
    const items = fc.array(fc.constantFrom(wrong, ...bad, 'v0=ab', 'v9,x', 'no-label', ''), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(items, fc.nat(), async (others, at) => {
        const list = [...others];
        list.splice(at % (others.length + 1), 0, good);
        expect(await gate.verify(request(list.join(separator)))).toMatchObject({ ok: true });
      }),
    );
  });

  it('says what it passed over', async () => {
    const verdict = await gate.verify(request([bad[0], good, bad[1]].join(separator)));
    expect(verdict.evidence).toMatchObject({ signatures: 1, signaturesSkipped: 2 });
  });

  it('counts what was found alike, whether one proves the request or none does', async () => {
    const accepted = await gate.verify(request([wrong, good, wrong, bad[0]].join(separator)));
    const refused = await gate.verify(request([wrong, wrong, wrong, bad[0]].join(separator)));
    expect([accepted.ok, refused.ok]).toEqual([true, false]);
    for (const { evidence } of [accepted, refused]) {
      expect(evidence).toMatchObject({ signatures: 3, signaturesSkipped: 1 });
    }
  });

  it.each(bad)('refuses %s alone as malformed', async (item) => {
    expect(await gate.verify(request(item))).toMatchObject({ ok: false, reason: 'malformed-signature' });
  });

  it('refuses broken and wrong ones together as a mismatch', async () => {
    const verdict = await gate.verify(request([bad[0], wrong].join(separator)));
    expect(verdict).toMatchObject({ ok: false, reason: 'signature-mismatch' });
  });

  it('looks at sixteen at most', async () => {
    const list = [...Array.from({ length: 16 }, () => bad[0]), good].join(separator);
    expect(await gate.verify(request(list))).toMatchObject({ ok: false, reason: 'malformed-signature' });
  });
});

it.each([', ', ' ,', '\t,\t', ',  '])('takes blanks beside a comma: %j', async (separator) => {
  const { gate, good } = CASES['stripe'] as ListCase;
  const request = post({ 'stripe-signature': [`t=${T}`, good].join(separator) });
  expect(await gate.verify(request)).toMatchObject({ ok: true });
});

it.each(['v1', 'v2'])('of several declared labels takes a signature under %s', async (label) => {
  const gate = createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-sig', encoding: 'hex', list: { labels: ['v1', 'v2'] } },
      message: '{body}',
    },
    keys: [RAW.toString()],
  });
  const list = (body: string): string => `v1=${other.toString('hex')},${label}=${mac(body).toString('hex')}`;
  expect(await gate.verify(post({ 'x-sig': list(BODY) }))).toMatchObject({ ok: true });
  expect(await gate.verify(post({ 'x-sig': list('another body') }))).toMatchObject({
    ok: false,
    reason: 'signature-mismatch',
    evidence: { signatures: 2 },
  });
});

it('takes a good Ed25519 signature beside a broken one, and beside those of the other kind', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  const gate = createGate({ provider: 'standard-webhooks', keys: [`whpk_${raw}`], now: () => NOW });
  const signature = sign(null, Buffer.from(`m1.${T}.${BODY}`), privateKey).toString('base64');
  const { request } = CASES['standard-webhooks'] as ListCase;
  expect(await gate.verify(request(`v1a,BAD v1,BAD v1a,${signature}`))).toMatchObject({ ok: true });
});

describe('what stands in other headers, or twice', () => {
  const keys = [RAW.toString()];
  const now = () => NOW;
  const hex = (message: string): string => mac(message).toString('hex');
  const signed: Readonly<Record<string, readonly [Gate, Readonly<Record<string, string>>]>> = {
    github: [createGate({ provider: 'github', keys, now }), { 'x-hub-signature-256': `sha256=${hex(BODY)}` }],
    slack: [
      createGate({ provider: 'slack', keys, now }),
      { 'x-slack-request-timestamp': String(T), 'x-slack-signature': `v0=${hex(`v0:${T}:${BODY}`)}` },
    ],
    stripe: [
      createGate({ provider: 'stripe', keys, now }),
      { 'stripe-signature': `t=${T},v1=${hex(`${T}.${BODY}`)}` },
    ],
    'standard-webhooks': [
      createGate({ provider: 'standard-webhooks', keys: [`whsec_${RAW.toString('base64')}`], now }),
      {
        'webhook-id': 'm1',
        'webhook-timestamp': String(T),
        'webhook-signature': `v1,${mac(`m1.${T}.${BODY}`).toString('base64')}`,
      },
    ],
  };
  const strange = {
    'x-hub-signature': 'sha1=ff',
    signature: '(',
    'signature-input': '(',
    'svix-signature': 'v1,BAD',
    'svix-id': 'm2',
    dpop: 'none',
    'x-signature': 'ff',
  };

  it.each(Object.entries(signed))('%s: no header but its own counts', async (_id, [gate, headers]) => {
    expect(await gate.verify(post({ ...strange, ...headers }))).toMatchObject({ ok: true });
    expect(await gate.verify(post({ ...headers, ...strange }))).toMatchObject({ ok: true });
  });

  it.each(Object.entries(signed))('%s: a header twice is never read as one', async (_id, [gate, headers]) => {
    for (const name of Object.keys(headers)) {
      for (const value of [headers[name] as string, 'v1,BAD', '1']) {
        for (const pairs of [
          [...Object.entries(headers), [name, value] as const],
          [[name, value] as const, ...Object.entries(headers)],
        ]) {
          const request = { method: 'POST', url: '/', headers: pairs, body: BODY };
          expect((await gate.verify(request)).ok, `${name}: ${value}`).toBe(false);
        }
      }
    }
  });
});
