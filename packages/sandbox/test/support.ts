/** What the sandbox's tests share: vectors, and Python as the second opinion. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DUMMY_SECRET, type SandboxKeys, type SandboxRequest } from '../src/index.ts';

/** What the platforms share with the gateway under test. */
export const KEYS: SandboxKeys = {
  flowent: 'flowent-demo-key',
  hmac: 'hmac-demo-key-of-tests',
  flowProductionTracking: 'ami-demo-token-of-tests',
  approov: DUMMY_SECRET,
  incode: 'incode-demo-token',
  github: 'github-demo-secret-of-tests',
  stripe: 'whsec_stripe_demo_of_tests',
  slack: 'slack-demo-secret-of-tests',
  standardWebhooks: 'whsec_c3RhbmRhcmQtd2ViaG9va3MtZGVtby1zZWNyZXQ=',
  messageSignatures: 'message-signatures-demo-of-tests',
  dpop: 'dpop-demo-issuer-secret-of-tests',
};

/** A case of `vectors/<scheme>.json`, as far as the builders' tests read it. */
export interface VectorCase {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
  readonly secret: string;
  /** Unix seconds. */
  readonly now: number;
}

/** The named case of a scheme's vectors. */
export function vectorCase(scheme: string, name: string): VectorCase {
  const file = new URL(`../../../vectors/${scheme}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly VectorCase[] };
  const vector = cases.find((candidate) => candidate.name === name);
  if (vector === undefined) throw new Error(`${scheme}: no vector is named ${JSON.stringify(name)}`);
  return vector;
}

/** The body's text. */
export function bodyText(request: SandboxRequest): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(request.body);
}

/** The body's text of a vector. */
export function vectorText(vector: VectorCase): string {
  return Buffer.from(vector.bodyBase64, 'base64').toString('utf8');
}

/** Whether this machine has Python 3; says so where it has not, because the tests that need it are then left out. */
export function hasPython(): boolean {
  const isThere = spawnSync('python3', ['--version']).status === 0;
  if (!isThere) console.warn('python3 is not on this machine: the cross-checks against Python are skipped.');
  return isThere;
}

/** Runs a Python program that reads JSON from `sys.stdin` and prints JSON. */
export function python(program: string, input: unknown): unknown {
  const run = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(`python3 failed: ${run.stderr}`);
  return JSON.parse(run.stdout);
}
