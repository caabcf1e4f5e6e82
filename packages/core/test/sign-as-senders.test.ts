/** What `sign` makes is what the sender’s own package made: request by request, from vectors that others signed. */
import { describe, expect, it } from 'vitest';
import { createGate, type Draft, findProvider, HeaderList, type Verdict } from '../src/index.ts';
import { gateOptionsOf, judgeVector, requestOf, type VectorCase } from '../src/testing/index.ts';
import { HAND_CHECKS } from './client/hand-checks.ts';
import { readVectors, SUITES } from './support/vector-files.ts';

/** Several signatures, of which `sign` makes one; multipart bodies, which only receivers read; and times in a second unit. */
const OTHERWISE =
  /rotation|v0-and-v1|doc-[24]$|multipart|upper-case|^uncovered-field-changed$|^milliseconds$/;

/** Its times have nanoseconds, and ours have none: it is checked by hand. */
const OTHER_TIMES = ['twitch'];

const repeated = SUITES.filter(({ provider, file }) => {
  const { declared } = (findProvider(provider)?.scheme ?? {}) as { readonly declared?: object };
  return declared !== undefined && casesOf(file).length > 0 && !OTHER_TIMES.includes(provider);
});

/** Accepted ones, by a secret. */
function casesOf(file: string): readonly VectorCase[] {
  return readVectors(file).cases.filter(
    ({ expect: expected, secret, name = '' }) =>
      expected === 'accept' && secret !== undefined && !OTHERWISE.test(name),
  );
}

describe.each(repeated)('$file', ({ file, provider }) => {
  it.each(casesOf(file))('$name', async (vector) => {
    const verdict = await judgeVector(provider, vector);
    const gate = createGate(gateOptionsOf({ scheme: provider }, { ...vector, provider }));
    const request = requestOf(vector);
    const signed = await gate.sign(draftOf(vector, verdict, gate.proofHeaders));
    const proofOf = (headers: HeaderList) =>
      gate.proofHeaders.map((name) => headers.get(name)?.replaceAll(', ', ','));
    expect(proofOf(signed.headers)).toEqual(proofOf(request.headers));
    expect(signed.body).toEqual(request.body);
  });
});

/** The request as it was before it was signed. */
function draftOf(vector: VectorCase, verdict: Verdict, proofHeaders: readonly string[]): Draft {
  const { method, url, headers, body } = requestOf(vector);
  const { timestampMs, id } = verdict as { readonly timestampMs?: number; readonly id?: string };
  const [, nonce] = [...headers].find(([name]) => /-nonce$/i.test(name)) ?? [];
  const kept = [...headers].filter(([name]) => !proofHeaders.includes(name.toLowerCase()));
  return {
    method,
    url,
    body,
    headers: new HeaderList(kept.flat()),
    ...(timestampMs !== undefined && { timestampMs }),
    ...(id !== undefined && { id }),
    ...(nonce !== undefined && { nonce }),
  };
}

it('is held against a sender’s package, or checked by hand, for every provider', () => {
  const checked = new Set([...Object.keys(HAND_CHECKS), ...repeated.map(({ provider }) => provider)]);
  expect(SUITES.map(({ provider }) => provider).filter((id) => !checked.has(id))).toEqual([]);
});
