/** Gates of any provider, by its id, and of any declared scheme. */

import { buildGate } from './build-gate.ts';
import { buildJudge, verifyWith } from './build-judge.ts';
import type { Draft } from './draft.ts';
import type { Gate, GateOptions } from './gate.ts';
import { checkGateOptions } from './gate-options.ts';
import type { MaybePromise, SignedRequest, Verdict } from './model.ts';
import type { ChosenScheme } from './provider-scheme.ts';
import { createProvider, findProvider } from './providers/registry.ts';
import type { RequestSource } from './request-from.ts';
import { createDeclaredScheme } from './schemes/declared.ts';
import { SetupError } from './setup-error.ts';
import { signDraft } from './sign-draft.ts';

/**
 * Builds a gate.
 * @throws SetupError for an unknown provider or option, or one of the wrong kind, for no keys, an empty one, or one that does not decode.
 */
export function createGate(options: GateOptions): Gate {
  return buildGate(options, chooseScheme(options));
}

/**
 * Judges one request, once or more: nothing is claimed. Reads the keys each time: for many requests, keep a gate.
 * @throws SetupError as `createGate` does, and for what is no request.
 */
export function verify(request: RequestSource, options: GateOptions): MaybePromise<Verdict> {
  return verifyWith(buildJudge(options, chooseScheme(options).scheme), request);
}

/**
 * Signs one request. Reads the keys each time: for many requests, keep a gate.
 * @throws SetupError as `createGate` does, where no key can sign, and for what is no request.
 */
export function sign(draft: Draft | Request, options: GateOptions): MaybePromise<SignedRequest> {
  return signDraft(buildJudge(options, chooseScheme(options).scheme), draft);
}

/** What the gate is built on: a provider, which says what its sender hears of a repeat, or a scheme alone. @throws SetupError for a wrong option */
export function chooseScheme(options: GateOptions): ChosenScheme {
  checkGateOptions(options, findProvider);
  const { provider, scheme } = options;
  if (provider !== undefined && scheme !== undefined) {
    throw new SetupError('scheme', 'the gate has a provider and a scheme', 'Give one of them.');
  }
  if (provider !== undefined) return createProvider(provider);
  if (scheme !== undefined) return { scheme: createDeclaredScheme({ ...scheme }) };
  throw new SetupError('provider', 'the gate has no provider and no scheme', 'Give one of them.');
}
