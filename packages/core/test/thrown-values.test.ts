/** Anything can be thrown. Whatever the caller's functions throw, a gate refuses or reports it, and does not itself throw. */
import { describe, expect, it } from 'vitest';
import { createGate, type Done, done } from '../src/index.ts';
import { guardWith } from './support/guard-with.ts';
import { bearer, mint, NOW, P256 } from './tokens/mint.ts';

const SECRET = 'a secret of more than sixteen bytes';

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const THROWN: readonly (readonly [name: string, value: unknown, words: string])[] = [
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a text', 'away', 'away'],
  ['a number', 7, 'a number'],
  ['a symbol', Symbol('x'), 'a symbol'],
  ['an object without a prototype', Object.create(null), 'a plain object'],
  ['an error without words', Object.assign(new Error(), { message: undefined }), 'an instance of Error'],
  ['a revoked proxy', revoked(), 'an object that cannot be read'],
  ['an error', new TypeError('fetch failed'), 'fetch failed'],
];

describe.each(THROWN)('%s', (_, value, words) => {
  const throwing = (): never => {
    throw value;
  };
  const rejecting = () => Promise.reject(value);

  it.each([throwing, rejecting])('from fetch (%o)', async (fetch) => {
    const reports: string[] = [];
    const gate = createGate({
      provider: { id: 'jwt-bearer', algorithm: 'ES256', jwks: { url: 'https://keys.example/' } },
      now: () => NOW,
      fetch,
      report: (problem) => reports.push(problem),
    });
    const verdict = await gate.verify(bearer(mint('ES256', P256.privateKey)));
    expect(verdict).toMatchObject({ ok: false, reason: 'keys-unavailable' });
    expect(reports.join()).toContain(`it cannot be reached (${words})`);
  });

  it.each([throwing, rejecting])('from a function of keys (%o)', async (keys) => {
    const gate = createGate({ provider: 'github', keys });
    const signed = createGate({ provider: 'github', keys: [SECRET] });
    const request = await signed.sign({ method: 'POST', url: '/', headers: {}, body: '' });
    expect(await gate.verify(request)).toMatchObject({ ok: false, reason: 'keys-unavailable' });
  });

  it.each([throwing, rejecting])('from a guard that renews (%o)', async (renew) => {
    const replay = guardWith({ renew });
    const { promise, resolve } = Promise.withResolvers<Done<string>>();
    const report = (problem: string): void => resolve(done(problem));
    const gate = createGate({ provider: 'github', keys: [SECRET], replay, leaseMs: 30, report });
    const request = await gate.sign({ method: 'POST', url: '/', headers: {}, body: '' });
    expect(await gate.receive(request, () => promise)).toMatchObject({
      value: expect.stringMatching(new RegExp(`may run its request again: ${words}$`)),
    });
  });
});
