/** Simulates the generic HMAC client: a shared secret, a timestamp and the body under one signature. */
import { createHmac } from 'node:crypto';
import type { HeaderField, SandboxRequest } from './sandbox-request.ts';
import { clockErrorMs, otherKey, unixSeconds, utf8 } from './sandbox-request.ts';

/** What goes wrong with a request. `stale` and `future` are signed properly, ten minutes off. */
export type HmacFault = 'tampered' | 'wrong-key' | 'stale' | 'future' | 'unsigned' | 'truncated-signature';

export interface HmacRequestOptions {
  readonly key: string;
  /** The client's clock, milliseconds since the epoch; the header carries whole seconds. */
  readonly nowMs: number;
  readonly body: Uint8Array | string;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Default `POST`. */
  readonly method?: string;
  /** Default `/hmac`. */
  readonly path?: string;
  /** `none` signs the body alone. Default `signed`. */
  readonly timestamp?: 'signed' | 'none';
  /** Covered by the signature, between timestamp and body. Default: none. */
  readonly nonce?: string;
  /** Says which key signed; not covered. Default: none. */
  readonly keyId?: string;
  /** Default `sha256`. */
  readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  /** Default `hex`. */
  readonly encoding?: 'hex' | 'base64' | 'base64url';
  /** In front of the signature, e.g. `sha256=`. Default empty. */
  readonly prefix?: string;
  /** Default: none. */
  readonly fault?: HmacFault;
}

/** Builds a signed request with `x-signature`, and `x-timestamp`, `x-nonce` and `x-key-id` where asked for. */
export function hmacRequest(options: HmacRequestOptions): SandboxRequest {
  const { key, nonce, keyId, fault, algorithm = 'sha256', encoding = 'hex', prefix = '' } = options;
  const body = typeof options.body === 'string' ? utf8(options.body) : options.body;
  const timestamp =
    options.timestamp === 'none' ? undefined : String(unixSeconds(options.nowMs + clockErrorMs(fault)));
  const hmac = createHmac(algorithm, utf8(fault === 'wrong-key' ? otherKey(key) : key));
  for (const part of [timestamp, nonce]) if (part !== undefined) hmac.update(`${part}.`, 'utf8');
  const signature = hmac.update(body).digest(encoding);

  const headers: HeaderField[] = [{ name: 'content-type', value: options.contentType ?? 'application/json' }];
  if (keyId !== undefined) headers.push({ name: 'x-key-id', value: keyId });
  if (timestamp !== undefined) headers.push({ name: 'x-timestamp', value: timestamp });
  if (nonce !== undefined) headers.push({ name: 'x-nonce', value: nonce });
  if (fault !== 'unsigned') {
    const text = fault === 'truncated-signature' ? signature.slice(0, -4) : signature;
    headers.push({ name: 'x-signature', value: prefix + text });
  }
  return {
    name: `hmac/${fault ?? algorithm}`,
    method: options.method ?? 'POST',
    path: options.path ?? '/hmac',
    headers,
    body: fault === 'tampered' ? oneBitChanged(body) : body,
  };
}

function oneBitChanged(body: Uint8Array): Uint8Array {
  if (body.length === 0) return new Uint8Array([0]);
  const at = body.length >> 1;
  return body.map((byte, index) => (index === at ? byte ^ 1 : byte));
}
