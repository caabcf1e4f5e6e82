/** A proved request's identity in the replay guard: made of signed content only. */
import { backend } from '#crypto';
import { isMac, type Message } from './crypto/backend.ts';
import { claimEnd } from './freshness.ts';
import type { Claim, MaybePromise } from './model.ts';
import type { Passage, Scheme } from './scheme.ts';
import { utf8 } from './text/bytes.ts';

/** Makes the claim of a proved passage; undefined where the scheme has no identity. */
export type ClaimMaker = (passage: Passage) => MaybePromise<Claim | undefined>;

const IDENTITY_BYTES = 16;

/**
 * Identity: the signed id where the scheme has one; else the MAC itself, which is a digest of key and message;
 * else (public keys, whose signatures can be rewritten into others as good) the message's digest.
 * The gate's id is mixed in, so that two gates of one key do not meet in a shared guard.
 */
export function createClaimMaker(scheme: Scheme, gateId: string, rememberMs: number): ClaimMaker {
  if (scheme.replay === 'none') return () => undefined;
  let mask: Uint8Array | undefined;
  const complete = (digest: Uint8Array, gateDigest: Uint8Array, passage: Passage): Claim => {
    mask = gateDigest;
    const identity = new Uint8Array(IDENTITY_BYTES);
    for (let i = 0; i < IDENTITY_BYTES; i++) identity[i] = (digest[i] as number) ^ (gateDigest[i] as number);
    return { identity, untilMs: claimEnd(scheme.freshUntilMs(passage) ?? passage.nowMs + rememberMs) };
  };
  return (passage) => {
    const digest = digestOf(scheme, passage);
    const gateDigest = mask ?? backend.sha256([utf8(gateId)]);
    if (digest instanceof Promise || gateDigest instanceof Promise) {
      return Promise.all([digest, gateDigest]).then((both) => complete(both[0], both[1], passage));
    }
    return complete(digest, gateDigest, passage);
  };
}

function digestOf(scheme: Scheme, passage: Passage): MaybePromise<Uint8Array> {
  const id = scheme.signedId(passage);
  if (id !== undefined) return backend.sha256([utf8(`id\0${id}`)]);
  const variant = passage.key?.variant ?? 0;
  const algorithm = scheme.keyForms.find((form) => form.variant === variant)?.algorithm;
  if (algorithm !== undefined && isMac(algorithm)) return passage.signatures[0]?.[0] as Uint8Array;
  return backend.sha256(passage.message as Message);
}

/** Whether two messages are the same pieces. */
export function sameBytes(a: Message, b: Message): boolean {
  return a.length === b.length && a.every((part, i) => samePart(part, b[i] as string | Uint8Array));
}

function samePart(a: string | Uint8Array, b: string | Uint8Array): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
