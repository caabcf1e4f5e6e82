/** A gate whose keys are replaced while it works: all at once, or not at all. */
import { describe, expect, it } from 'vitest';
import { prepareKeys } from '../src/gate.ts';
import { createGate, type Gate, type KeySpec, type SignedRequest } from '../src/index.ts';

const OLD = { id: 'old', secret: 'an-old-secret-of-32-bytes-abcdefg' };
const NEW = { id: 'new', secret: 'a-new-secret-of-32-bytes-abcdefgh' };

function gateOf(...keys: readonly KeySpec[]): Gate {
  return createGate({ provider: 'hmac', keys });
}

function signedWith(key: KeySpec, body = 'a'): SignedRequest {
  const signed = gateOf(key).sign({ method: 'POST', url: '/', body });
  if (signed instanceof Promise) throw new Error('a secret signs at once');
  return signed;
}

describe('keys that are taken', () => {
  it('prove from then on, and those that are gone prove no more', async () => {
    const gate = gateOf(OLD);
    const prepared = prepareKeys(gate, [NEW]);
    expect(prepared.list).toMatchObject([{ id: 'new', hits: 0 }]);
    expect(await gate.verify(signedWith(OLD))).toMatchObject({ ok: true, keyId: 'old' });
    expect(await gate.verify(signedWith(NEW))).toMatchObject({ ok: false, reason: 'unknown-key' });
    prepared.take();
    expect(gate.keys.list()).toMatchObject([{ id: 'new' }]);
    expect(await gate.verify(signedWith(NEW))).toMatchObject({ ok: true, keyId: 'new' });
    expect(await gate.verify(signedWith(OLD))).toMatchObject({ ok: false, reason: 'unknown-key' });
    expect(gate.sign({ method: 'POST', url: '/', body: 'a' })).toEqual(signedWith(NEW));
  });

  it('that are revoked are named in the refusal, as those of a new gate are', async () => {
    const gate = gateOf(OLD);
    prepareKeys(gate, [{ ...OLD, state: 'revoked' }, NEW]).take();
    expect(await gate.verify(signedWith(OLD))).toMatchObject({
      ok: false,
      message: 'key "old" proves the request, but is revoked',
    });
  });
});

it.each([
  ['no keys', [], 'keys'],
  ['an id twice', [OLD, { ...NEW, id: 'old' }], 'keys[1].id'],
  ['a key that does not decode', [OLD, { id: 'x', secret: '!', encoding: 'hex' }], 'keys[1].secret'],
  ['a short one', [{ id: 'x', secret: 'abc' }], 'keys'],
  ['seventeen', Array.from({ length: 17 }, (_, i) => ({ id: `k${i}`, secret: `${NEW.secret}${i}` })), 'keys'],
  ['one that is bound where nothing names an action', [{ ...OLD, for: { action: 'a' } }], 'keys[0].for'],
  ['an unknown state', [{ ...OLD, state: 'gone' as 'active' }], 'keys[0].state'],
] satisfies readonly [string, readonly KeySpec[], string][])(
  '%s: refused as at a new gate, and nothing is changed',
  async (_, keys, option) => {
    const gate = gateOf(OLD);
    expect(() => prepareKeys(gate, keys)).toThrow(expect.objectContaining({ option }));
    expect(await gate.verify(signedWith(OLD))).toMatchObject({ ok: true });
  },
);

it('keys that a function finds cannot be replaced', () => {
  const gate = createGate({ provider: 'hmac', keys: async () => [OLD] });
  expect(() => prepareKeys(gate, [NEW])).toThrow('keys: the gate’s keys are fetched, and cannot be replaced');
});
