/** A proved request's identity in the replay guard: made of signed content only, and of all of it. */
import { backend } from '#crypto';
import { andThen } from './and-then.ts';
import { claimEnd } from './freshness.ts';
import type { KeyRing } from './keys.ts';
import type { Claim, MaybePromise } from './model.ts';
import type { Objection } from './objection.ts';
import type { Passage, ProvedContent, Scheme } from './scheme.ts';
import { equalBytes, utf8 } from './text/bytes.ts';

export interface ClaimMaker {
  /** The claim of a proved passage; undefined where the scheme has no identity. */
  claim(passage: Passage): MaybePromise<Claim | undefined>;
  /** The claims of what the request’s other genuine proofs cover; none but where there are several. Or why they are not known. */
  further(passage: Passage, keys: KeyRing): MaybePromise<readonly Claim[] | Objection>;
}

const IDENTITY_BYTES = 16;

const NONE: readonly Claim[] = [];

/**
 * Identity: SHA-256 over the gate's id and the signed id, where the scheme has one, or else all of the signed content.
 * Never the signature or the key that matched: of several genuine ones the sender's next may cut one off, and some
 * signatures can be rewritten into others as good. Nor a MAC: keys come and go while a claim is held.
 */
export function createClaimMaker({ replay: claims }: Scheme, gateId: string, rememberMs: number): ClaimMaker {
  // The gate's length goes first, so that no gate and content can pass for another gate and content.
  const idPrefix = utf8(`${gateId.length}:${gateId} id `);
  const contentPrefix = utf8(`${gateId.length}:${gateId} content `);

  const claimOf = ({ id, content, untilMs }: ProvedContent, nowMs: number): MaybePromise<Claim> => {
    const until = claimEnd(untilMs ?? nowMs + rememberMs);
    const digest = backend.sha256(id === undefined ? [contentPrefix, ...content] : [idPrefix, utf8(id)]);
    const complete = (bytes: Uint8Array): Claim => ({
      identity: bytes.slice(0, IDENTITY_BYTES),
      untilMs: until,
    });
    return andThen(digest, complete);
  };

  return {
    claim(passage) {
      if (claims === undefined) return undefined;
      const id = claims.id(passage);
      const content = id !== undefined ? [] : claims.content(passage);
      const freshUntilMs = claims.untilMs(passage);
      const signedMs = id === undefined ? undefined : claims.signedMs(passage);
      // By the signed time, not by the clock: a copy ends when the first does, and cannot lengthen its claim.
      const untilMs =
        freshUntilMs === undefined || signedMs === undefined
          ? freshUntilMs
          : Math.max(freshUntilMs, signedMs + rememberMs);
      return claimOf({ id, content, untilMs }, passage.nowMs);
    },
    further(passage, keys) {
      const furtherContents = claims?.further?.(passage, keys);
      if (furtherContents === undefined) return NONE;
      return Promise.resolve(furtherContents).then(
        async (contents): Promise<readonly Claim[] | Objection> =>
          'reason' in contents
            ? contents
            : Promise.all(contents.map(async (content) => claimOf(content, passage.nowMs))),
      );
    },
  };
}

/** One claim of several: of those of one identity the latest end counts. */
export function together(claim: Claim, others: readonly Claim[]): Claim {
  const all: Claim[] = [claim];
  for (const other of others) {
    const at = all.findIndex(({ identity }) => equalBytes(identity, other.identity));
    const same = all[at];
    if (same === undefined) all.push(other);
    else if (other.untilMs > same.untilMs) all[at] = { ...same, untilMs: other.untilMs };
  }
  const [first = claim, ...further] = all;
  return further.length === 0 ? first : { ...first, further };
}
