/** A scenario: one request of a platform, and what a gate must make of it. */
import type { RefusalReason } from '@countersign/core';
import type { SandboxRequest } from '../sandbox-request.ts';

/** The systems that are simulated, by the id of their provider. */
export type SandboxSystem =
  | 'flowent'
  | 'hmac'
  | 'flow-production-tracking'
  | 'approov'
  | 'incode'
  | 'github'
  | 'stripe'
  | 'slack'
  | 'standard-webhooks'
  | 'http-message-signatures'
  | 'dpop';

/** The secrets that the platforms share with the gateway under test, as text. */
export interface SandboxKeys {
  readonly flowent: string;
  readonly hmac: string;
  readonly flowProductionTracking: string;
  /** Base64, as `approov secret -get base64` prints it. */
  readonly approov: string;
  /** The bearer token that the Incode site is set to send. */
  readonly incode: string;
  readonly github: string;
  readonly stripe: string;
  readonly slack: string;
  /** `whsec_` and base64. */
  readonly standardWebhooks: string;
  /** At least 32 bytes, as is `dpop`. */
  readonly messageSignatures: string;
  /** What the issuer signs access tokens with. */
  readonly dpop: string;
}

/** What a scenario's request is made from. */
export interface ScenarioContext {
  readonly keys: SandboxKeys;
  /** The platform's clock, milliseconds since the epoch. */
  readonly nowMs: number;
  /** Another text for each run (ASCII letters, digits, `-`): keeps two runs within one second from being replays. */
  readonly runId: string;
}

/** What the gate must answer and decide. */
export interface Expectation {
  readonly status: number;
  readonly verdict: 'accepted' | 'handshake' | RefusalReason;
}

interface ScenarioBase {
  /** Unique, e.g. `flowent/tampered`. */
  readonly id: string;
  readonly provider: SandboxSystem;
  /** One line for a person. */
  readonly title: string;
  readonly expect: Expectation;
}

/** A scenario either builds a request of its own or sends the bytes of an earlier one again. */
export type Scenario =
  | (ScenarioBase & { readonly kind: 'new'; readonly build: (context: ScenarioContext) => SandboxRequest })
  | (ScenarioBase & { readonly kind: 'again'; readonly of: string });

/** The expectation of a genuine request. */
export const ACCEPTED: Expectation = { status: 200, verdict: 'accepted' };

/** The expectation of a webhook that came before: its sender hears that it was received. */
export const ACKNOWLEDGED: Expectation = { status: 200, verdict: 'replayed' };

/** The expectation of a refusal: 409 for a replay, 401 for every failed proof. */
export function refused(verdict: RefusalReason): Expectation {
  return { status: verdict === 'replayed' ? 409 : 401, verdict };
}

/**
 * The request of a scenario.
 * @param sent the requests of this run by scenario id; a scenario that repeats one finds it here.
 * @throws Error where the scenario repeats one that this run has not sent.
 */
export function scenarioRequest(
  scenario: Scenario,
  context: ScenarioContext,
  sent: ReadonlyMap<string, SandboxRequest>,
): SandboxRequest {
  if (scenario.kind === 'new') return { ...scenario.build(context), name: scenario.id };
  const earlier = sent.get(scenario.of);
  if (earlier === undefined) {
    throw new Error(`${scenario.id}: repeats ${scenario.of}, which was not sent. Play that scenario first.`);
  }
  return { ...earlier, name: scenario.id };
}
