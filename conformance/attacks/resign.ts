/** Signs a genuine request anew with a key that an attacker has: everything of it but the signature stays. */
import { createHmac } from 'node:crypto';
import type { SignedRequest } from '@countersign/core';
import type { Opened } from '../engine/model.ts';

const DIGESTS: ReadonlyMap<number, string> = new Map([
  [20, 'sha1'],
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
]);

export interface Piece {
  readonly at: number;
  readonly text: string;
  readonly encoding: 'hex' | 'base64' | 'base64url';
  readonly bytes: Buffer;
}

/** The texts in a proof that decode to as many bytes as signatures have. */
export function signaturesIn(text: string): readonly Piece[] {
  return [...text.matchAll(/[A-Za-z0-9+/_-]{26,}={0,2}/g)].flatMap(
    ({ 0: piece, index }): readonly Piece[] => {
      const encoding = /^(?:[0-9a-f]{2})+$/i.test(piece)
        ? 'hex'
        : /[-_]/.test(piece)
          ? 'base64url'
          : 'base64';
      const bytes = Buffer.from(piece, encoding);
      return DIGESTS.has(bytes.length) || bytes.length >= 96
        ? [{ at: index, text: piece, encoding, bytes }]
        : [];
    },
  );
}

/** The token in a proof: its three segments, and what stands before them. */
export function tokenIn(
  text: string,
): { readonly before: string; readonly segments: readonly string[] } | undefined {
  const match = /^(.*?)([\w-]+)\.([\w-]+)\.([\w-]*)$/s.exec(text);
  return match ? { before: match[1] as string, segments: match.slice(2) } : undefined;
}

const ALGORITHMS: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

/**
 * Each signature in it is replaced, so that no genuine one is left.
 * @param message what is signed; by default what the genuine signature covers
 * @returns undefined where no HMAC fits in
 */
export function resigned(
  subject: Opened,
  key: Buffer | string,
  message = subject.message,
): SignedRequest | undefined {
  let request: SignedRequest | undefined;
  for (const { text, put } of subject.places.get('proof') ?? []) {
    const token = tokenIn(text);
    if (token)
      request = put(request ?? subject.request, token.before + tokenBy(token.segments, 'HS256', key));
    else if (message && signaturesIn(text).length > 0) {
      request = put(request ?? subject.request, withSignatures(text, key, message));
    }
  }
  return request;
}

/** From the last to the first, so that places stay. */
function withSignatures(text: string, key: Buffer | string, message: Uint8Array): string {
  return signaturesIn(text).reduceRight((whole, { at, text: piece, encoding, bytes }) => {
    const digest = DIGESTS.get(bytes.length) ?? 'sha256';
    const signature = createHmac(digest, key).update(message).digest(encoding);
    return whole.slice(0, at) + signature + whole.slice(at + piece.length);
  }, text);
}

/** A token of the same claims under an HMAC. */
export function tokenBy(segments: readonly string[], algorithm: string, key: Buffer | string): string {
  const header = { ...headerOf(segments), alg: algorithm };
  const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${segments[1]}`;
  return `${input}.${createHmac(ALGORITHMS[algorithm] ?? 'sha256', key)
    .update(input)
    .digest('base64url')}`;
}

export function headerOf([header = '']: readonly string[]): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(header, 'base64url').toString());
  } catch {
    return {};
  }
}
