/** What a gate of message signatures is told at start, and what is signed where little is asked for. */
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, type GateOptions, SetupError } from '../../src/index.ts';

const NOW = 1_760_000_000_000;

function gateOf(
  options: object = {},
  keys: GateOptions['keys'] = ['a shared secret of thirty-two by'],
): Gate {
  return createGate({ provider: { id: 'http-message-signatures', ...options }, keys, now: () => NOW });
}

const setupErrorOf = async (raise: () => unknown): Promise<object> => {
  try {
    await raise();
  } catch (error) {
    if (error instanceof SetupError) {
      return { option: error.option, problem: error.problem, remedy: error.remedy };
    }
  }
  throw new Error('it is not refused');
};

const UNKNOWN_NAME = 'Give e.g. @method, @target-uri, content-digest, or the lower-case name of a header.';

describe('what cannot be', () => {
  it.each([
    [{ label: 'A' }, 'label', '"A" is not a label', 'Lower-case letters, digits and _-.*.'],
    [{ label: '1a' }, 'label', '"1a" is not a label', 'Lower-case letters, digits and _-.*.'],
    [{ label: 'a b' }, 'label', '"a b" is not a label', 'Lower-case letters, digits and _-.*.'],
    [
      { components: [] },
      'components',
      'the list is empty',
      'Give what a signature must cover; or none, by that word, if it need not cover anything.',
    ],
    [{ components: ['@status'] }, 'components', '@status is a part of responses', UNKNOWN_NAME],
    [
      { components: ['none', '@method', 'X-Id'] },
      'components',
      '"X-Id" is neither a lower-case field name nor a component of requests',
      UNKNOWN_NAME,
    ],
    [
      { required: 'none', lifetime: 'bounded' },
      'lifetime',
      'it is bounded, and required is none',
      'Leave one of them out.',
    ],
    [
      { required: ['created', 'time'] },
      'required',
      '"time" is not a parameter',
      'Some of created, expires, nonce, alg, keyid, tag, or none.',
    ],
    [
      { required: ['none', 'nonce'] },
      'required',
      '"none" is not a parameter',
      'Some of created, expires, nonce, alg, keyid, tag, or none.',
    ],
  ])('%j is told at start', async (options, option, problem, remedy) => {
    expect(await setupErrorOf(() => gateOf(options))).toEqual({
      option: `provider.${option}`,
      problem,
      remedy,
    });
  });

  it('a draft that lacks a covered part is refused before it is signed', async () => {
    const draft = { method: 'GET', url: 'https://shop.example/a' };
    expect(await setupErrorOf(() => gateOf({ components: ['x-id'] }).sign(draft))).toEqual({
      option: 'request',
      problem: 'the signature covers "x-id", which is not in the request',
      remedy: 'Give the part, or take it out of the components.',
    });
    const headers = { Signature: 'a=01' };
    expect(await setupErrorOf(() => gateOf().sign({ ...draft, headers }))).toEqual({
      option: 'request',
      problem: 'its field signature is not a dictionary',
      remedy: 'Take the field out, or correct it.',
    });
  });
});

describe('what is signed', () => {
  const inputOf = async (options: object, more: object = {}): Promise<string | undefined> => {
    const draft = { method: 'POST', url: 'https://shop.example/a', headers: { 'X-A': 'b=1' }, body: '{}' };
    const { headers } = await gateOf(options).sign({ ...draft, ...more });
    return headers.get('signature-input');
  };

  it.each([
    [{}, 'sig1=("@method" "@target-uri" "content-digest");created=1760000000'],
    [{ components: 'none' }, 'sig1=();created=1760000000'],
    [{ components: ['none'] }, 'sig1=();created=1760000000'],
    [{ components: '@method' }, 'sig1=("@method");created=1760000000'],
    [{ components: 'none', label: '*a_1-.*' }, '*a_1-.*=();created=1760000000'],
    [{ components: 'none', tag: 'shop' }, 'sig1=();created=1760000000;tag="shop"'],
    [{ components: 'none', required: 'alg' }, 'sig1=();created=1760000000;alg="hmac-sha256"'],
    [
      { components: 'none', required: 'expires', maxAgeMs: 9000 },
      'sig1=();created=1760000000;expires=1760000009',
    ],
    [
      { components: ['x-a;sf'], structuredFields: { 'X-A': 'dictionary' } },
      'sig1=("x-a";sf);created=1760000000',
    ],
  ])('under %j is %s', async (options, input) => {
    expect(await inputOf(options)).toBe(input);
  });

  it('has a digest of the body only where that is covered', async () => {
    const draft = { method: 'POST', url: 'https://shop.example/a', body: '{}' };
    const digestUnder = async (options: object) =>
      (await gateOf(options).sign(draft)).headers.get('content-digest');
    expect(await digestUnder({})).toMatch(/^sha-256=:/);
    expect(await digestUnder({ digest: 'sha-512' })).toMatch(/^sha-512=:/);
    expect(await digestUnder({ components: ['@method', '@path'] })).toBeUndefined();
  });
});

describe('a signature without a time', () => {
  it.each([
    [{ required: 'none' }, true],
    [{ lifetime: 'unbounded' }, true],
    [{ required: 'none', lifetime: 'unbounded' }, true],
    [{ required: 'nonce', lifetime: 'unbounded' }, true],
    [{ required: 'created', lifetime: 'unbounded' }, false],
    [{ required: 'nonce' }, false],
    [{ lifetime: 'bounded' }, false],
    [{}, false],
  ])('is enough under %j: %s', (options, isEnough) => {
    expect(gateOf(options).coverage.warnings.some(({ code }) => code === 'no-time')).toBe(isEnough);
  });
});
