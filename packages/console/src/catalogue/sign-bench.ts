/** Signs in the playground: a first request with a key made for it, and what stands in the fields. */
import {
  createGate,
  findProvider,
  type Gate,
  type GateOptions,
  SetupError,
  type SignedRequest,
} from '@countersign/core';
import {
  sampleClaims,
  sampleNonce,
  sampleParts,
  signedBytes,
} from '@countersign/core/internal/signing-recipe';
import { withoutProof } from '@countersign/core/internal/without-proof';
import { signedRequest } from '@countersign/core/testing';
import {
  type Bench,
  fieldsOf,
  keysOf,
  requestOf,
  type SignedParts,
  type Target,
  targetOptions,
  timeOf,
} from './bench.ts';

const URL_OF_SAMPLE = 'https://app.example/webhooks';
const EVENT = { id: 'evt_1', type: 'order.paid', amount: 1250, customer: 'Zoë' };

/** A target with the options that its provider cannot be built without. */
export function startTarget(id: string): Target {
  const needs = Object.entries(findProvider(id)?.needs ?? {});
  return {
    kind: 'provider',
    id,
    options: needs.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join('\n'),
  };
}

/** A signed request with its key. @throws SetupError, BenchFault */
export async function sampleBench(target: Target): Promise<Bench> {
  const options = targetOptions(target);
  const { request, gateOptions } = await sampleOf(options);
  const [key] = Array.isArray(gateOptions.keys) ? gateOptions.keys : [];
  const spec = typeof key === 'object' ? key : { secret: key ?? '' };
  return {
    target,
    secret: typeof spec.secret === 'string' ? spec.secret : '',
    encoding: spec.encoding ?? '',
    ...fieldsOf(request),
    at: '',
    signed: await partsOf(createGate(gateOptions), request),
  };
}

/** Another key of the same kind. @throws SetupError, BenchFault */
export async function otherKey({ target }: Bench): Promise<Pick<Bench, 'secret' | 'encoding'>> {
  const { secret, encoding } = await sampleBench(target);
  return { secret, encoding };
}

/** What stands in the fields, with a proof that is made anew. @throws SetupError, BenchFault */
export async function signBench(bench: Bench): Promise<Bench> {
  const nowMs = timeOf(bench.at);
  const gate = createGate({
    ...targetOptions(bench.target),
    keys: keysOf(bench),
    allowShortKey: true,
    now: () => nowMs,
  });
  const bare = await withoutProof(gate, requestOf(bench));
  const request = await gate.sign({
    ...bare,
    claims: sampleClaims(gate.scheme, nowMs),
    ...sampleNonce(gate.scheme, crypto.randomUUID()),
  });
  return { ...bench, ...fieldsOf(request), signed: await partsOf(gate, request) };
}

/** JSON; a form where only forms are signed. */
async function sampleOf(options: GateOptions) {
  const nowMs = Date.now();
  const gate = createGate({ ...options, keys: async () => [] });
  const { contents, query, headers } = sampleParts(gate.scheme, EVENT);
  let failure: unknown;
  for (const { contentType, body } of contents) {
    try {
      return await signedRequest(options, body, {
        url: query === '' ? URL_OF_SAMPLE : `${URL_OF_SAMPLE}?${query}`,
        headers: { 'content-type': contentType, ...headers },
        claims: sampleClaims(gate.scheme, nowMs),
        ...sampleNonce(gate.scheme, EVENT.id),
      });
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

async function partsOf(gate: Gate, request: SignedRequest): Promise<SignedParts> {
  return { message: signedBytes(await gate.trace(request)), url: request.url, body: request.body };
}
