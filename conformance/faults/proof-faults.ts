/** A proof that anybody can make, or that is good for longer or more often than it says. */
import type { Fault } from './fault.ts';

export const PROOF_FAULTS: readonly Fault[] = [
  {
    id: 'boundary-millisecond',
    summary:
      'in the last millisecond of the tolerance a request is still fresh, but its claim has expired: it runs again and again',
    edits: [
      {
        file: 'schemes/signed-time.ts',
        find: 'return freshInterval(timestampMs, tolerance).untilMs;',
        replace: 'return freshInterval(timestampMs, tolerance).untilMs - 1;',
      },
      // Since the fault was mended, the guard looks once more whether the claim is still held.
      { file: 'guard.ts', find: 'if (!(nowMs < freshEnd(claim))) {', replace: 'if (nowMs === -1) {' },
    ],
    only: 'hmac again clock',
    finding: /runs a second time/,
  },
  {
    id: 'tolerance-too-wide',
    summary:
      'the default tolerance is eight hours instead of five minutes: a request captured this morning is accepted',
    edits: [
      {
        file: 'freshness.ts',
        find: '{ pastMs: 5 * MINUTE, futureMs: 5 * MINUTE }',
        replace: '{ pastMs: 500 * MINUTE, futureMs: 500 * MINUTE }',
      },
    ],
    only: 'stripe again clock',
    finding: /it is fresh from/,
  },
  {
    id: 'unsigned-time',
    summary:
      'a timestamp that the message leaves out decides how long the claim lives: one captured request runs forever',
    edits: [
      {
        file: 'schemes/template-checks.ts',
        find: "if (timestamp && !isSigned('timestamp', timestamp, templates, signature)) {",
        replace: 'if (templates.length === 0) {',
      },
    ],
    only: 'hmac unsigned-time',
    finding: /another time is told|runs a second time/,
  },
  {
    id: 'public-key-as-secret',
    summary: 'a public key’s text is accepted as an HMAC secret: everybody can sign',
    edits: [
      {
        file: 'keys/key-shape.ts',
        find: 'if (depth > MAX_DEPTH) return undefined;\n  return typeof secret',
        replace: 'if (depth >= 0) return undefined;\n  return typeof secret',
      },
    ],
    only: 'jwt-bearer public-secret',
    finding: /nobody who holds a key/,
  },
  {
    id: 'cut-off-signature',
    summary:
      'the request’s identity is the signature that matched: if one of two is cut off, the same request runs again',
    edits: [
      {
        file: 'identity.ts',
        find: 'const content = id !== undefined ? [] : claims.content(passage);',
        replace: 'const content = id !== undefined ? [] : [passage.signature as Uint8Array];',
      },
    ],
    only: 'signature-list item',
    finding: /runs a second time/,
  },
  {
    id: 'exponent-one',
    summary: 'an RSA key with the exponent 1 is accepted: the padding is the signature',
    edits: [
      {
        file: 'crypto/rsa.ts',
        find: "  if (exponentBits < 2) return 'an RSA key whose exponent is 1 is not taken: anybody can sign for it';\n",
        replace: '',
      },
    ],
    only: 'jwt-bearer exponent-one',
    finding: /nobody who holds a key/,
  },
];
