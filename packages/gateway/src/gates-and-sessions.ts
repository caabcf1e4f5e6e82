/** What the configuration's gates and sessions are opened with: at a start, and at a dry one. */
import { ClaimRoom, keyWarningText, MemoryReplayGuard } from '@countersign/core';
import { type ClaimWriter, createClaimWriter } from './claims/claim-writer.ts';
import { createAnswerVault } from './claims/first-answer.ts';
import type { GuardsByGate } from './claims/gate-guard.ts';
import { createRememberingGuard, type GuardStore } from './claims/remembering-guard.ts';
import type { Config, GateConfig } from './config/config.ts';
import { type Deliveries, openDeliveries } from './deliver/deliveries.ts';
import { actionsWithoutKey } from './gates/actions-without-key.ts';
import { createCoreGate, noValidKey } from './gates/core-gate.ts';
import { createOpenGate, type OpenGate } from './gates/open-gate.ts';
import { closedBy, type Lifecycle } from './lifecycle.ts';
import type { Log } from './log/log.ts';
import { createOutcome } from './outcomes/create-outcome.ts';
import { createOutgoingFetch } from './outgoing/outgoing-fetch.ts';
import { openRefused } from './refused/open-refused.ts';
import { createRefusalFindings, type RefusalFindings } from './refused/refusal-findings.ts';
import type { RefusedRequests } from './refused/refused-requests.ts';
import { createSealer, readStoreKey, type Sealer } from './sealed/seal.ts';
import type { OpenSessions } from './sessions/open-sessions.ts';
import { createEventIds } from './stores/event-id.ts';
import type { Store } from './stores/store.ts';

/** What a start is given. */
export interface StartParts {
  readonly config: Config;
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds from any start. */
  readonly monotonicMs: () => number;
  readonly log: Log;
  readonly store: Store;
  readonly lifecycle: Lifecycle;
  readonly watch: boolean;
}

/** What a gate is opened with. */
export interface GateParts extends StartParts {
  /** Every call to where the configuration says; forwarded requests apart, which stream. */
  readonly fetch: typeof globalThis.fetch;
  readonly sealer: Sealer | undefined;
  readonly room: ClaimRoom;
  /** By gate. */
  readonly guards: GuardsByGate;
  /** What each of them remembers by itself. */
  readonly memories: Map<string, MemoryReplayGuard>;
  /** How many claims of it were given up since the start. */
  readonly claimsGivenUp: Map<string, number>;
  readonly claimWriter: ClaimWriter;
  readonly newEventId: () => string;
  readonly deliveries: Deliveries;
  readonly refused: RefusedRequests;
  /** What is found out of them as they come. */
  readonly findings: RefusalFindings;
}

/** Makes what all gates and sessions have in common. */
export async function createGateParts(start: StartParts): Promise<GateParts> {
  const { config, now, log, store, lifecycle } = start;
  const claimWriter = createClaimWriter({
    store: store.claims,
    onLost: (claims, error) =>
      log.error({ claims, error }, 'claims were not stored: a restart will not remember them'),
  });
  lifecycle.add('the writer of claims', closedBy(claimWriter.flush));
  const findings = createRefusalFindings({ log, claims: store.claims });
  lifecycle.add(
    'what explains refused requests',
    closedBy(() => findings.close()),
  );
  const sealer = config.storeKey && createSealer(readStoreKey(config.storeKey.reveal()));
  const newEventId = createEventIds(now);
  return {
    ...start,
    deliveries: await openDeliveries({ ...start, sealer, newEventId }),
    fetch: createOutgoingFetch({ policy: 'configured' }),
    sealer,
    room: new ClaimRoom({ maxClaims: config.replay.maxClaims }),
    guards: new Map(),
    memories: new Map(),
    claimsGivenUp: new Map(),
    claimWriter,
    newEventId,
    refused: await openRefused({ ...start, sealer, findings }),
    findings,
  };
}

const SCARCE_ROOM =
  'four fifths of the claims that this gate may hold are taken, and may not be forgotten yet; when all are, its requests are refused: raise replay.maxClaims, or shorten the gate’s tolerance, or its replay.remember where no time is signed';
const FORGETS_EARLY =
  'the room for claims is full, so ids of this gate are forgotten before replay.remember is over: a copy of a request still does not run again, but an event that is delivered again later, signed anew, does; raise replay.maxClaims, or shorten the gate’s replay.remember';

/** Of all gates together, whatever their number. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** What a gate may hold of first answers, which are given to repeats. */
function answerBytes(gate: GateConfig, { gates }: Config): number {
  const giveAgain = gates.filter(({ replay }) => replay.repeat === 'first-answer');
  return giveAgain.includes(gate) ? Math.floor(MAX_ANSWER_BYTES / giveAgain.length) : 0;
}

/** @throws SetupError for a gate that cannot work. */
export async function openGate(gate: GateConfig, parts: GateParts): Promise<OpenGate> {
  const { config, now, fetch, room, claimsGivenUp } = parts;
  const isStored = config.store.kind !== 'memory';
  const memory = new MemoryReplayGuard({
    room,
    maxAnswerBytes: answerBytes(gate, config),
    onGivenUp(identity, nowMs) {
      claimsGivenUp.set(gate.name, (claimsGivenUp.get(gate.name) ?? 0) + 1);
      if (isStored) parts.claimWriter.giveUp({ gate: gate.name, identity, nowMs });
    },
  });
  const guard = createRememberingGuard({
    memory,
    forgets: gate.replay.repeat === 'run',
    // A store in memory has nothing to remember for.
    store: isStored ? storeOf(gate, parts) : undefined,
  });
  parts.guards.set(gate.name, guard);
  parts.memories.set(gate.name, memory);
  const coreGate = createCoreGate(gate, {
    replay: guard,
    now,
    fetch,
    report: (problem) => parts.log.warn({ gate: gate.name }, problem),
  });
  if (coreGate !== undefined && gate.keepRefused !== undefined) parts.findings.add(gate.name, coreGate);
  if (coreGate !== undefined && coreGate.coverage.replay !== 'none') {
    const warn = (record: object, text: string) => parts.log.warn({ gate: gate.name, ...record }, text);
    room.reserveFor(memory, {
      onScarce: (scarcity) => warn(scarcity, SCARCE_ROOM),
      onGivingUp: (givingUp) => warn(givingUp, FORGETS_EARLY),
    });
  }
  const outcome = await createOutcome(gate, { ...parts, coreGate });
  parts.lifecycle.add(`gates.${gate.name}`, outcome);
  return createOpenGate({
    config: gate,
    coreGate,
    outcome,
    guard,
    refusals: parts.refused.ofGate(gate.name),
  });
}

function storeOf(
  { name: gate, replay }: GateConfig,
  { store, claimWriter, sealer, log }: GateParts,
): GuardStore {
  return {
    gate,
    claims: store.claims,
    writer: claimWriter,
    answers: replay.repeat === 'first-answer' ? createAnswerVault(gate, sealer) : undefined,
    onUnfreed: (error) =>
      log.error({ gate, error }, 'a claim was not freed in the store: its request is taken for a repeat'),
  };
}

/** Undefined, and nothing is loaded, where the configuration has no sessions. */
export async function openSessionsOf({ config, ...parts }: GateParts): Promise<OpenSessions | undefined> {
  const { sessions } = config;
  if (sessions.length === 0) return undefined;
  const { openSessions } = await import('./sessions/open-sessions.ts');
  return openSessions({ ...parts, sessions });
}

/** What an operator should know of a gate that starts. */
export function logWarnings({ config, coreGate, actions }: OpenGate, log: Log, nowMs: number): void {
  const { name } = config;
  if (coreGate === undefined) {
    log.warn({ gate: name }, 'the gate takes unsigned requests');
    return;
  }
  for (const key of coreGate.keys.list()) {
    for (const warning of key.warnings) log.warn({ gate: name, keyId: key.id }, keyWarningText(warning));
  }
  for (const { sentence } of actionsWithoutKey(config, actions)) log.warn({ gate: name }, sentence);
  const idle = noValidKey(coreGate, nowMs);
  if (idle !== undefined) log.warn({ gate: name }, idle);
}
