/** The promise of `init --from-curl`: from one request and its secret, the scheme that takes the sender’s other requests. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import { createGate, type Gate, type SignedRequest } from '../../src/index.ts';
import { type Proposal, proposeSchemes } from '../../src/propose/index.ts';
import { writtenScheme } from '../../src/providers/registry.ts';
import { SetupError } from '../../src/setup-error.ts';
import { changesOf } from './changes.ts';
import { type RandomDeclaration, randomDeclaration } from './random-declarations.ts';
import type { RandomRequest } from './random-ingredients.ts';
import { randomPart } from './random-parts.ts';
import { randomType } from './random-types.ts';

// Nineteen in twenty are found of the first forty and of all, not of the first of any number.
const COUNT = between(40, 500) < 500 ? 40 : 500;
const SEED = 20_261_128;

/** Half of them are of the parts that most senders have; of the others each form comes as often as any. */
const anyDeclaration = fc.oneof(
  { weight: 10, arbitrary: randomDeclaration },
  { weight: 7, arbitrary: randomPart },
  { weight: 3, arbitrary: randomType },
);

function gateOf({ scheme, key }: RandomDeclaration, nowMs: number): Gate {
  return createGate({ scheme: writtenScheme(scheme), keys: [key], allowShortKey: true, now: () => nowMs });
}

async function signed(declaration: RandomDeclaration, values: RandomRequest): Promise<SignedRequest> {
  const { scheme, method, path, hasForm, draftOf } = declaration;
  const { id, nonce, timestampMs } = values;
  const { headers, ...further } = draftOf?.(values) ?? {};
  return gateOf(declaration, timestampMs).sign({
    method,
    url: `https://api.example${path}?${values.query}`,
    body: hasForm
      ? new URLSearchParams(values.values.map((value, at) => [`f${at}`, value])).toString()
      : JSON.stringify({ kind: 'order', values: values.values, total: values.values.length }),
    timestampMs,
    ...('id' in scheme && { id }),
    ...('nonce' in scheme && { nonce }),
    ...further,
    headers: {
      host: 'api.example',
      'user-agent': 'sender/1.0',
      accept: '*/*',
      'content-type': hasForm ? 'application/x-www-form-urlencoded' : 'application/json',
      ...values.headers,
      ...(headers as Readonly<Record<string, string>> | undefined),
    },
  });
}

/** Declarations that core takes, with two requests that it takes of them. */
async function samples(): Promise<readonly Sample[]> {
  const all: Sample[] = [];
  for (const declaration of fc.sample(anyDeclaration, { seed: SEED, numRuns: 3 * COUNT })) {
    if (all.length === COUNT) break;
    const sample = await sampleOf(declaration);
    if (sample) all.push(sample);
  }
  return all;
}

interface Sample {
  readonly declaration: RandomDeclaration;
  readonly first: SignedRequest;
  readonly second: SignedRequest;
}

/** Undefined where the declaration contradicts itself, or a request breaks one of its rules. */
async function sampleOf(declaration: RandomDeclaration): Promise<Sample | undefined> {
  try {
    const [first, second] = declaration.requests;
    const requests = [await signed(declaration, first), await signed(declaration, second)] as const;
    for (const [at, request] of requests.entries()) {
      const { timestampMs } = declaration.requests[at] as RandomRequest;
      if (!(await gateOf(declaration, timestampMs).verify(request)).ok) return undefined;
    }
    return { declaration, first: requests[0], second: requests[1] };
  } catch (error) {
    if (error instanceof SetupError) return undefined;
    throw error;
  }
}

function proposedGate({ provider, scheme, key }: Proposal, secret: string, nowMs: number): Gate {
  const own = key.prefix === undefined ? secret : secret.slice(key.prefix.length);
  return createGate({
    ...(provider !== undefined ? { provider } : { scheme: writtenScheme(scheme ?? {}) }),
    keys: [
      { id: key.id ?? 'main', secret: own, ...(key.encoding !== undefined && { encoding: key.encoding }) },
    ],
    allowShortKey: true,
    now: () => nowMs,
  });
}

/** Whether the proposal takes the second request, and refuses each change of it that the declaration refuses. */
async function isRight({ declaration, second }: Sample, proposal: Proposal): Promise<boolean> {
  const [, { timestampMs }] = declaration.requests;
  const gate = proposedGate(proposal, declaration.secret, timestampMs);
  if (!(await gate.verify(second)).ok) return false;
  const own = gateOf(declaration, timestampMs);
  let refused = 0;
  for (const changed of changesOf(second)) {
    if ((await own.verify(changed)).ok) continue;
    refused++;
    if ((await gate.verify(changed)).ok) return false;
  }
  // No declaration takes everything.
  expect(refused).toBeGreaterThan(0);
  return true;
}

const title = '95 % of random declarations are proposed from one request, and take a second';

test(title, { timeout: 3_600_000 }, async () => {
  const misses: string[] = [];
  const all = await samples();
  for (const sample of all) {
    const { declaration, first } = sample;
    const { scheme, secret, requests } = declaration;
    const { proposals, reason } = await proposeSchemes({
      examples: [{ request: first }],
      secret,
      nowMs: requests[0].timestampMs,
    });
    const [proposal] = proposals;
    if (proposal === undefined || !(await isRight(sample, proposal)))
      misses.push(
        `${JSON.stringify(scheme)} → ${JSON.stringify(proposal?.scheme ?? proposal?.provider ?? reason)}`,
      );
  }
  expect(all).toHaveLength(COUNT);
  // Each miss, where they are too many.
  expect(misses.length, misses.join('\n')).toBeLessThanOrEqual(COUNT / 20);
});
