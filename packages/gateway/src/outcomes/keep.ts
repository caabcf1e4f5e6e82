/** The outcome `keep`: stores the request byte-exact and acknowledges it after the commit. */
import { hash } from 'node:crypto';
import type { Accepted, Claim, Gate } from '@countersign/core';
import { eventType } from '@countersign/core/event-type';
import { plainRefusal } from '../answers/refusal-answer.ts';
import type { Call, Outcome, Reply } from '../call.ts';
import type { GateConfig } from '../config/config.ts';
import { createFilteredEvent } from '../deliver/filtered-event.ts';
import type { Matching } from '../deliver/matching.ts';
import { type HttpAnswer, jsonAnswer, textAnswer } from '../http-answer.ts';
import { RESTING } from '../lifecycle.ts';
import type { HeaderVault } from '../sealed/withheld-headers.ts';
import type { EventClaim, EventStore, KeepResult, KeptEvent, KeptVerdict } from '../stores/event-store.ts';

export interface KeepOptions {
  readonly gate: GateConfig;
  /** What the event is said to be from where the gate has no provider. */
  readonly providerName: string;
  readonly events: Pick<EventStore, 'keep'>;
  readonly now: () => number;
  readonly newEventId: () => string;
  readonly vault: HeaderVault;
  /** What proves the gate's requests: it says where an event's type stands. */
  readonly scheme: Gate['scheme'] | undefined;
  /** Which destinations an event goes to. Undefined: the gate delivers nowhere. */
  readonly matching: Matching | undefined;
  /** An event was kept with deliveries to these. */
  readonly wake: (destinations: readonly string[]) => void;
}

const KEPT = jsonAnswer(200, '{}');
const ACKNOWLEDGED: Reply = {
  answer: plainRefusal({ reason: 'replayed', repeat: { state: 'committed', acknowledge: true } }),
};
const REFUSED: Reply = { answer: plainRefusal({ reason: 'replayed' }), reason: 'replayed' };

export function createKeepOutcome(options: KeepOptions): Outcome {
  const { gate, events, scheme, matching, wake } = options;
  // A gate that keeps and gives first answers is refused at set-up.
  const repeated = {
    refuse: REFUSED,
    acknowledge: ACKNOWLEDGED,
    'first-answer': ACKNOWLEDGED,
    run: { answer: KEPT },
  }[gate.replay.repeat ?? 'acknowledge'];
  /** Another gateway on the same store, or this one before a restart, may have taken the claim: the store knows. */
  const replyTo = ({ kept }: KeepResult, eventId: string, by: Gate['scheme'] | undefined): Reply =>
    kept ? { answer: keptAnswer(by), eventId } : repeated;
  const failed = (error: unknown): Reply => ({
    answer: plainRefusal({ reason: 'not-kept' }),
    reason: 'not-kept',
    error,
  });
  const keep = async (call: Call): Promise<Reply> => {
    const further = gate.replay.repeat === 'run' ? undefined : call.claim?.further;
    const event = eventOf(call, options);
    const typing = call.proof?.scheme ?? scheme;
    // The type may stand in a body that is not kept. Nearly always it is there at once: a short body is read in one piece.
    const asked = typing && eventType(typing, call.request);
    const type = asked instanceof Promise ? await asked : asked;
    const typed = type === undefined ? event : { ...event, type };
    if (matching === undefined) return replyTo(await events.keep(typed, further), event.id, typing);
    const matched = matching(createFilteredEvent({ ...typed, body: call.request.body }, typing));
    const deliveries = matched instanceof Promise ? await matched : matched;
    const result = await events.keep(typed, further, deliveries);
    if (result.kept && deliveries.length > 0) wake(deliveries.map(({ destination }) => destination));
    return replyTo(result, event.id, typing);
  };
  return {
    ...RESTING,
    kind: 'keep',
    run: (call) => keep(call).catch(failed),
    refusal: plainRefusal,
    handshake: (test) => ({ answer: test.answer }),
  };
}

function keptAnswer(scheme: Gate['scheme'] | undefined): HttpAnswer {
  return scheme?.acknowledgement === undefined ? KEPT : textAnswer(200, scheme.acknowledgement);
}

/** An event is judged again by what its gate knew. */
function forwardedOf({ forwarded }: Call['request']): Pick<KeptEvent, 'forwarded'> {
  return forwarded?.host === undefined && forwarded?.scheme === undefined ? {} : { forwarded };
}

function eventClaim({ identity, untilMs, freshUntilMs }: Claim): EventClaim {
  return freshUntilMs === undefined ? { identity, untilMs } : { identity, untilMs, freshUntilMs };
}

/** The sender's id is left out: where it stands in the body, to read it is to parse it. */
function verdictOf(call: Call): KeptVerdict | undefined {
  const { accepted, refused } = call;
  const label = labelOf(call);
  if (accepted !== undefined) {
    const verdict = acceptedOf(accepted);
    return label === undefined ? verdict : { ...label, ...verdict };
  }
  if (refused === undefined) return undefined;
  const { reason, step, message, evidence } = refused;
  return { ...label, refused: { reason, step, message }, evidence };
}

/** Undefined of most requests. */
function labelOf({ isMonitored, proof, trace }: Call): Partial<KeptVerdict> | undefined {
  const traceparent = trace?.recorded;
  if (isMonitored !== true && proof === undefined && traceparent === undefined) return undefined;
  return {
    ...(isMonitored === true && { isMonitored }),
    ...(proof && { proof: proof.label }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

function acceptedOf({ reading, timestampMs, coveredHeaders, evidence }: Accepted): KeptVerdict {
  return {
    ...(reading !== undefined && { reading }),
    ...(timestampMs !== undefined && { timestampMs }),
    ...(coveredHeaders && { coveredHeaders }),
    evidence,
  };
}

function keptBody(body: Uint8Array, { outcome }: GateConfig): Pick<KeptEvent, 'body' | 'hashed'> {
  if (outcome.kind !== 'keep' || !outcome.isHashOnly) return { body };
  return { body: NOTHING, hashed: { sha256: hash('sha256', body), bodyBytes: body.byteLength } };
}

const NOTHING = new Uint8Array(0);

function eventOf(call: Call, options: KeepOptions): KeptEvent {
  const { request, accepted, claim } = call;
  const { gate, providerName, now, newEventId, vault } = options;
  const id = newEventId();
  const verdict = verdictOf(call);
  return {
    id,
    gate: gate.name,
    provider: accepted?.provider ?? call.refused?.provider ?? providerName,
    keyId: accepted?.keyId ?? '',
    ...(accepted?.tenant !== undefined && { tenant: accepted.tenant }),
    receivedMs: Math.floor(now()),
    method: request.method,
    url: request.url,
    ...vault.withhold(id, request.headers.flat),
    ...keptBody(request.body, gate),
    ...forwardedOf(request),
    ...(verdict && { verdict }),
    ...(claim && gate.replay.repeat !== 'run' && { claim: eventClaim(claim) }),
  };
}
