/**
 * Gates of providers that are imported one by one: what is not imported is not loaded. The entry `@countersign/core/gate`;
 * for providers by their ids, and for declared schemes, `createGate` of `@countersign/core`.
 */
import { buildGate } from './build-gate.ts';
import { buildJudge, verifyWith } from './build-judge.ts';
import { chooseImported, type ImportedGateOptions } from './choose-imported.ts';
import type { Draft } from './draft.ts';
import type { Gate } from './gate.ts';
import type { MaybePromise, SignedRequest, Verdict } from './model.ts';
import type { RequestSource } from './request-from.ts';
import { signDraft } from './sign-draft.ts';

export { done, failed } from './acted.ts';
export type { ImportedGateOptions } from './choose-imported.ts';
export type { Gate, ImportedProvider, Received } from './gate.ts';
export type * from './model.ts';
export type { Provider, SetProvider } from './provider.ts';
export { withOptions } from './provider-scheme.ts';
export { replyTo } from './reply.ts';
export { SetupError } from './setup-error.ts';

/**
 * Builds a gate.
 * @throws SetupError for what is no imported provider, for a wrong option, no keys, an empty one, or one that does not decode.
 */
export function createGate(options: ImportedGateOptions): Gate {
  return buildGate(options, chooseImported(options));
}

/** Judges one request. Reads the keys each time: for many requests, keep a gate. Alone in a bundle, it has no replay guard in it. */
export function verify(request: RequestSource, options: ImportedGateOptions): MaybePromise<Verdict> {
  return verifyWith(buildJudge(options, chooseImported(options).scheme), request);
}

/** Signs one request. Reads the keys each time: for many requests, keep a gate. */
export function sign(draft: Draft | Request, options: ImportedGateOptions): MaybePromise<SignedRequest> {
  return signDraft(buildJudge(options, chooseImported(options).scheme), draft);
}
