/** Prevents: a provider that says nothing of when its sender gives up, and one that passes for verified though nobody but us has signed a request of it. */
import { describe, expect, it } from 'vitest';
import { senderLimits } from '../../src/coverage-report.ts';
import { findProvider, providers } from '../../src/index.ts';
import type { SenderLimit } from '../../src/provider.ts';
import type { VectorCase } from '../../src/testing/index.ts';
import { readVectors, SUITES } from '../support/vector-files.ts';

const LIMITS: readonly SenderLimit[] = ['answerWithinMs', 'retriesForMs', 'givesUp'];

/** Standards, and tokens and requests of anybody's clients. */
const OF_NO_ONE_SENDER = [
  'adcp',
  'agentic-commerce',
  'approov',
  'aws-sigv4',
  'dpop',
  'firebase-app-check',
  'hmac',
  'http-message-signatures',
  'jwt-bearer',
  'standard-webhooks',
];

interface SourcedCase extends VectorCase {
  readonly provenance?: string;
}

/** In a file’s words, of where its accepted requests come from. */
const SIGNED_BY_OTHERS = /^(?:sdk-signed|sdk-verified|doc-example)$/;

/** What the engine was made for, and standards: their files say themselves who has signed what. */
const OF_STANDARDS = [
  'approov',
  'firebase-app-check',
  'flow-production-tracking',
  'flowent',
  'hmac',
  'jwt-bearer',
  'dpop',
];

describe('what is known of a sender', () => {
  it.each(providers.map((provider) => ({ id: provider.id, provider })))(
    'is told of $id: each limit, or that nobody publishes it',
    ({ id, provider }) => {
      const untold = LIMITS.filter((limit) => provider[limit] === undefined);
      expect(provider.unpublished ?? []).toEqual(OF_NO_ONE_SENDER.includes(id) ? [] : untold);
    },
  );

  it('is a sentence, which says what is not published', () => {
    expect(senderLimits({ answerWithinMs: 5000, retriesForMs: 0, unpublished: ['givesUp'] })).toBe(
      'The sender waits 5 s for an answer, and sends nothing again by itself. Not published, as far as is known: what makes it give up.',
    );
    expect(senderLimits({ unpublished: LIMITS })).toBe(
      'Not published, as far as is known: how long the sender waits for an answer; for how long it sends again; what makes it give up.',
    );
    expect(senderLimits({})).toBeUndefined();
  });
});

describe('a provider', () => {
  it('is unverified where no request that others have signed or judged is among its vectors', () => {
    const signedByOthers = new Set(
      SUITES.filter(({ file }) =>
        (readVectors(file).cases as readonly SourcedCase[]).some(
          ({ expect: verdict, provenance = '' }) => verdict === 'accept' && SIGNED_BY_OTHERS.test(provenance),
        ),
      ).map(({ provider }) => provider),
    );
    const unproved = providers
      .map(({ id }) => id)
      .filter((id) => !signedByOthers.has(id) && !OF_STANDARDS.includes(id));
    expect(unproved.filter((id) => findProvider(id)?.unverified === undefined)).toEqual([]);
  });
});
