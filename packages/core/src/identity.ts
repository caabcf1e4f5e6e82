/** A proved request's identity in the replay guard: made of signed content only, and of all of it. */
import { backend } from '#crypto';
import type { BoundActions } from './action-choice.ts';
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
  /**
   * The claim of the id and what a repeat of it must share with the first, which is begun and committed beside the first: of a request that
   * has the id and is another it is free. Undefined where the id alone decides.
   */
  rest(passage: Passage): MaybePromise<Claim> | undefined;
  /** The claims of what the request’s other genuine proofs cover; none but where there are several. Or why they are not known. */
  further(passage: Passage, keys: KeyRing): MaybePromise<readonly Claim[] | Objection>;
}

const IDENTITY_BYTES = 16;

const NONE: readonly Claim[] = [];

/**
 * Identity: SHA-256 over the gate's id and the signed id, where the scheme has one, or else all of the signed content.
 * Never the signature or the key that matched: of several genuine ones the sender's next may cut one off, and some
 * signatures can be rewritten into others as good. Nor a MAC: keys come and go while a claim is held.
 * Where the key alone proves which action is asked for, the action goes in too; so does the tenant, by the name that its keys are kept under:
 * what the request calls it is mostly not signed, and two tenants’ equal messages are two requests.
 */
export function createClaimMaker(
  { replay: claims }: Scheme,
  gateId: string,
  rememberMs: number,
  actions?: BoundActions,
): ClaimMaker {
  // The gate's length goes first, so that no gate and content can pass for another gate and content.
  const idPrefix = utf8(`${gateId.length}:${gateId} id `);
  const contentPrefix = utf8(`${gateId.length}:${gateId} content `);
  const within = (kind: 'tenant' | 'scope', name: string): Uint8Array =>
    utf8(`${gateId.length}:${gateId} ${kind} ${name.length}:${name} `);

  /** @param rememberedMs until when the id is known, where that is longer than a copy is fresh */
  const claimOf = (
    { id, content, untilMs, scope }: ProvedContent,
    passage: Passage,
    rememberedMs?: number,
    rest?: Uint8Array,
  ): MaybePromise<Claim> => {
    const { nowMs } = passage;
    const ofGate = id === undefined ? [contentPrefix, ...content] : [idPrefix, utf8(id)];
    if (rest !== undefined) ofGate.unshift(utf8(`${gateId.length}:${gateId} rest ${id?.length}:`), rest);
    const own = scope === undefined ? ofGate : [within('scope', scope), ...ofGate];
    const freshUntilMs = claimEnd(untilMs ?? nowMs + rememberMs);
    const endMs = rememberedMs === undefined ? freshUntilMs : claimEnd(rememberedMs);
    const tenant = passage.keys?.tenant;
    const ofAction = actions === undefined ? own : [...actions.scope(gateId, passage), ...own];
    const digest = backend.sha256(tenant === undefined ? ofAction : [within('tenant', tenant), ...ofAction]);
    return andThen(digest, (bytes: Uint8Array): Claim => {
      const identity = bytes.slice(0, IDENTITY_BYTES);
      return endMs > freshUntilMs
        ? { identity, untilMs: endMs, freshUntilMs }
        : { identity, untilMs: freshUntilMs };
    });
  };

  const claim = (passage: Passage, rest?: Uint8Array): MaybePromise<Claim> | undefined => {
    if (claims === undefined) return undefined;
    const id = claims.id(passage);
    const content = id !== undefined ? [] : claims.content(passage);
    const untilMs = claims.untilMs(passage);
    const signedMs = id === undefined || untilMs === undefined ? undefined : claims.signedMs(passage);
    // By the signed time, not by the clock: a copy ends when the first does, and cannot lengthen its claim.
    const rememberedMs = signedMs === undefined ? undefined : signedMs + rememberMs;
    return claimOf({ id, content, untilMs, scope: claims.scope?.(passage) }, passage, rememberedMs, rest);
  };
  const rest = (passage: Passage): MaybePromise<Claim> | undefined => {
    const shared = claims?.restOfId?.(passage);
    return shared === undefined || claims?.id(passage) === undefined ? undefined : claim(passage, shared);
  };

  return {
    claim: (passage) => claim(passage),
    rest,
    further(passage, keys) {
      const own = rest(passage);
      const furtherContents = claims?.further?.(passage, keys);
      if (own === undefined && furtherContents === undefined) return NONE;
      return Promise.all([own, furtherContents]).then(
        async ([restOfId, contents = []]): Promise<readonly Claim[] | Objection> => {
          if ('reason' in contents) return contents;
          const others = await Promise.all(contents.map(async (content) => claimOf(content, passage)));
          return restOfId === undefined ? others : [restOfId, ...others];
        },
      );
    },
  };
}

/** Until when a claim must be held: a copy of its request is fresh as long. */
export function freshEnd({ untilMs, freshUntilMs = untilMs }: Claim): number {
  return freshUntilMs;
}

/** A claim that ends as late as either of two, at both of its ends. */
export function lasting(claim: Claim, other: Claim): Claim {
  const untilMs = Math.max(claim.untilMs, other.untilMs);
  const freshUntilMs = Math.max(freshEnd(claim), freshEnd(other));
  if (untilMs === claim.untilMs && freshUntilMs === freshEnd(claim)) return claim;
  const { freshUntilMs: _, ...rest } = claim;
  return freshUntilMs < untilMs ? { ...rest, untilMs, freshUntilMs } : { ...rest, untilMs };
}

/** One claim of several: of those of one identity the latest ends count. */
export function together(claim: Claim, others: readonly Claim[]): Claim {
  const all: Claim[] = [claim];
  for (const other of others) {
    const at = all.findIndex(({ identity }) => equalBytes(identity, other.identity));
    const same = all[at];
    if (same === undefined) all.push(other);
    else all[at] = lasting(same, other);
  }
  const [first = claim, ...further] = all;
  return further.length === 0 ? first : { ...first, further };
}
