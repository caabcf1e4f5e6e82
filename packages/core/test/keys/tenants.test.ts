/** Keys by tenant: what a request says of itself chooses whose keys are looked at, and nothing else. */
import { describe, expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import {
  type Accepted,
  createGate,
  done,
  type Gate,
  type GateOptions,
  MemoryReplayGuard,
  replyTo,
  type SignedRequest,
  type TenantHint,
  type TenantOptions,
  tenantsFrom,
} from '../../src/index.ts';
import { wordOf } from '../tokens/mint.ts';
import { NOW } from './key-fixtures.ts';

const secretOf = (tenant: string): string => `the secret of ${tenant}, thirty-two bytes and more`;

const hint: TenantOptions['hint'] = ({ url }) => new URL(url, 'http://gate').pathname.split('/')[2];

/** Knows some tenants, however a request spells them. */
const keysOfKnown =
  (...names: readonly string[]): TenantOptions['keysOf'] =>
  async ({ untrustedTenant }) => {
    const tenant = names.find((name) => name === untrustedTenant.toLowerCase());
    return tenant === undefined ? undefined : { tenant, keys: [{ id: 'main', secret: secretOf(tenant) }] };
  };

function gateOf(
  keysOf: TenantOptions['keysOf'] = keysOfKnown('acme', 'globex'),
  more: Partial<GateOptions> = {},
) {
  const clock = { nowMs: NOW };
  const hints: TenantHint[] = [];
  const tenants: TenantOptions = {
    hint,
    keysOf: (asked) => {
      hints.push(asked);
      return keysOf(asked);
    },
  };
  const gate = createGate({
    provider: 'github',
    id: 'hooks',
    tenants: tenantsFrom(tenants),
    now: () => clock.nowMs,
    ...more,
  });
  return { gate, hints, clock };
}

/** A request that one tenant signed, sent as if it were of another. */
async function requestOf(signer: string, to: string = signer, body = '{}'): Promise<SignedRequest> {
  const sender = createGate({ provider: 'github', keys: [secretOf(signer)], now: () => NOW });
  return sender.sign({
    method: 'POST',
    url: `/hooks/${to}`,
    body,
    headers: { 'x-github-delivery': 'one', 'x-github-event': 'push' },
  });
}

async function wordsAt(gate: Gate, requests: readonly SignedRequest[]): Promise<readonly string[]> {
  const received = await Promise.all(requests.map((request) => gate.receive(request, () => done('ran'))));
  return received.map((one) => (one.kind === 'refused' ? one.verdict.reason : one.kind));
}

describe('a gate of tenants', () => {
  it('tells its source the hint and nothing else', async () => {
    const { gate, hints } = gateOf();
    await gate.verify(await requestOf('acme'));
    expect(hints).toEqual([{ gate: 'hooks', provider: 'github', untrustedTenant: 'acme' }]);
    expect(Object.isFrozen(hints[0])).toBe(true);
  });

  it('says in the verdict whose key has proved the request', async () => {
    const { gate } = gateOf();
    const verdict = await gate.verify(await requestOf('globex'));
    expect(verdict).toMatchObject({ ok: true, tenant: 'globex', keyId: 'main' });
  });

  it('says it as the source does, whatever the request has said', async () => {
    const { gate } = gateOf();
    const verdict = await gate.verify(await requestOf('acme', 'ACME'));
    expect(verdict).toMatchObject({ ok: true, tenant: 'acme' });
  });

  it('says nothing of a tenant where keys are listed', async () => {
    const gate = createGate({ provider: 'github', keys: [secretOf('acme')], now: () => NOW });
    expect(await gate.verify(await requestOf('acme'))).not.toHaveProperty('tenant');
  });

  it('takes under every hint the requests alone of the tenant that is hinted', async () => {
    const { gate } = gateOf();
    const names = ['acme', 'globex', 'nobody', 'Acme', 'a'.repeat(129), 'a%00b', ''];
    for (const signer of ['acme', 'globex', 'nobody']) {
      for (const to of names) {
        const verdict = await gate.verify(await requestOf(signer, to));
        const isOwn = to.toLowerCase() === signer && signer !== 'nobody';
        expect([signer, to, verdict.ok]).toEqual([signer, to, isOwn]);
        if (verdict.ok) expect(verdict.tenant).toBe(signer);
      }
    }
  });

  it('holds a key that a tenant has taken away against nothing any more, once its age is over', async () => {
    let keys = [secretOf('acme')];
    const { gate, clock } = gateOf(async () => ({ tenant: 'acme', keys }));
    const request = await requestOf('acme');
    expect(wordOf(await gate.verify(request))).toBe('accepted');
    keys = [];
    clock.nowMs += 59_999;
    expect(wordOf(await gate.verify(request))).toBe('accepted');
    clock.nowMs += 1;
    expect(wordOf(await gate.verify(request))).toBe('unknown-tenant');
  });

  it('takes nothing whose keys are old while the source is down, and has the sender come again', async () => {
    let isDown = false;
    const source = keysOfKnown('acme');
    const { gate, clock } = gateOf((asked) => (isDown ? Promise.reject(new Error('down')) : source(asked)));
    const request = await requestOf('acme');
    expect(wordOf(await gate.verify(request))).toBe('accepted');
    isDown = true;
    clock.nowMs += 59_999;
    expect(wordOf(await gate.verify(request))).toBe('accepted');
    clock.nowMs += 1;
    const received = await gate.receive(request, () => done('ran'));
    expect(received).toMatchObject({ kind: 'refused', verdict: { reason: 'keys-unavailable' } });
    expect(replyTo(received)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  });

  it('takes a hint that throws for none', async () => {
    const { gate, hints } = gateOf(undefined, {
      tenants: tenantsFrom({
        hint: () => {
          throw new Error('a stranger’s request');
        },
        keysOf: keysOfKnown('acme'),
      }),
    });
    expect(wordOf(await gate.verify(await requestOf('acme')))).toBe('unknown-tenant');
    expect(hints).toEqual([]);
  });

  it('answers an unknown tenant as a wrong key', async () => {
    const { gate } = gateOf();
    const received = await gate.receive(await requestOf('acme', 'nobody'), () => done('ran'));
    expect(received).toMatchObject({
      kind: 'refused',
      verdict: { reason: 'unknown-tenant', step: 'extract' },
    });
    expect(replyTo(received).status).toBe(401);
  });

  it('lists no keys: two tenants may call theirs alike', async () => {
    const { gate } = gateOf();
    await gate.verify(await requestOf('acme'));
    expect(gate.keys.list()).toEqual([]);
    expect(gate.keys.isByTenant).toBe(true);
  });
});

describe('a claim', () => {
  it('is a tenant’s: the same event of two tenants runs twice, and of one once', async () => {
    const { gate } = gateOf();
    const all = [await requestOf('acme'), await requestOf('globex')];
    expect(await wordsAt(gate, all)).toEqual(['done', 'done']);
    expect(await wordsAt(gate, all)).toEqual(['replayed', 'replayed']);
  });

  it('is the same however the request spells its tenant', async () => {
    const { gate } = gateOf();
    expect(await wordsAt(gate, [await requestOf('acme')])).toEqual(['done']);
    expect(await wordsAt(gate, [await requestOf('acme', 'ACME'), await requestOf('acme', 'Acme')])).toEqual([
      'replayed',
      'replayed',
    ]);
  });

  it('is another one than that of a tenant whose name goes on where this one ends', async () => {
    const secret = 'the one secret of both of them';
    const identities: string[] = [];
    const guard = new MemoryReplayGuard();
    for (const tenant of ['a', 'a id ', 'a content ']) {
      const { gate } = gateOf(async () => ({ tenant, keys: [secret] }), { replay: guard });
      const request = await createGate({ provider: 'github', keys: [secret] }).sign({
        method: 'POST',
        url: '/hooks/any',
        body: '{}',
      });
      await gate.receive(request, (_: Accepted, claim) => {
        identities.push(Buffer.from(claim?.identity ?? []).toString('hex'));
        return done('ran');
      });
    }
    expect(new Set(identities).size).toBe(3);
  });
});

describe('the source is asked', () => {
  it('once for many requests of one tenant at once', async () => {
    const { gate, hints } = gateOf();
    const request = await requestOf('acme');
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => gate.verify(request)));
    expect(verdicts.every(({ ok }) => ok)).toBe(true);
    expect(hints).toHaveLength(1);
  });

  it('for ten thousand tenants that somebody invents a bounded number of times, and known ones are served', async () => {
    const { gate, hints, clock } = gateOf();
    const genuine = await requestOf('acme');
    expect(wordOf(await gate.verify(genuine))).toBe('accepted');
    const reasons = new Map<string, number>();
    for (let i = 0; i < 10_000; i++) {
      const word = wordOf(await gate.verify({ ...genuine, url: `/hooks/invented-${i}` }));
      reasons.set(word, (reasons.get(word) ?? 0) + 1);
    }
    expect(reasons).toEqual(
      new Map([
        ['unknown-tenant', 100],
        ['keys-unavailable', 9_900],
      ]),
    );
    expect(hints).toHaveLength(101);
    expect(wordOf(await gate.verify(genuine))).toBe('accepted');
    clock.nowMs += 1000;
    for (let i = 0; i < 100; i++) await gate.verify({ ...genuine, url: `/hooks/more-${i}` });
    expect(hints).toHaveLength(121);
    clock.nowMs += 59_000;
    expect(wordOf(await gate.verify(genuine))).toBe('accepted');
  });

  it('for any number of tenants that there are, and their keys are kept up to a bound', async () => {
    const { gate, hints } = gateOf(
      async ({ untrustedTenant }) => ({ tenant: untrustedTenant, keys: [secretOf('all')] }),
      { keyLookup: { maxNames: 10 } },
    );
    const genuine = await requestOf('all');
    const ask = (i: number) => gate.verify({ ...genuine, url: `/hooks/tenant-${i}` });
    for (let i = 0; i < 500; i++) expect(wordOf(await ask(i))).toBe('accepted');
    expect(hints).toHaveLength(500);
    for (let i = 490; i < 500; i++) await ask(i);
    expect(hints).toHaveLength(500);
    await ask(489);
    expect(hints).toHaveLength(501);
  });

  it.skipIf(!isLong)(
    `again where the keys of others have taken the room, which is 64 MB${longReason}`,
    async () => {
      const long = 'x'.repeat(60_000);
      const { gate, hints } = gateOf(async ({ untrustedTenant }) => ({
        tenant: untrustedTenant,
        keys: Array.from({ length: 16 }, (_, i) => ({ id: `${i}`, secret: `${long}${i}` })),
      }));
      const request = await requestOf('acme');
      const ask = (i: number) => gate.verify({ ...request, url: `/hooks/tenant-${i}` });
      // Each takes 1.9 MB.
      for (let i = 0; i < 40; i++) await ask(i);
      for (let i = 10; i < 40; i++) await ask(i);
      expect(hints).toHaveLength(40);
      await ask(0);
      expect(hints).toHaveLength(41);
    },
  );
});
