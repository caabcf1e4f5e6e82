/** What the routes that explain requests answer: an event's, a refused request's, and a pasted one's way through its gate. */
import { Buffer } from 'node:buffer';
import type { ExplainApi, ExplanationView, InputOf } from '@countersign/api';
import { type Gate, type MaybePromise, MemoryReplayGuard, type SignedRequest } from '@countersign/core';
import { type EarlierRequest, type ExplainOptions, gateAt } from '@countersign/core/explain';
import { InputError, readRequestInSlices } from '@countersign/core/internal/request-input';
import {
  arrivalsOf,
  type ExplainedAtGate,
  explainAtGate,
  type RefusedOnce,
  signedRequestOf,
} from '../explaining/explain-at-gate.ts';
import { explanationView } from '../explaining/explanation-view.ts';
import { takenTwice } from '../explaining/taken-before.ts';
import { createCoreGate } from '../gates/core-gate.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { Masks } from '../keeping/masks.ts';
import { inTurns } from '../loop-slices.ts';
import { pickGate } from '../paths/pick-gate.ts';
import { refusedBefore } from '../refused/refused-before.ts';
import type { RefusedRequests } from '../refused/refused-requests.ts';
import type { Sealer } from '../sealed/seal.ts';
import type { RefusedRequest } from '../sealed/sealed-refusals.ts';
import { unsealedHeaders } from '../sealed/withheld-headers.ts';
import type { HeldClaim } from '../stores/claim-store.ts';
import type { EventStore, KeptEvent } from '../stores/event-store.ts';
import type { Handlers } from './admin-parts.ts';
import { Problem } from './problem.ts';
import { bodyFault, noSuchEvent, readRefused, unlessDamaged } from './show-kept.ts';
import { createBench } from './take-turns.ts';
import { namedGate } from './unknown-gate.ts';

export interface ExplainParts {
  readonly gates: readonly OpenGate[];
  readonly events: Pick<EventStore, 'get'>;
  readonly refused: Pick<RefusedRequests, 'get' | 'list' | 'flush'>;
  readonly masks: Pick<Masks, 'has'>;
  /** Of the storeKey. */
  readonly sealer: Sealer | undefined;
  readonly findClaim: (gate: string, identity: Uint8Array) => MaybePromise<HeldClaim | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How long the trials for one request may take of a processor, in turns of 2 ms. */
const BUDGET_MS = 1000;
/** At once, and how many more may wait. */
const LIMITS = { concurrency: 2, queue: 8 };
/** Other requests of the gate that were refused for their time: more say no more of a clock. */
const MAX_NEIGHBOURS = 20;
/** Of a pasted text: 27,000 short names hold the event loop for 10 ms. */
const MAX_JSON_PARTS = 10_000;
const OF_TIME = ['expired', 'from-the-future'];

export function createExplainHandlers(parts: ExplainParts): Handlers<ExplainApi> {
  const inTurn = createBench(LIMITS);
  return {
    traceEvent: (input) => inTurn(() => traceEvent(parts, input)),
    traceRefused: (input) => inTurn(() => traceRefused(parts, input)),
    explain: (input) => inTurn(() => explainPasted(parts, input)),
  };
}

async function traceEvent(
  parts: ExplainParts,
  { id, at }: InputOf<ExplainApi['traceEvent']>,
): Promise<ExplanationView | Problem> {
  const event = await unlessDamaged(parts.events.get(id));
  if (event instanceof Problem) return event;
  if (event === undefined) return noSuchEvent();
  const request = requestOfEvent(event, parts.sealer);
  if (request instanceof Problem) return request;
  const judge = judgeOf(parts, event.gate);
  if (judge instanceof Problem) return judge;
  const nowMs = at === 'now' ? parts.now() : event.receivedMs;
  const explained = await explain(parts, judge, { request, nowMs });
  return explanationView(explained.explanation, {
    notes: otherGateNotes(explained, judge),
    isMasked: parts.masks.has(event.gate),
    isWithheld: event.withheld !== undefined,
  });
}

/** As it was received; or what of it is not there. */
function requestOfEvent(event: KeptEvent, sealer: Sealer | undefined): SignedRequest | Problem {
  const fault = bodyFault(event);
  if (fault !== undefined) return fault;
  const headers = unsealedHeaders(event, sealer);
  if (headers !== undefined) return signedRequestOf({ ...event, headers });
  return new Problem(
    'headers-not-kept',
    'a secret of its headers was not kept, or was stored under another storeKey: with a storeKey it is kept encrypted',
  );
}

async function traceRefused(
  parts: ExplainParts,
  { id, at }: InputOf<ExplainApi['traceRefused']>,
): Promise<ExplanationView | Problem> {
  const refused = await readRefused(parts.refused, id);
  if (refused instanceof Problem) return refused;
  const judge = judgeOf(parts, refused.gate);
  if (judge instanceof Problem) return judge;
  const isAsThen = at !== 'now';
  const explained = await explain(parts, judge, {
    request: signedRequestOf(refused),
    nowMs: isAsThen ? refused.receivedMs : parts.now(),
    refused,
    ...(isAsThen && { circumstances: await circumstancesOf(parts, refused, judge.coreGate) }),
  });
  return explanationView(explained.explanation, {
    notes: [...bodyNotes(refused), ...otherGateNotes(explained, judge)],
    isMasked: parts.masks.has(refused.gate),
  });
}

/** What the gateway knows beside the request. */
async function circumstancesOf(
  parts: ExplainParts,
  request: RefusedRequest,
  gate: Gate,
): Promise<Pick<ExplainOptions, 'refused' | 'earlier' | 'neighbours'>> {
  const refused = refusedBefore(request);
  const { repeat } = request;
  const claim =
    repeat?.state === 'committed' ? await heldClaim(parts, request.gate, repeat.claimId) : undefined;
  const neighbours = OF_TIME.includes(request.reason) ? await neighboursOf(parts, request, gate) : [];
  return {
    ...(refused && { refused }),
    ...(claim && { earlier: earlierOf(claim) }),
    ...(neighbours.length > 0 && { neighbours }),
  };
}

function heldClaim(
  { findClaim }: ExplainParts,
  gate: string,
  claimId: string,
): MaybePromise<HeldClaim | undefined> {
  return findClaim(gate, Uint8Array.from(Buffer.from(claimId, 'hex')));
}

function earlierOf({ takenMs, eventId }: HeldClaim): EarlierRequest {
  return { ...(takenMs !== undefined && { takenMs }), ...(eventId !== undefined && { eventId }) };
}

async function neighboursOf(
  { refused }: ExplainParts,
  { gate: name, id: ownId }: RefusedRequest,
  gate: Gate,
) {
  const { refusals } = await refused.list({ gate: name, limit: MAX_NEIGHBOURS });
  const others: RefusedRequest[] = [];
  for (const { id, reason } of refusals) {
    const other = id !== ownId && OF_TIME.includes(reason) ? await refused.get(id) : undefined;
    if (other !== undefined && other !== 'unreadable') others.push(other);
  }
  const arrived = others.map((other) => ({ request: signedRequestOf(other), receivedMs: other.receivedMs }));
  return arrivalsOf(arrived, (nowMs) => gateAt(gate, nowMs));
}

async function explainPasted(
  parts: ExplainParts,
  { gate: name, request: text }: InputOf<ExplainApi['explain']>,
): Promise<ExplanationView | Problem> {
  const input = await readPasted(text);
  if (input instanceof Problem) return input;
  const { request, notes, form } = input;
  const judge = judgeOf(parts, name ?? pickedName(parts, request));
  if (judge instanceof Problem) return judge;
  const nowMs = parts.now();
  const circumstances = await earlierTaken(parts, judge, request, nowMs);
  const explained = await explain(parts, judge, { request, nowMs, circumstances });
  return explanationView(explained.explanation, {
    notes: [...notes, ...otherGateNotes(explained, judge)],
    // It is the asker’s own.
    isMasked: false,
    form,
  });
}

async function readPasted(text: string) {
  try {
    const bytes = Buffer.from(text, 'utf8');
    return await inTurns(readRequestInSlices(bytes, { maxJsonParts: MAX_JSON_PARTS }));
  } catch (error) {
    if (error instanceof InputError)
      return new Problem('request-unreadable', `${error.message}. ${error.remedy}`);
    throw error;
  }
}

/** The gate of its path, else the only one. */
function pickedName({ gates }: ExplainParts, request: SignedRequest): string | undefined {
  const { gate } = pickGate(configsOf(gates), request);
  return gate?.name ?? (gates.length === 1 ? gates[0]?.config.name : undefined);
}

/** Whether the gateway would refuse it as a repeat: it has a claim of the same. */
async function earlierTaken(
  parts: ExplainParts,
  { config, keysOf }: Judge,
  request: SignedRequest,
  nowMs: number,
): Promise<Pick<ExplainOptions, 'refused' | 'earlier'>> {
  const gate = createCoreGate(config, {
    replay: new MemoryReplayGuard(),
    now: () => nowMs,
    ...(keysOf && { keysOf }),
  });
  const again = gate && (await takenTwice(gate, request));
  const claim = again && (await heldClaim(parts, config.name, again.claimId));
  return again && claim ? { refused: again.refused, earlier: earlierOf(claim) } : {};
}

/** A gate that proves its requests. */
interface Judge {
  readonly config: OpenGate['config'];
  readonly coreGate: Gate;
  readonly keysOf: OpenGate['keysOf'];
}

function judgeOf({ gates }: ExplainParts, name: string | undefined): Judge | Problem {
  if (name === undefined) {
    const names = gates.map(({ config }) => config.name);
    const detail = `the request’s path leads to no gate: name one with gate (${names.join(', ')})`;
    return new Problem('no-such-gate', detail);
  }
  const gate = namedGate(gates, name);
  if (gate instanceof Problem) return gate;
  if (gate.coreGate !== undefined) {
    const { config, coreGate, keysOf } = gate;
    return { config, coreGate, keysOf };
  }
  return new Problem(
    'takes-unsigned',
    `the gate ${name} takes unsigned requests: there is no proof to judge`,
  );
}

interface Asked {
  readonly request: SignedRequest;
  readonly nowMs: number;
  readonly refused?: RefusedOnce;
  readonly circumstances?: ExplainOptions;
}

function explain(
  { gates }: ExplainParts,
  { config, coreGate }: Judge,
  { request, nowMs, refused, circumstances }: Asked,
): Promise<ExplainedAtGate> {
  return explainAtGate({
    request,
    gate: gateAt(coreGate, nowMs),
    gateConfig: config,
    gates: configsOf(gates),
    ...(refused && { refused }),
    options: { budgetMs: BUDGET_MS, ...circumstances },
  });
}

function configsOf(gates: readonly OpenGate[]): readonly OpenGate['config'][] {
  return gates.map(({ config }) => config);
}

const BODY_NOTES = {
  'not-read':
    'The body was not read, since the request was refused before: what depends on it is not judged.',
  'too-long': 'The body is longer than what is kept of refused requests: what depends on it is not judged.',
} as const;

function bodyNotes({ bodyLeftOut }: RefusedRequest): readonly string[] {
  return bodyLeftOut === undefined ? [] : [BODY_NOTES[bodyLeftOut]];
}

function otherGateNotes(
  { picked: { gate, refusal } }: ExplainedAtGate,
  { config }: Judge,
): readonly string[] {
  if (gate === config) return [];
  const why = refusal?.problem ?? `the request’s path is that of the gate ${gate?.name}`;
  return [`Judged by ${config.name}, to which the gateway would not take it: ${why}.`];
}
