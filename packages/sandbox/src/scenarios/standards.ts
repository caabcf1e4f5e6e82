/** Scenarios of two standards: HTTP message signatures (RFC 9421) and DPoP (RFC 9449). */
import { type DpopFault, dpopRequest } from '../dpop.ts';
import { type MessageSignatureFault, signedMessage } from '../message-signatures.ts';
import type { Expectation, Scenario } from './scenario.ts';
import { ACCEPTED, refused } from './scenario.ts';

/** How senders know the gate: what is signed is an address, and the demo's own is not theirs. */
export const STANDARDS_ORIGIN = 'https://api.example';

/** Accepted, and moved to another address or body, by another key, old, again. */
export function standardsScenarios(): readonly Scenario[] {
  return [
    message('signed', 'method, address and body signed', ACCEPTED),
    again('http-message-signatures', refused('replayed')),
    message('other-path', 'a signature made for another path', refused('signature-mismatch'), 'other-path'),
    message('other-body', 'a digest of another body', refused('signature-mismatch'), 'other-body'),
    message('wrong-key', 'signed with another key', refused('signature-mismatch'), 'wrong-key'),
    message('stale', 'signed ten minutes ago', refused('expired'), 'stale'),
    message('unsigned', 'no signature', refused('missing-signature'), 'unsigned'),
    dpop('signed', 'a bound token with a fresh proof', ACCEPTED),
    again('dpop', refused('replayed')),
    dpop('other-path', 'a proof made for another path', refused('binding-mismatch'), 'other-path'),
    dpop(
      'other-key',
      'a stolen token with a proof of the thief’s key',
      refused('binding-mismatch'),
      'other-key',
    ),
    dpop('stale', 'a proof made ten minutes ago', refused('expired'), 'stale'),
    dpop('no-proof', 'the token alone', refused('missing-token'), 'no-proof'),
    dpop('forged-token', 'a token that another issuer signed', refused('signature-mismatch'), 'forged-token'),
  ];
}

function again(provider: 'http-message-signatures' | 'dpop', expect: Expectation): Scenario {
  return {
    kind: 'again',
    id: `${provider}/replay`,
    provider,
    title: 'the first request once more, byte for byte',
    of: `${provider}/signed`,
    expect,
  };
}

function message(name: string, title: string, expect: Expectation, fault?: MessageSignatureFault): Scenario {
  return {
    kind: 'new',
    id: `http-message-signatures/${name}`,
    provider: 'http-message-signatures',
    title,
    build: ({ keys, nowMs, runId }) =>
      signedMessage({
        key: keys.messageSignatures,
        keyId: 'partner',
        nowMs,
        origin: STANDARDS_ORIGIN,
        path: '/messages',
        body: JSON.stringify({ message: 'Hello, server!', request: `${name}-${runId}` }),
        ...(fault !== undefined && { fault }),
      }),
    expect,
  };
}

function dpop(name: string, title: string, expect: Expectation, fault?: DpopFault): Scenario {
  return {
    kind: 'new',
    id: `dpop/${name}`,
    provider: 'dpop',
    title,
    build: ({ keys, nowMs, runId }) =>
      dpopRequest({
        issuerSecret: keys.dpop,
        nowMs,
        origin: STANDARDS_ORIGIN,
        path: '/v1/orders',
        jti: `${name}-${runId}`,
        ...(fault !== undefined && { fault }),
      }),
    expect,
  };
}
