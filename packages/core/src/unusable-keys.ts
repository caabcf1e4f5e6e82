/** Keys that are revoked, ended, not yet valid or another action’s: looked at after a refusal, for the operator’s words only. */
import type { BoundActions } from './action-choice.ts';
import { andThen } from './and-then.ts';
import { type RingKey, unusableBecause } from './keys.ts';
import type { MaybePromise } from './model.ts';
import { type Objection, objection } from './objection.ts';
import { type Passage, UNUSABLE_KEY } from './scheme.ts';
import { shownText } from './text/shown-text.ts';

/** Public keys can cost a millisecond each; more revoked ones than this are rarely kept. */
export const MAX_UNUSABLE_KEYS = 4;

/** One pass over the largest usual body: a refusal costs at most twice what one key costs. */
const MAX_UNUSABLE_BYTES = 1024 * 1024;

/**
 * The refusal, with the key that proves the request all the same. Every one is tried whatever the others say, so that
 * the time tells the sender nothing of them.
 * @param compare holds every message of the passage against these keys
 */
export function whyUnusable(
  passage: Passage,
  unusable: readonly RingKey[],
  refused: Objection,
  actions: BoundActions | undefined,
  compare: (keys: readonly RingKey[]) => MaybePromise<unknown>,
): MaybePromise<Objection> {
  const { step, comparisons, readingsTried, slowTries } = passage;
  const messagesMade = passage.messages?.length;
  passage.slowTries = 0;
  let proving: RingKey | undefined;
  let bytesLeft = MAX_UNUSABLE_BYTES;
  const tried = actions?.tried(unusable, passage.nowMs) ?? unusable.slice(0, MAX_UNUSABLE_KEYS);
  const watched = tried.map((key): RingKey => {
    const find: RingKey['proof']['find'] = (message, candidates) => {
      for (const part of message) bytesLeft -= part.length;
      if (bytesLeft < 0) return -1;
      return andThen(key.proof.find(message, candidates), (at) => {
        if (at >= 0) proving ??= key;
        return -1;
      });
    };
    return { ...key, proof: { ...key.proof, find } };
  });
  return andThen(compare(watched), () => {
    passage.step = step;
    passage.comparisons = comparisons;
    passage.readingsTried = readingsTried;
    passage.slowTries = slowTries;
    // Each message was made once more.
    passage.messages?.splice(messagesMade ?? 0);
    if (proving === undefined) return refused;
    const { info } = proving;
    const why = unusableBecause(info, passage.nowMs);
    if (why === undefined) return actions?.ofAnother(info, passage.action, refused) ?? refused;
    return objection(
      refused.reason,
      `key "${shownText(info.id)}" proves the request, but ${why}`,
      UNUSABLE_KEY,
    );
  });
}
