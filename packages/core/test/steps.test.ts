/** In which step a request is refused: the refusal says where it happened, and the table lists every such place. */
import { describe, expect, it } from 'vitest';
import { explain } from '../src/explain/index.ts';
import { createGate, done, HeaderList, REFUSALS, type Refused, STEPS, type Verdict } from '../src/index.ts';
import { judgeVector } from '../src/testing/index.ts';
import { readVectors, SUITES } from './support/vector-files.ts';
import { NOW } from './tokens/mint.ts';
import { messageSignatureCases } from './words/message-signature-cases.ts';
import { gateOf, judgeCase, overBody } from './words/refusal-case.ts';
import { signatureCases } from './words/signature-cases.ts';
import { tokenCases } from './words/token-cases.ts';

/** Every refusal of the vectors and of the sentences’ cases, and the one that only waiting brings about. */
async function refusals(): Promise<readonly Refused[]> {
  const verdicts: Verdict[] = [await staleMeanwhile()];
  for (const { file, provider } of SUITES)
    for (const vector of readVectors(file).cases) verdicts.push(await judgeVector(provider, vector));
  for (const one of [...signatureCases, ...tokenCases, ...messageSignatureCases])
    verdicts.push(await judgeCase(one));
  return verdicts.filter((verdict) => !verdict.ok);
}

/** Fresh when it came, and stale once its proof was waited for. */
async function staleMeanwhile(): Promise<Refused> {
  let now = NOW;
  const gate = createGate({
    provider: 'dpop',
    keys: ['a secret of thirty-two characters'],
    now: () => now,
  });
  const signed = await gate.sign({ method: 'POST', url: 'https://api.example/a', body: '' });
  const received = gate.receive(signed, () => done('acted'));
  now += 120_000;
  const { kind, verdict } = (await received) as { kind: string; verdict: Refused };
  expect(kind).toBe('refused');
  return verdict;
}

it('the table lists for each reason the steps in which requests are refused for it, and no others', async () => {
  const seen: Record<string, Set<string>> = {};
  for (const { reason, step } of await refusals()) {
    seen[reason] ??= new Set([REFUSALS[reason].step]);
    seen[reason].add(step);
  }
  const listed = Object.entries(REFUSALS).filter(([reason, { alsoIn }]) => reason in seen || alsoIn);
  expect(seen).toEqual(
    Object.fromEntries(listed.map(([reason, { step, alsoIn = [] }]) => [reason, new Set([step, ...alsoIn])])),
  );
  expect(listed.length).toBeGreaterThan(15);
});

describe('what is found after the compare is refused there', () => {
  it('a genuine token whose exp is a text', async () => {
    const gate = createGate({
      provider: 'jwt-bearer',
      keys: ['a secret of thirty-two characters'],
      now: () => NOW,
    });
    const signed = await gate.sign({ method: 'GET', url: '/', claims: { exp: 'soon' } });
    expect(await gate.verify(signed)).toMatchObject({ reason: 'malformed-token', step: 'compare' });
    const { steps } = await explain(signed, gate);
    expect(steps.filter(({ state }) => state === 'passed').map(({ step }) => step)).toEqual([
      'receive',
      'pick',
      'extract',
      'canonical',
    ]);
  });
});

describe('an explanation is the record of one way', () => {
  const signed = async () => gateOf(overBody()).sign({ method: 'POST', url: '/hook', body: '{}' });

  it('the clock is read once, and the key proves once', async () => {
    let reads = 0;
    const gate = gateOf(overBody(), {
      now: () => {
        reads++;
        return NOW;
      },
    });
    const { verdict, messages } = await explain(await signed(), gate);
    expect(verdict.ok).toBe(true);
    expect(messages).toMatchObject([{ matched: true }]);
    expect(reads).toBe(1);
    expect(gate.keys.list()).toMatchObject([{ hits: 1 }]);
  });

  it('of a refused one the steps end where it was refused', async () => {
    const { body, ...head } = await signed();
    const { steps } = await explain({ ...head, body: Uint8Array.from([...body, 0x20]) }, gateOf(overBody()));
    expect(steps.map(({ state }) => state)).toEqual(
      STEPS.map((_, i) => (i < 4 ? 'passed' : i === 4 ? 'refused' : 'later')),
    );
  });

  it('a token is its own message, and is not shown', async () => {
    const gate = gateOf({ provider: 'jwt-bearer' });
    const trace = await gate.trace(await gate.sign({ method: 'GET', url: '/' }));
    expect(trace).toMatchObject({ verdict: { ok: true }, step: 'fresh', messages: [] });
    expect(await gate.trace({ method: 'GET', url: '/', headers: new HeaderList([]) })).toMatchObject({
      step: 'extract',
      messages: [],
    });
  });
});
