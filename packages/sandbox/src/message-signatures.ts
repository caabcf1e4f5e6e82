/** Simulates a client that signs HTTP messages (RFC 9421) with a shared secret, and their bodies by a digest (RFC 9530). */
import { createHash, createHmac } from 'node:crypto';
import type { SandboxRequest } from './sandbox-request.ts';
import { CLOCK_ERROR_MS, otherKey, unixSeconds, utf8 } from './sandbox-request.ts';

/** `other-path`: the signature is of another path. `other-body`: the digest is of another body. */
export type MessageSignatureFault = 'other-path' | 'other-body' | 'wrong-key' | 'stale' | 'unsigned';

export interface SignedMessageOptions {
  readonly key: string;
  readonly keyId: string;
  readonly nowMs: number;
  /** As the receiver is known to its senders, e.g. `https://hooks.example`. */
  readonly origin: string;
  readonly path: string;
  readonly body: string;
  /** Default: none. */
  readonly fault?: MessageSignatureFault;
}

/** Covers method, target and digest; the label is `sig1`. @see https://www.rfc-editor.org/rfc/rfc9421#section-2.5 */
export function signedMessage(options: SignedMessageOptions): SandboxRequest {
  const { key, keyId, nowMs, origin, path, body, fault } = options;
  const created = unixSeconds(fault === 'stale' ? nowMs - CLOCK_ERROR_MS : nowMs);
  const digested = fault === 'other-body' ? `${body}.` : body;
  const digest = `sha-256=:${createHash('sha256').update(digested, 'utf8').digest('base64')}:`;
  const params = `("@method" "@target-uri" "content-digest");created=${created};keyid="${keyId}"`;
  const base = [
    '"@method": POST',
    `"@target-uri": ${origin}${fault === 'other-path' ? '/another' : path}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${params}`,
  ].join('\n');
  const secret = fault === 'wrong-key' ? otherKey(key) : key;
  const signature = createHmac('sha256', utf8(secret)).update(base, 'utf8').digest('base64');
  const fields =
    fault === 'unsigned'
      ? []
      : [
          { name: 'signature-input', value: `sig1=${params}` },
          { name: 'signature', value: `sig1=:${signature}:` },
        ];
  return {
    name: `http-message-signatures/${fault ?? 'signed'}`,
    method: 'POST',
    path,
    headers: [
      { name: 'content-type', value: 'application/json' },
      { name: 'content-digest', value: digest },
      ...fields,
    ],
    body: utf8(body),
  };
}
