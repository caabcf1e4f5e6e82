/**
 * Gates of providers that are imported one by one: what is not imported is not loaded. The entry `@countersign/core/gate`;
 * for providers by their ids, and for declared schemes, `createGate` of `@countersign/core`.
 */
import { buildGate } from './build-gate.ts';
import type { Draft } from './draft.ts';
import type { Gate, GateOptions, ImportedProvider } from './gate.ts';
import { checkGateOptions } from './gate-options.ts';
import type { MaybePromise, SignedRequest, Verdict } from './model.ts';
import { isProvider, schemeOfProvider } from './provider-scheme.ts';
import type { RequestSource } from './request-from.ts';
import { SetupError } from './setup-error.ts';

export { done, failed } from './acted.ts';
export type { Gate, ImportedProvider, Received } from './gate.ts';
export type * from './model.ts';
export type { Provider, SetProvider } from './provider.ts';
export { withOptions } from './provider-scheme.ts';
export { replyTo } from './reply.ts';
export { SetupError } from './setup-error.ts';

/** As `GateOptions`, with a provider that is imported. */
export interface ImportedGateOptions extends Omit<GateOptions, 'provider' | 'scheme'> {
  readonly provider: ImportedProvider;
}

/**
 * Builds a gate.
 * @throws SetupError for what is no imported provider, for a wrong option, no keys, an empty one, or one that does not decode.
 */
export function createGate(options: ImportedGateOptions): Gate {
  checkGateOptions(options, () => []);
  const { provider, scheme } = options as GateOptions;
  if (scheme === undefined && isProvider(provider)) {
    return buildGate(options, schemeOfProvider(provider, {}));
  }
  throw new SetupError(
    scheme === undefined ? 'provider' : 'scheme',
    'only imported providers are taken here',
    'Give one, e.g. of @countersign/core/providers/github. Ids and schemes are taken by createGate of @countersign/core, and by webhook and requireProof of its adapters.',
  );
}

/** Judges one request. Builds a gate each time: for many requests, keep the gate. */
export function verify(request: RequestSource, options: ImportedGateOptions): MaybePromise<Verdict> {
  return createGate(options).verify(request);
}

/** Signs one request. */
export function sign(draft: Draft | Request, options: ImportedGateOptions): MaybePromise<SignedRequest> {
  return createGate(options).sign(draft);
}
