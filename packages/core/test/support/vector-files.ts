import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NegativeOptions, VectorFile } from '../../src/testing/index.ts';

const folder = join(import.meta.dirname, '../../../../vectors');

export function readVectors(name: string): VectorFile {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

export interface VectorSuite extends NegativeOptions {
  readonly file: string;
  readonly provider: string;
  /** How old and how far ahead a request may be, where the scheme signs a time. */
  readonly pastMs?: number;
  readonly futureMs?: number;
  /** Signed time of the first accepted case, milliseconds. */
  readonly timestampMs?: number;
  /** Another key of the same form. */
  readonly otherKey: string;
}

const FIVE_MINUTES = { pastMs: 300_000, futureMs: 300_000 };

export const SUITES: readonly VectorSuite[] = [
  {
    file: 'flowent',
    provider: 'flowent',
    coversBody: true,
    otherKey: 'another-flowent-key',
    ...FIVE_MINUTES,
  },
  {
    file: 'flow-production-tracking',
    provider: 'flow-production-tracking',
    coversBody: true,
    otherKey: 'another-ami-token',
    pastMs: 10_000,
    futureMs: 5000,
  },
  {
    file: 'approov',
    provider: 'approov',
    coversBody: false,
    proofHeader: 'approov-token',
    otherKey: 'YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE=',
  },
  {
    file: 'providers/jwt-bearer',
    provider: 'jwt-bearer',
    coversBody: false,
    proofHeader: 'authorization',
    otherKey: 'another-secret-of-the-issuer-03',
  },
  {
    file: 'providers/dpop',
    provider: 'dpop',
    coversBody: false,
    proofHeader: 'dpop',
    otherKey: 'another-secret-of-the-issuer-03',
  },
  {
    file: 'providers/firebase-app-check',
    provider: 'firebase-app-check',
    coversBody: false,
    proofHeader: 'x-firebase-appcheck',
    otherKey: `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsB0udOgkOPkk8mSZXGjr
X/0RR9tzvGyQJoGUdD0BJM+Xc12Pq5h2Gzq2Zm/Z5q6RaHaW4kHOHhZSLtFDyITW
FfITrO6Jjuk+0OyvELZssDuLwt3ryc1TFywk3DDHK7eySHVJVDBEFSFuHrCOiAPA
5Tm0r4vixZUACnmUEpgTOplHHGI0fHBdzYdjoGlCOYBe+Ej5blUWusJzv4Fv2DjJ
BscT69bvPur8Mxy3AikVlH+Y7g+XGx2rbxv+CbUokvdbnpMLkifmEtVY9fXDJDZ7
c2mSeb8D+1Sd4IFVIJlS2CJIVnIg1MvbqisppSeYXX825nttEXL4etv0M7VWLmnp
PQIDAQAB
-----END PUBLIC KEY-----`,
  },
  {
    file: 'providers/github',
    provider: 'github',
    coversBody: true,
    proofHeader: 'x-hub-signature-256',
    otherKey: 'another secret of github',
  },
  {
    file: 'providers/stripe',
    provider: 'stripe',
    coversBody: true,
    proofHeader: 'stripe-signature',
    otherKey: 'whsec_another_secret',
    ...FIVE_MINUTES,
  },
  {
    file: 'providers/slack',
    provider: 'slack',
    coversBody: true,
    proofHeader: 'x-slack-signature',
    otherKey: 'another-slack-secret',
    ...FIVE_MINUTES,
  },
  {
    file: 'providers/standard-webhooks',
    provider: 'standard-webhooks',
    coversBody: true,
    proofHeader: 'webhook-signature',
    otherKey: 'whsec_YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE=',
    ...FIVE_MINUTES,
  },
  {
    file: 'providers/standard-webhooks-v1a',
    provider: 'standard-webhooks',
    coversBody: true,
    proofHeader: 'webhook-signature',
    otherKey: 'whsec_YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE=',
    ...FIVE_MINUTES,
  },
];

/** The words of the vectors: a `reason` of another file is prose. */
export const REASON_WORDS = /^[a-z]+(-[a-z]+)*$/;
