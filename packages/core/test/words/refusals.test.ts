/** Each sentence of a refusal beside a request that raises it, as its operator reads it: what happened, and what to do. */
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { done, MemoryReplayGuard, requestFrom } from '../../src/index.ts';
import { remedyOf } from '../../src/options.ts';
import { checkContentDigest } from '../../src/schemes/message-signatures/content-digest.ts';
import { NOW } from '../tokens/mint.ts';
import { sigV4Cases } from './aws-sigv4-cases.ts';
import { boundClaimCases } from './bound-claim-cases.ts';
import { boundKeyCases } from './bound-key-cases.ts';
import { certificateCases } from './certificate-cases.ts';
import { detachedCases } from './detached-cases.ts';
import { handshakeRefusals } from './handshake-cases.ts';
import { lookupCases } from './lookup-cases.ts';
import { messagePartCases } from './message-part-cases.ts';
import { messageSignatureCases } from './message-signature-cases.ts';
import { presignedCases } from './presigned-cases.ts';
import { providerCases } from './provider-cases.ts';
import { gateOf, judgeCase, overBody, type RefusalCase } from './refusal-case.ts';
import { signatureCases } from './signature-cases.ts';
import { tenantCases } from './tenant-cases.ts';
import { tokenCases } from './token-cases.ts';

const cases = [
  ...signatureCases,
  ...handshakeRefusals,
  ...tokenCases,
  ...messagePartCases,
  ...boundClaimCases,
  ...detachedCases,
  ...messageSignatureCases,
  ...providerCases,
  ...lookupCases,
  ...tenantCases,
  ...boundKeyCases,
  ...sigV4Cases,
  ...presignedCases,
  ...certificateCases,
];

describe('a refusal says what happened and what to do', () => {
  it.each(cases)('$when', async (one) => {
    const { when: _, says, remedy } = one;
    expect(await judgeCase(one)).toMatchObject({ ok: false, message: says, remedy });
  });

  it('where a digest is not there, too', () => {
    expect(checkContentDigest(requestFrom({ method: 'POST', url: '/' }))).toMatchObject({
      problem: 'the request has no Content-Digest',
    });
  });

  it.each(cases)(
    'a refusal that is explained does not say to have it explained: $when',
    async ({ gate, request }) => {
      const made = gateOf(gate);
      const { verdict, refusal } = await explain(
        requestFrom({ method: 'POST', url: '/hook', headers: {}, body: '{}', ...request }),
        made,
      );
      expect(verdict.ok ? '' : verdict.remedy).not.toMatch(/countersign explain/);
      expect(refusal?.remedy).toBe(verdict.ok ? undefined : verdict.remedy);
    },
  );

  it('a place that has no options says so', () => {
    expect(remedyOf('Options', 'header', [])).toBe('Options: none.');
  });

  it('a gate is not set up for what is not a component', () => {
    const provider = { id: 'http-message-signatures', algorithm: 'hmac-sha256', components: ['x-a;'] };
    expect(() => gateOf({ provider })).toThrow('x-a; is not a component');
  });

  it('once the clock has gone on while it was judged', async () => {
    const { gate, request } = tokenCases.find(
      ({ when }) => when === 'a proof of two minutes ago',
    ) as RefusalCase;
    let now = NOW - 120_000;
    const made = gateOf(gate, { now: () => now });
    const received = made.receive(
      requestFrom({ method: 'POST', url: '/hook', body: '{}', headers: {}, ...request }),
      () => done('done'),
    );
    now = NOW;
    expect(await received).toMatchObject({
      verdict: {
        message: 'the request ceased to be fresh while it was judged',
        remedy: 'It came at the end of its tolerance: look for a queue or retry on the way.',
      },
    });
  });

  it('where the replay guard is full', async () => {
    const gate = gateOf(overBody(), { replay: new MemoryReplayGuard({ maxClaims: 1 }) });
    const sign = (body: string) => gate.sign({ method: 'POST', url: '/hook', headers: {}, body });
    await gate.receive(await sign('1'), () => done('done'));
    expect(await gate.receive(await sign('2'), () => done('done'))).toMatchObject({
      verdict: {
        message: 'the replay guard is full',
        remedy:
          'More requests must be remembered than the replay guard may hold. Raise replay.maxClaims, or shorten the tolerance.',
      },
    });
  });

  it('where the replay guard cannot be asked', async () => {
    const replay = new MemoryReplayGuard();
    replay.begin = () => ({ state: 'unavailable', problem: 'the connection was refused' });
    const gate = gateOf(overBody(), { replay });
    const signed = await gate.sign({ method: 'POST', url: '/hook', headers: {}, body: '1' });
    expect(await gate.receive(signed, () => done('done'))).toMatchObject({
      kind: 'refused',
      verdict: {
        reason: 'replay-guard-unavailable',
        message: 'the replay guard could not be asked: the connection was refused',
        remedy:
          'What remembers claims could not be read, so nobody knows whether the request came before. Look at the store and the log; the sender will retry.',
      },
    });
  });

  it('a repeat: whether the first has ended', async () => {
    const gate = gateOf(overBody());
    const signed = await gate.sign({ method: 'POST', url: '/hook', headers: {}, body: '{}' });
    let during: unknown;
    await gate.receive(signed, async () => {
      during = await gate.receive(signed, () => done('done'));
      return done();
    });
    expect(during).toMatchObject({
      verdict: {
        message: 'the same request came before, and the first has not ended',
        remedy: 'The sender may send it again once the first has ended; retry-after says when.',
      },
    });
    expect(await gate.receive(signed, () => done('done'))).toMatchObject({
      verdict: {
        message: 'the same request came before, and was taken',
        remedy:
          'A sender that retries must sign anew, or the gate must acknowledge repeats (`replay.repeat`; in the library `repeats`). `countersign claims release` lets this request run once more.',
      },
    });
    const webhooks = gateOf(overBody(), { repeats: 'acknowledge' });
    await webhooks.receive(signed, () => done());
    expect(await webhooks.receive(signed, () => done())).toMatchObject({
      verdict: {
        message: 'the same request came before, and was taken',
        remedy: 'Nothing to do: the sender hears that it was received.',
      },
    });
  });
});
