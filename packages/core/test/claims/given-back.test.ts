/** Where what a request claims further cannot be claimed, what it has claimed is free again: nothing ran. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createClaimMaker } from '../../src/identity.ts';
import { createGate, done, MemoryReplayGuard, type ReplayGuard, requestFrom } from '../../src/index.ts';
import { createLeases } from '../../src/leases.ts';
import { pass } from '../../src/pipeline.ts';
import type { PipelineGate } from '../../src/pipeline-gate.ts';

const NOW = 1_760_000_000_000;
const T = NOW / 1000;
const SECRET = 'a shared secret of thirty-two by';

/** Signatures that cover as many different contents. */
function requestWith(labels: readonly string[]) {
  const inputs: string[] = [];
  const signatures: string[] = [];
  for (const label of labels) {
    const input = `("@method" "x-${label}");created=${T}`;
    const base = `"@method": POST\n"x-${label}": 1\n"@signature-params": ${input}`;
    inputs.push(`${label}=${input}`);
    signatures.push(`${label}=:${createHmac('sha256', SECRET).update(base).digest('base64')}:`);
  }
  return requestFrom({
    method: 'POST',
    url: '/',
    headers: {
      ...Object.fromEntries(labels.map((label) => [`x-${label}`, '1'])),
      'signature-input': inputs.join(', '),
      signature: signatures.join(', '),
    },
    body: '',
  });
}

const FAILURES: Readonly<Record<string, () => never | Promise<never>>> = {
  throws: () => {
    throw new Error('the guard is away');
  },
  rejects: () => Promise.reject(new Error('the guard is away')),
};

/** Its begin fails once, at the call of that number. */
function failingAt(guard: MemoryReplayGuard, call: number, fail: () => never | Promise<never>): ReplayGuard {
  let calls = 0;
  return {
    begin: (...given) => (++calls === call ? fail() : guard.begin(...given)),
    renew: (...given) => guard.renew(...given),
    commit: (...given) => guard.commit(...given),
    abort: (...given) => guard.abort(...given),
  };
}

describe.each(Object.entries(FAILURES))('a guard that %s', (_, fail) => {
  it.each([1, 2, 3])('at begin %i of three leaves nothing claimed: the retry runs', async (call) => {
    const gate = createGate({
      provider: { id: 'http-message-signatures', components: ['@method'] },
      keys: [SECRET],
      now: () => NOW,
      replay: failingAt(new MemoryReplayGuard(), call, fail),
    });
    const request = requestWith(['a', 'b', 'c']);
    await expect((async () => gate.receive(request, () => done('first')))()).rejects.toThrow(
      'the guard is away',
    );
    expect(await gate.receive(request, () => done('retried'))).toMatchObject({ value: 'retried' });
  });

  it.each([1, 2, 3, 4])('at claim %i of a list gives the others back', async (call) => {
    const claims = [1, 2, 3, 4].map((n) => ({ identity: new Uint8Array(16).fill(n), untilMs: NOW + 1000 }));
    const guard = failingAt(new MemoryReplayGuard(), call, fail);
    const leases = createLeases({ replay: () => guard, leaseMs: 60_000, now: () => NOW, report: () => {} });
    await expect((async () => leases.beginAll(claims, NOW))()).rejects.toThrow('the guard is away');
    expect(await leases.beginAll(claims, NOW)).toEqual({ state: 'begun', attempt: 1 });
  });
});

it.each(Object.entries(FAILURES))('what looks for further claims %s: the retry runs', async (_, fail) => {
  const { scheme, keys } = createGate({
    provider: { id: 'http-message-signatures', components: ['@method'] },
    keys: [SECRET],
  });
  const guard = new MemoryReplayGuard();
  const claims = createClaimMaker(scheme, 'gate', 60_000);
  const gate: PipelineGate = {
    scheme,
    keys,
    maxBodyBytes: 1000,
    now: () => NOW,
    leases: createLeases({ replay: () => guard, leaseMs: 60_000, now: () => NOW, report: () => {} }),
    repeats: 'refuse',
    claims,
  };
  const failing: PipelineGate = { ...gate, claims: { ...claims, further: fail } };
  const request = requestWith(['a', 'b']);
  await expect((async () => pass(failing, request, () => done('first')))()).rejects.toThrow(
    'the guard is away',
  );
  expect(await pass(gate, request, () => done('retried'))).toMatchObject({ value: 'retried' });
});
