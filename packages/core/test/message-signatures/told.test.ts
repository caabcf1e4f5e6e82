/** What a gate of message signatures says of itself, where keys are looked for, and what is told of a request. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  done,
  type Gate,
  type GateOptions,
  type KeyFunction,
  requestFrom,
} from '../../src/index.ts';

const NOW = 1_760_000_000_000;
const T = NOW / 1000;
const SECRETS: Readonly<Record<string, string>> = {
  k1: 'a shared secret of thirty-two by',
  k2: 'another secret of thirty-two byt',
};
const KEYS = Object.entries(SECRETS).map(([id, secret]) => ({ id, secret }));
const VALUES: Readonly<Record<string, string>> = {
  '@method': 'POST',
  '@request-target': '/o',
  'x-a': '1',
  'x-b': '2',
};

function gateOf(options: object = {}, more: Partial<GateOptions> = {}): Gate {
  return createGate({
    keys: KEYS,
    now: () => NOW,
    ...more,
    provider: { id: 'http-message-signatures', components: ['@method'], ...options },
  });
}

interface Signature {
  /** By which it is signed; else by nobody. */
  readonly key?: 'k1' | 'k2';
  readonly covered?: readonly string[];
  readonly parameters?: string;
}

/** Signed by hand, under labels in the order of the list. */
function requestOf(signatures: readonly Signature[], url = '/o') {
  const inputs: string[] = [];
  const values: string[] = [];
  for (const [i, { key, covered = ['@method'], parameters = `;created=${T}` }] of signatures.entries()) {
    const input = `(${covered.map((name) => `"${name}"`).join(' ')})${parameters}`;
    const lines = covered.map((name) => `"${name}": ${VALUES[name]}\n`).join('');
    const mac = createHmac('sha256', key === undefined ? 'nobody' : (SECRETS[key] as string));
    inputs.push(`s${i}=${input}`);
    values.push(`s${i}=:${mac.update(`${lines}"@signature-params": ${input}`).digest('base64')}:`);
  }
  const fields = { 'signature-input': inputs.join(', '), signature: values.join(', ') };
  const headers = { host: 'shop.example', 'x-a': '1', 'x-b': '2', ...fields };
  return requestFrom({ method: 'POST', url, headers });
}

describe('a gate', () => {
  it('says which headers hold the proof, which it covers, and which keys it takes', () => {
    const { scheme } = gateOf({
      components: ['@method', 'x-a', 'content-digest'],
      origin: 'https://a.example',
    });
    expect(scheme).toMatchObject({
      name: 'http-message-signatures',
      proof: 'signature',
      headers: {
        proof: ['signature', 'signature-input'],
        token: [],
        covered: ['x-a', 'content-digest'],
        bound: [],
      },
      origin: { scheme: 'https', host: 'a.example' },
      handshakes: [],
      readsBody: true,
      declared: { type: 'message-signatures' },
    });
    expect(scheme.keys).toEqual({
      fromAddress: false,
      forms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    });
    const publicKeys = createGate({
      provider: { id: 'http-message-signatures', algorithm: 'ed25519' },
      keys: async () => [],
    });
    expect(publicKeys.scheme.keys).toMatchObject({
      fromAddress: false,
      forms: [{ algorithm: 'ed25519', variant: 0, kind: 'public', encoding: 'base64' }],
    });
    expect(scheme.readings.map(({ name }) => name)).toEqual([
      '',
      'signature 2',
      'signature 3',
      'signature 4',
    ]);
    expect(gateOf().scheme).not.toHaveProperty('origin');
  });

  it.each([
    [['@method'], ['method', 'timestamp'], ['host', 'path', 'query', 'body']],
    [['@target-uri'], ['host', 'path', 'query', 'timestamp'], ['method', 'body']],
    [['@request-target'], ['path', 'query', 'timestamp'], ['method', 'host', 'body']],
    [
      ['@authority', '@scheme'],
      ['scheme', 'host', 'timestamp'],
      ['method', 'path', 'query', 'body'],
    ],
    [
      ['host', 'x-a', '@path'],
      ['host', 'path', 'timestamp'],
      ['method', 'query', 'body'],
    ],
    [
      ['@query', 'content-digest'],
      ['query', 'body', 'timestamp'],
      ['method', 'host', 'path'],
    ],
  ])('that asks for %j covers %j', (components, covered, parts) => {
    const { coverage } = gateOf({ components });
    expect([...coverage.covered].sort()).toEqual([...covered].sort());
    expect(coverage.warnings).toEqual([
      { code: 'repeat-in-time', pastMs: 300_000 },
      { code: 'equal-requests', within: 'second' },
      { code: 'differing-requests', parts, within: 'second' },
    ]);
  });

  it('that asks for no time warns of it, and knows no second', () => {
    expect(gateOf({ required: 'none' }).coverage.warnings).toEqual([
      { code: 'no-time' },
      { code: 'equal-requests' },
      { code: 'differing-requests', parts: ['host', 'path', 'query', 'body'] },
    ]);
    expect(gateOf({ required: 'expires', lifetime: 'unbounded' }).coverage.warnings[0]).toEqual({
      code: 'repeat-in-time',
    });
  });
});

describe('keys that a function finds', () => {
  const askedOf = async (signatures: readonly Signature[], url?: string): Promise<readonly unknown[]> => {
    const asked: (string | undefined)[] = [];
    const find: KeyFunction = async ({ keyId }) => {
      asked.push(keyId);
      return [];
    };
    await gateOf({}, { keys: find }).verify(requestOf(signatures, url));
    return asked;
  };
  const named = (id: string, covered = ['@method']): Signature => ({
    covered,
    parameters: `;created=${T};keyid="${id}"`,
  });

  it.each<[string, readonly Signature[], readonly unknown[]]>([
    ['the one of one signature', [named('k1')], ['k1']],
    ['none of one that names none', [{}], [undefined]],
    ['those of several', [named('k1'), named('k2')], ['k1', 'k2']],
    ['one that several name, once', [named('k1'), named('k1', ['@method', 'x-a'])], ['k1']],
    ['none too, where one of several names none', [named('k1'), {}], ['k1', undefined]],
  ])('are looked for by %s', async (_what, signatures, asked) => {
    expect(await askedOf(signatures)).toEqual(asked);
  });
});

describe('of a request', () => {
  it('is told what the signature that proves it says', async () => {
    const covered = ['@method', 'x-a', 'x-b'];
    const parameters = `;created=${T - 7};keyid="k2";nonce="n"`;
    const verdict = await gateOf({ required: 'nonce' }).verify(
      requestOf([{ key: 'k2', covered, parameters }]),
    );
    expect(verdict).toMatchObject({
      ok: true,
      keyId: 'k2',
      id: 'n',
      coveredHeaders: ['x-a', 'x-b'],
      evidence: { namedKeyId: 'k2', timestampText: String(T - 7), timestampMs: NOW - 7000, signatures: 1 },
    });
  });

  it('is told no time where none is signed, and no key where several are named', async () => {
    const gate = gateOf({ required: 'none' });
    const untimed = await gate.verify(requestOf([{ key: 'k1', parameters: ';nonce="n"' }]));
    expect(untimed).toMatchObject({ ok: true, keyId: 'k1' });
    expect(untimed).not.toHaveProperty('id');
    expect(untimed.evidence).not.toHaveProperty('timestampMs');
    expect(untimed.evidence).not.toHaveProperty('namedKeyId');
    const several = await gate.verify(
      requestOf([
        { key: 'k1', parameters: ';keyid="k1"' },
        { key: 'k2', parameters: ';keyid="k2"' },
      ]),
    );
    expect(several).toMatchObject({ ok: true, keyId: 'k1' });
    expect(several.evidence).not.toHaveProperty('namedKeyId');
  });

  it('is told the key of a signature that may be of two targets', async () => {
    const one: Signature = {
      key: 'k1',
      covered: ['@method', '@request-target'],
      parameters: `;created=${T};keyid="k1"`,
    };
    const verdict = await gateOf().verify(requestOf([one], 'https://shop.example/o'));
    expect(verdict).toMatchObject({ ok: true, evidence: { namedKeyId: 'k1', signatures: 1 } });
  });

  it('is told that a stale signature proves it, where no fresh one does', async () => {
    const stale: Signature = { key: 'k1', parameters: `;created=${T - 301};keyid="k1"` };
    const fresh = (nonce: number): Signature => ({ parameters: `;created=${T};keyid="k1";nonce="${nonce}"` });
    for (const signatures of [
      [stale, fresh(1), fresh(2), fresh(3)],
      [fresh(1), fresh(2), fresh(3), stale],
    ]) {
      expect(await gateOf().verify(requestOf(signatures))).toMatchObject({ ok: false, reason: 'expired' });
    }
    const good: Signature = { key: 'k2', parameters: `;created=${T};keyid="k2"` };
    expect(await gateOf().verify(requestOf([stale, good]))).toMatchObject({ ok: true, keyId: 'k2' });
  });

  it('an absent time is told by its name', async () => {
    const request = requestOf([{ key: 'k1', parameters: '' }]);
    expect(await gateOf().verify(request)).toMatchObject({
      reason: 'missing-timestamp',
      message: 'the signature has no parameter created',
      remedy: 'Have the sender sign with created, or take it out of what the gate requires.',
    });
  });
});

describe('a repeat', () => {
  const receive = async (gate: Gate, signatures: readonly Signature[]): Promise<string> => {
    const received = await gate.receive(requestOf(signatures), () => done('done'));
    return received.kind === 'refused' ? received.verdict.reason : received.kind;
  };
  const one: Signature = { key: 'k1', parameters: `;created=${T};keyid="k1";nonce="a"` };
  const two: Signature = { key: 'k2', parameters: `;created=${T};keyid="k2";nonce="b"` };
  const forged: Signature = { parameters: `;created=${T};keyid="k1";nonce="c"` };

  it.each([
    ['by message', {}],
    ['by nonce', { required: 'nonce' }],
  ])('%s, is what any of its proved signatures proves alone', async (_how, options) => {
    const gate = gateOf(options);
    expect(await receive(gate, [one, two, forged])).toBe('done');
    expect(await receive(gate, [two])).toBe('replayed');
    expect(await receive(gate, [one])).toBe('replayed');
    expect(await receive(gate, [forged])).toBe('signature-mismatch');
    // What nobody had signed then has not been claimed.
    expect(await receive(gate, [{ ...forged, key: 'k1' }])).toBe('done');
  });

  it('cannot be told where the keys of another signature are not to be had, which are looked for by its name', async () => {
    const asked: (string | undefined)[] = [];
    const find: KeyFunction = async ({ keyId = '' }) => {
      asked.push(keyId);
      if (keyId === 'k2') throw new Error('the keys are away');
      return KEYS.filter(({ id }) => id === keyId);
    };
    const gate = gateOf({ label: 's0' }, { keys: find });
    expect(await receive(gate, [one, two])).toBe('keys-unavailable');
    expect(asked).toEqual(['k1', 'k2']);
    expect(await receive(gate, [one])).toBe('done');
  });

  it('is not looked for in what is stale by now', async () => {
    let nowMs = NOW;
    const gate = gateOf({}, { now: () => nowMs });
    const ending = (expires: number): Signature => ({
      key: 'k2',
      parameters: `;created=${T};expires=${expires};keyid="k2"`,
    });
    // The instant that `expires` names is the last one.
    nowMs = NOW + 1;
    expect(await receive(gate, [one, ending(T), ending(T + 1)])).toBe('done');
    nowMs = NOW;
    expect(await receive(gate, [ending(T + 1)])).toBe('replayed');
    expect(await receive(gate, [ending(T)])).toBe('done');
  });
});
