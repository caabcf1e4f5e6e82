/** A gate of a request's kind, with a key that is good for one test file, and the request signed with it. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import {
  createGate,
  type Gate,
  type GateOptions,
  HeaderList,
  type KeySpec,
  SetupError,
  type SignedRequest,
  writtenProvider,
  writtenScheme,
} from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { createSlices } from '../loop-slices.ts';

export interface ThrowAwayGate {
  /** Of `createGate`, as it is written into the file: all but the clock. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly request: SignedRequest;
  /** Whether a body that is changed in its last byte is refused. */
  readonly provesBody: boolean;
}

/** A word in each says what it is: none is taken for another's, nor told as a placeholder. */
const TEXT = 'thrown-away-after-this-test-lighthouse';
const BASE64 = Buffer.from(TEXT).toString('base64');

/** The first that the scheme takes and can sign with. Pairs of keys are made off the event loop. */
const CANDIDATE_KEYS: readonly (() => KeySpec | Promise<KeySpec>)[] = [
  () => ({ id: 'test', secret: TEXT }),
  () => ({ id: 'test', secret: `whsec_${BASE64}` }),
  () => ({ id: 'test', secret: BASE64, encoding: 'base64' }),
  () => ({ id: 'test', secret: Buffer.from(TEXT).toString('hex'), encoding: 'hex' }),
  () => ({ id: 'test', secret: `user:${TEXT}` }),
  () => privateKey((done) => generateKeyPair('ed25519', {}, done)),
  () => privateKey((done) => generateKeyPair('ec', { namedCurve: 'P-256' }, done)),
  () => privateKey((done) => generateKeyPair('rsa', { modulusLength: 2048 }, done)),
];

type OnPair = (error: Error | null, publicKey: KeyObject, key: KeyObject) => void;

function privateKey(make: (done: OnPair) => void): Promise<KeySpec> {
  return new Promise((resolve, reject) => {
    make((error, _, key) => {
      if (error) reject(error);
      else resolve({ id: 'test', secret: key.export({ type: 'pkcs8', format: 'pem' }).toString() });
    });
  });
}

/** Undefined where nobody here can sign for such a gate: its keys are fetched, or its tokens are made elsewhere. */
export async function throwAwayGate(
  { proof }: Pick<GateConfig, 'proof'>,
  request: SignedRequest,
  nowMs: number,
): Promise<ThrowAwayGate | undefined> {
  const written = writtenProof(proof);
  if (written === undefined) return undefined;
  const slice = createSlices();
  for (const makeKey of CANDIDATE_KEYS) {
    await slice();
    const keys = [await makeKey()];
    const options = { ...written, keys };
    try {
      const gate = createGate({ ...options, now: () => nowMs } as GateOptions);
      const signed = await signAnew(gate, request, nowMs);
      if (signed === undefined || !(await gate.verify(signed)).ok) continue;
      return { options, request: signed, provesBody: await refusesOtherBody(gate, signed) };
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
    }
  }
  return undefined;
}

function writtenProof(proof: GateConfig['proof']): Readonly<Record<string, unknown>> | undefined {
  if (proof.kind === 'none') return undefined;
  if (proof.kind === 'scheme') return { scheme: writtenScheme(proof.scheme) };
  const { id, options } = proof;
  return { provider: writtenProvider(id, options) };
}

async function signAnew(
  gate: Gate,
  request: SignedRequest,
  nowMs: number,
): Promise<SignedRequest | undefined> {
  const proof = new Set(gate.scheme.headers.proof.map((name) => name.toLowerCase()));
  // Signing may change the body, and whoever sends it says its length.
  const left = [...request.headers].filter(
    ([name]) => !proof.has(name.toLowerCase()) && !/^(?:content-length|transfer-encoding)$/i.test(name),
  );
  const { method, url, body } = request;
  const signed = await gate.sign({
    method,
    url,
    body,
    timestampMs: nowMs,
    headers: new HeaderList(left.flat()),
    nonce: 'test-1',
    claims: { sub: 'test' },
  });
  return { ...signed, ...(request.forwarded && { forwarded: request.forwarded }) };
}

async function refusesOtherBody(gate: Gate, signed: SignedRequest): Promise<boolean> {
  if (signed.body.length === 0) return false;
  const body = Uint8Array.from(signed.body);
  body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
  return !(await gate.verify({ ...signed, body })).ok;
}
