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
