/** Explains a request at a gate of a configuration: what the listener decides before it, what its gate says, and what the other gates do. */
import { type Gate, HeaderList, isRefusalReason, type SignedRequest } from '@countersign/core';
import { type Arrival, type ExplainOptions, type Explanation, explain } from '@countersign/core/explain';
import type { Config, GateConfig } from '../config/config.ts';
import { type PickedGate, pickGate } from '../paths/pick-gate.ts';
import type { KeptRefusal } from '../refused/refused-before.ts';
import { withOtherGates } from './other-gate-findings.ts';
import { pickedBy, refusedByGateway } from './picked-explanation.ts';

/** A request that was refused once, and what is left of it. */
export interface RefusedOnce extends KeptRefusal {
  /** As it came, or was announced. */
  readonly bodyBytes: number;
  /** Why the body is not there. */
  readonly bodyLeftOut?: 'not-read' | 'too-long';
}

export interface GateCase {
  readonly request: SignedRequest;
  /** What judges. */
  readonly gate: Gate;
  readonly gateConfig: GateConfig;
  /** All gates of the configuration. */
  readonly gates: Config['gates'];
  /** Of a request that was kept when it was refused. */
  readonly refused?: RefusedOnce;
  readonly options: ExplainOptions;
}

export interface ExplainedAtGate {
  readonly explanation: Explanation;
  /** Where the request goes in this configuration. */
  readonly picked: PickedGate;
}

/** @throws SetupError for options that are none */
export async function explainAtGate(gateCase: GateCase): Promise<ExplainedAtGate> {
  const { request, gate, gateConfig, gates, refused, options } = gateCase;
  const picked = pickGate(gates, request);
  const lacksBody = refused?.bodyLeftOut !== undefined;
  const own = await explain(request, gate, { ...options, lacksBody });
  const whole = pickedBy(gate, await withOtherGates(own, { gates }, gateConfig.name, request));
  const refusal = refusalOf(refused, gateConfig, picked);
  if (refusal !== undefined) return { explanation: refusedByGateway(whole, refusal), picked };
  // Nothing is claimed of a body that is not there.
  const isBlind = refused?.bodyLeftOut === 'too-long';
  return { explanation: isBlind ? withoutFindings(whole) : whole, picked };
}

function withoutFindings({ signed: _, ...explanation }: Explanation): Explanation {
  return { ...explanation, findings: [] };
}

/** What the gateway would refuse before the gate judges, or has refused so for what is not there any more: its body was too slow, or broke off. */
function refusalOf(
  refused: RefusedOnce | undefined,
  gate: GateConfig,
  { gate: pickedGate, refusal }: PickedGate,
): PickedGate['refusal'] {
  if (refused !== undefined) {
    const { reason, message: problem = `the gateway refused it for ${reason}` } = refused;
    if (isRefusalReason(reason) && isOfItsBody(refused, gate)) return { reason, problem };
  }
  return pickedGate === gate ? refusal : undefined;
}

function isOfItsBody(
  { step, reason, bodyBytes, bodyLeftOut }: RefusedOnce,
  { maxBodyBytes }: GateConfig,
): boolean {
  if (step !== 'receive' || bodyLeftOut !== 'not-read') return false;
  // Of one that comes in chunks nobody knows how long it would have been.
  return reason !== 'body-too-large' || bodyBytes === 0 || bodyBytes > maxBodyBytes;
}

/** A request of a gate, and when it came, in milliseconds since the epoch. */
export interface ArrivedRequest {
  readonly request: SignedRequest;
  readonly receivedMs: number;
}

/** When those whose proofs hold were signed, and when they came: what tells of a sender’s clock. @param gateAt the gate, its clock at a time */
export async function arrivalsOf(
  others: readonly ArrivedRequest[],
  gateAt: (nowMs: number) => Gate,
): Promise<readonly Arrival[]> {
  const arrivals: Arrival[] = [];
  for (const { request, receivedMs } of others) {
    const { arrival } = await explain(request, gateAt(receivedMs), { budgetMs: 0 });
    if (arrival !== undefined) arrivals.push(arrival);
  }
  return arrivals;
}

/** A request as it was kept. */
export interface KeptAsReceived {
  readonly method: string;
  readonly url: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly forwarded?: NonNullable<SignedRequest['forwarded']>;
  readonly remoteAddress?: string;
}

export function signedRequestOf(kept: KeptAsReceived): SignedRequest {
  const { method, url, headers, body, forwarded, remoteAddress } = kept;
  return {
    method,
    url,
    headers: new HeaderList(headers),
    body,
    ...(forwarded && { forwarded }),
    ...(remoteAddress !== undefined && { remoteAddress }),
  };
}
