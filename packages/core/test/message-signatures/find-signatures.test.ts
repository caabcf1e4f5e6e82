/** Which of a request's signatures are judged, and which of the others a captor could have judged alone. */
import { describe, expect, it } from 'vitest';
import { requestFrom, type SignedRequest } from '../../src/index.ts';
import type { Objection } from '../../src/objection.ts';
import { parseComponent, type SignatureComponent } from '../../src/schemes/message-signatures/component.ts';
import {
  type Candidate,
  findOthers,
  findSignatures,
  readSignatures,
} from '../../src/schemes/message-signatures/find-signatures.ts';
import type { MessageSignatureOptions } from '../../src/schemes/message-signatures/policy.ts';

type Members = Readonly<Record<string, string>>;

/** 32 bytes, told apart by the first. */
const bytesOf = (label: string): string => `:${Buffer.from(label.padEnd(32)).toString('base64')}:`;

function optionsOf(wanted: readonly string[], more: Partial<MessageSignatureOptions> = {}) {
  const components = wanted.map((text) => parseComponent(text) as SignatureComponent);
  const limits = { maxAgeMs: 0, futureMs: 0, digest: 'sha-256', context: {} } as const;
  return { name: 'a', algorithm: 'hmac-sha256', components, required: [], ...limits, ...more } as const;
}

/** Signature-Input's members by label, each with a signature of its own. */
function requestOf(inputs: Members, url = '/o?p=1'): SignedRequest {
  const fieldOf = (members: Members): string =>
    Object.entries(members)
      .map(([label, member]) => `${label}=${member}`)
      .join(', ');
  const signatures = Object.fromEntries(Object.keys(inputs).map((label) => [label, bytesOf(label)]));
  return requestFrom({
    method: 'POST',
    url,
    headers: {
      host: 'shop.example',
      'x-a': '1',
      'x-b': '2',
      'signature-input': fieldOf(inputs),
      signature: fieldOf(signatures),
    },
  });
}

function candidatesOf(
  request: SignedRequest,
  options: MessageSignatureOptions,
): readonly Candidate[] | Objection {
  const written = readSignatures(request.headers, options);
  return 'reason' in written ? written : findSignatures(request, written, options);
}

/** Each candidate as its base, and the labels whose signatures are held against it. */
function shown(candidates: readonly Candidate[] | Objection) {
  if ('reason' in candidates) return candidates.problem;
  return candidates.map(({ base, signatures }) => [
    base.split('\n').slice(0, -1),
    signatures.map((signature) => Buffer.from(signature).toString().trim()).join(),
  ]);
}

const METHOD = '"@method": POST';

describe('a request’s signatures', () => {
  it('are judged in the order of their labels, those over the same words together', () => {
    const request = requestOf({ d: '("x-a")', b: '("@method")', c: '("x-a")', a: '("x-b")' });
    expect(shown(candidatesOf(request, optionsOf([])))).toEqual([
      [['"x-a": 1'], 'd,c'],
      [[METHOD], 'b'],
      [['"x-b": 2'], 'a'],
    ]);
  });

  it('are those of the gate’s label and tag', () => {
    const request = requestOf({ a: '("x-a");tag="s"', b: '("x-b");tag="s"', c: '("@method");tag="t"' });
    const judged = (more: object) => shown(candidatesOf(request, optionsOf([], more)));
    expect(judged({ label: 'b' })).toEqual([[['"x-b": 2'], 'b']]);
    expect(judged({ tags: ['t'] })).toEqual([[[METHOD], 'c']]);
    expect(judged({ tags: ['s'] })).toHaveLength(2);
    expect(judged({ label: 'b', tags: ['s'] })).toHaveLength(1);
    expect(judged({ label: 'd' })).toBe('the request has no signature labelled d');
    expect(judged({ tags: ['u'] })).toBe('the request has no signature tagged u');
    expect(judged({ label: 'b', tags: ['t'] })).toBe('the request has no signature labelled b, tagged t');
  });

  it('of which none is wanted: what is wrong with the one that may be is said', () => {
    const request = requestOf({ a: '("x-a")', b: '("x";y)', c: '1' });
    const judged = (more: object) => shown(candidatesOf(request, optionsOf([], more)));
    expect(judged({ tags: ['t'] })).toBe('Signature-Input: "x";y: the parameter y is not known here');
    expect(judged({ label: 'c' })).toBe('Signature-Input: c is not a list of components');
    expect(judged({ label: 'd' })).toBe('the request has no signature labelled d');
  });

  it('that the gate’s demands leave out are none; where all are, the first one’s objection is said', () => {
    const request = requestOf({ a: '("x-b")', b: '("x-a")', c: '("@method")' });
    const judged = (wanted: string) => shown(candidatesOf(request, optionsOf([wanted])));
    expect(judged('x-a')).toEqual([[['"x-a": 1'], 'b']]);
    expect(judged('@path')).toBe('a: the signature does not cover "@path", which the gate requires');
    const alone = candidatesOf(requestOf({ a: '("x-b")' }), optionsOf(['@path']));
    expect(shown(alone)).toBe('the signature does not cover "@path", which the gate requires');
  });

  it('are at most four', () => {
    const over = (count: number): Members =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, `("x-a");nonce="${i}"`]));
    expect(shown(candidatesOf(requestOf(over(4)), optionsOf([])))).toHaveLength(4);
    expect(candidatesOf(requestOf(over(5)), optionsOf([]))).toEqual({
      reason: 'malformed-signature',
      problem: 'more than 4 signatures could be the one that is meant',
      remedy: 'Set the gate’s label or tag, so that it is known which of them counts.',
    });
  });
});

describe('a request target of an absolute URL (RFC 9421 §2.2.5)', () => {
  const url = 'https://shop.example/o?p=1';
  const basesOf = (input: string, target = url) =>
    shown(candidatesOf(requestOf({ a: input }, target), optionsOf([])));

  it('may be either of what it may have been, whatever else is covered', () => {
    expect(basesOf('("@method" "@request-target" "x-a")')).toEqual([
      [[METHOD, '"@request-target": /o?p=1', '"x-a": 1'], 'a'],
      [[METHOD, `"@request-target": ${url}`, '"x-a": 1'], 'a'],
    ]);
  });

  it('has one reading where it is not covered, or is no URL', () => {
    expect(basesOf('("@method" "@target-uri")')).toHaveLength(1);
    expect(basesOf('("@method" "@request-target")', '/o?p=1')).toHaveLength(1);
    expect(basesOf('()')).toHaveLength(1);
  });
});

describe('what a request carries beside the chosen signature', () => {
  const othersOf = (inputs: Members, more: Partial<MessageSignatureOptions> = {}, wanted: string[] = []) => {
    const options = optionsOf(wanted, more);
    const request = requestOf(inputs);
    const [first] = candidatesOf(request, options) as readonly Candidate[];
    return shown(findOthers(request, options, first as Candidate));
  };

  it('is what covers something else, under whatever label', () => {
    expect(othersOf({ a: '("x-a")', b: '("x-b")', c: '("@method")' })).toEqual([
      [['"x-b": 2'], 'b'],
      [[METHOD], 'c'],
    ]);
    expect(othersOf({ a: '("x-a")', b: '("x-b")' }, { label: 'b' })).toEqual([[['"x-a": 1'], 'a']]);
  });

  it('is nothing where it is alone, says the same, or would not be judged', () => {
    expect(othersOf({ a: '("x-a")' })).toEqual([]);
    expect(othersOf({ a: '("x-a")', b: '("x-a")' })).toEqual([]);
    expect(othersOf({ a: '("x-a");tag="t"', b: '("x-b")' }, { tags: ['t'] })).toEqual([]);
    expect(othersOf({ a: '("x-a")', b: '("x-b")' }, {}, ['x-a'])).toEqual([]);
  });

  it('is all of it, however many there are', () => {
    const inputs = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`l${i}`, `();nonce="${i}"`]));
    expect(othersOf(inputs, { label: 'l0' })).toHaveLength(7);
  });
});
