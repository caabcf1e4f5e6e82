/** What the configuration's gates and sessions are opened with: at a start, and at a dry one. */

import { ClaimRoom, type Gate, keyWarningText, type MemoryReplayGuard } from '@countersign/core';
import { type AdmissionParts, openAdmission } from './admission/admission.ts';
import { type ClaimWriter, createClaimWriter } from './claims/claim-writer.ts';
import { claimsByGate, type SharedClaims } from './claims/claims-by-gate.ts';
import type { GuardsByGate } from './claims/gate-guard.ts';
import { openGuard } from './claims/open-guard.ts';
import type { StoredEarlyClaims } from './claims/remembering-guard.ts';
import type { Config, GateConfig, SessionConfig } from './config/config.ts';
import type { Deliveries, Delivering } from './deliver/deliveries.ts';
import { openDeliveries } from './deliver/open-deliveries.ts';
import { actionsWithoutKey } from './gates/actions-without-key.ts';
import type { AnswerSigner } from './gates/answer-signer.ts';
import { type CoreGateOptions, createCoreGate, keySpecOf, noValidKey } from './gates/core-gate.ts';
import { keyNoteText } from './gates/key-entries.ts';
import { modeWarnings } from './gates/mode-warnings.ts';
import { createOpenGate, type OpenGate } from './gates/open-gate.ts';
import { type KeyUseBook, openKeyUseBook } from './gates/open-key-uses.ts';
import { openProof, type ProofParts } from './gates/open-proof.ts';
import { closedBy, type Lifecycle, type Part } from './lifecycle.ts';
import type { Log } from './log/log.ts';
import type { GateModes } from './modes/gate-modes.ts';
import { createConfirm } from './outcomes/confirm-subscription.ts';
import { createOutcome } from './outcomes/create-outcome.ts';
import { createOutgoingFetch } from './outgoing/outgoing-fetch.ts';
import { openRefused } from './refused/open-refused.ts';
import { createRefusalFindings, type RefusalFindings } from './refused/refusal-findings.ts';
import type { RefusedRequests } from './refused/refused-requests.ts';
import { openConfiguredKeys } from './sealed/configured-keys.ts';
import type { Sealer } from './sealed/seal.ts';
import type { AuditKeys } from './sealed/store-keys.ts';
import { createSealedCache, type TokenCache } from './sealed/token-cache.ts';
import type { OpenSession } from './sessions/open-sessions.ts';
import { createEventIds } from './stores/event-id.ts';
import type { Store } from './stores/store.ts';
import type { Tracer } from './telemetry/tracer.ts';
import { openKeysOf } from './tenants/tenant-options.ts';
import { gatewayVersion } from './version.ts';

/** What a start is given. */
export interface StartParts {
  readonly config: Config;
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds from any start. */
  readonly monotonicMs: () => number;
  readonly log: Log;
  /** What is said of the configuration; of several workers one says it. */
  readonly notices: Log;
  readonly store: Store;
  readonly lifecycle: Lifecycle;
  readonly watch: boolean;
}

/** What gates and sessions have in common for as long as the gateway runs. */
export interface CommonParts extends StartParts {
  /** Every call to where the configuration says; forwarded requests apart, which stream. */
  readonly fetch: typeof globalThis.fetch;
  /** Every call to where a request says. */
  readonly fetchPublic: typeof globalThis.fetch;
  readonly sealer: Sealer | undefined;
  /** Where platforms’ tokens outlive the process; undefined without a storeKey. */
  readonly tokenCache: TokenCache | undefined;
  /** What the audit log is chained with; undefined without a storeKey. */
  readonly auditKeys: AuditKeys | undefined;
  readonly room: ClaimRoom;
  /** By gate. */
  readonly guards: GuardsByGate;
  /** What each of them remembers by itself. */
  readonly memories: Map<string, MemoryReplayGuard>;
  /** Which of them the store holds already, though they are not committed. */
  readonly storedEarly: Map<string, StoredEarlyClaims>;
  /** How many claims of it were given up since the start. */
  readonly claimsGivenUp: Map<string, number>;
  readonly claimWriter: ClaimWriter;
  /** Undefined where this gateway shares its claims with no other. */
  readonly shared: SharedClaims | undefined;
  /** How their keys are used. */
  readonly keyUses: KeyUseBook;
  readonly newEventId: () => string;
  readonly deliveries: Deliveries;
  readonly refused: RefusedRequests;
  /** What is found out of them as they come. */
  readonly findings: RefusalFindings;
  /** Undefined where traces are off. */
  readonly tracer: Tracer | undefined;
}

/** Makes what all gates and sessions have in common. */
export async function createCommonParts(start: StartParts): Promise<CommonParts> {
  const { config, now, monotonicMs, log, store, lifecycle } = start;
  const claimWriter = createClaimWriter({
    store: store.claims,
    onLost: (claims, error) =>
      log.error({ claims, error }, 'claims were not stored: a restart will not remember them'),
  });
  lifecycle.add('the writer of claims', closedBy(claimWriter.flush));
  const keyUses = await openKeyUseBook({ records: store.records, now, monotonicMs, log });
  lifecycle.add(
    'how keys are used',
    closedBy(() => keyUses.close()),
  );
  const storeKeys = await openConfiguredKeys(start);
  const sealer = storeKeys?.sealer;
  const shared = await openShared(start, sealer);
  const findings = createRefusalFindings({ log, claims: claimsByGate(store.claims, shared) });
  lifecycle.add(
    'what explains refused requests',
    closedBy(() => findings.close()),
  );
  const newEventId = createEventIds(now);
  const fetch = createOutgoingFetch({ policy: 'configured' });
  const tracer = await openTraces(start, fetch);
  return {
    ...start,
    deliveries: await openDeliveries({ ...start, sealer, newEventId, tracer }),
    fetch,
    fetchPublic: createOutgoingFetch({ policy: 'public' }),
    sealer,
    tokenCache: sealer && createSealedCache(store.records, sealer),
    auditKeys: storeKeys?.audit,
    room: new ClaimRoom({ maxClaims: config.replay.maxClaims }),
    guards: new Map(),
    memories: new Map(),
    storedEarly: new Map(),
    claimsGivenUp: new Map(),
    claimWriter,
    shared,
    keyUses,
    newEventId,
    refused: await openRefused({ ...start, sealer, findings }),
    findings,
    tracer,
  };
}

/** In Redis, or in a store that gateways share. Undefined, and nothing is loaded, where claims are not shared. */
async function openShared(
  { config, store, now, monotonicMs, log, lifecycle }: StartParts,
  sealer: Sealer | undefined,
): Promise<SharedClaims | undefined> {
  const { claims, storeKey } = config;
  const { leases } = store;
  const parts = { now, monotonicMs, log };
  let shared: SharedClaims & Part;
  if (claims !== undefined) {
    const { openSharedClaims } = await import('./claims/shared-claims.ts');
    shared = await openSharedClaims({ claims, storeKey, ...parts });
  } else if (leases !== undefined) {
    const { createStoreClaims } = await import('./claims/store-claims.ts');
    shared = createStoreClaims({ claims: store.claims, leases, sealer, ...parts });
  } else return undefined;
  lifecycle.add('the shared claims', shared);
  return shared;
}

/** Undefined, and nothing is loaded, where traces are off. */
async function openTraces(
  { config, now, log, lifecycle }: StartParts,
  fetch: typeof globalThis.fetch,
): Promise<Tracer | undefined> {
  if (config.telemetry === undefined) return undefined;
  const { openTracer } = await import('./telemetry/open-tracer.ts');
  const tracer = openTracer({ config: config.telemetry, version: gatewayVersion(), now, fetch, log });
  lifecycle.add('the traces', tracer);
  return tracer;
}

/** What a gate or a session is opened with; in a reload what it adds to is not at work yet. */
export interface GateParts extends Omit<CommonParts, 'deliveries' | 'refused' | 'findings' | 'keyUses'> {
  readonly deliveries: Delivering;
  readonly refused: Pick<RefusedRequests, 'ofGate'>;
  readonly findings: Pick<RefusalFindings, 'add'>;
  readonly keyUses: { open(...gate: Parameters<KeyUseBook['open']>): void };
}

const SCARCE_ROOM =
  'four fifths of the claims that this gate may hold are taken, and may not be forgotten yet; when all are, its requests are refused: raise replay.maxClaims, or shorten the gate’s tolerance, or its replay.remember where no time is signed';
const FORGETS_EARLY =
  'the room for claims is full, so ids of this gate are forgotten before replay.remember is over: a copy of a request still does not run again, but an event that is delivered again later, signed anew, does; raise replay.maxClaims, or shorten the gate’s replay.remember';

/**
 * Opens a gate. Its claims are those of the gate that has had its name.
 * @param earlier the gate whose place it takes: its counts go on
 * @throws SetupError for a gate that cannot work.
 */
export async function openGate(gate: GateConfig, parts: GateParts, earlier?: OpenGate): Promise<OpenGate> {
  const { now, fetch, fetchPublic, room } = parts;
  const { guard, memory } = openGuard(gate, parts);
  parts.guards.set(gate.name, guard);
  const keysOf = await openKeysOf(gate, { fetch, tenantSql: parts.store.tenantSql });
  const core: CoreGateOptions = {
    replay: guard,
    now,
    fetch,
    fetchPublic,
    ...(keysOf && { keysOf }),
    ...(gate.accept && { challenges: [] }),
    report: (problem) => parts.log.warn({ gate: gate.name }, problem),
  };
  const create: ProofParts['create'] = (listed, taking) => createCoreGate(listed, { ...core, ...taking });
  const { coreGate, keys, keyDelivery } = await openProof(gate, { ...parts, create });
  const modes =
    coreGate && (await openModes({ ...gate, keys: keys.current }, coreGate, core, parts, earlier));
  if (coreGate !== undefined) keys.attach([coreGate, ...(modes?.sharingKeys ?? [])]);
  const older = modes?.several?.proofs.slice(1).map((proof) => proof.gate) ?? [];
  if (coreGate && gate.keepRefused) parts.findings.add(gate.name, coreGate, older);
  if (
    memory !== undefined &&
    [coreGate, ...older].some((proof) => proof !== undefined && proof.coverage.replay !== 'none')
  ) {
    const warn = (record: object, text: string) => parts.log.warn({ gate: gate.name, ...record }, text);
    room.reserveFor(memory, {
      onScarce: (scarcity) => warn(scarcity, SCARCE_ROOM),
      onGivingUp: (givingUp) => warn(givingUp, FORGETS_EARLY),
    });
  }
  const outcome = await createOutcome(gate, { ...parts, coreGate, modes });
  parts.lifecycle.add(`the outcome of gates.${gate.name}`, outcome);
  const signer = coreGate && (await openSigner(gate, coreGate, now));
  const opened = createOpenGate({
    config: gate,
    coreGate,
    keys,
    keyDelivery,
    keysOf,
    outcome,
    guard,
    refusals: parts.refused.ofGate(gate.name),
    confirm: createConfirm({ gate: gate.name, fetch: fetchPublic, log: parts.log }),
    modes,
    signer,
    admission: openAdmission(gate, { ...parts, sharedRates: ratesOf(parts) }, earlier?.admission),
    ...(earlier && { counts: earlier.counts, proofs: earlier.proofs, durations: earlier.durations }),
  });
  parts.keyUses.open(gate.name, opened.proofs, () => keys.ids);
  return opened;
}

/** Undefined, and nothing is loaded, where answers are not signed. */
async function openSigner(
  { name, outcome }: GateConfig,
  coreGate: Gate,
  now: () => number,
): Promise<AnswerSigner | undefined> {
  if (outcome.kind !== 'answer' || outcome.sign === undefined) return undefined;
  const { createAnswerSigner } = await import('./gates/answer-signer.ts');
  const { sign } = outcome;
  return createAnswerSigner({ config: sign, gate: name, coreGate, keySpecs: sign.keys?.map(keySpecOf), now });
}

function ratesOf({ shared }: GateParts): AdmissionParts['sharedRates'] {
  return shared?.ratesOf && ((gate, limits) => shared.ratesOf?.(gate, limits));
}

/** Undefined, and nothing is loaded, where the gate enforces one proof. */
async function openModes(
  gate: GateConfig,
  coreGate: Gate,
  options: CoreGateOptions,
  parts: GateParts,
  earlier: OpenGate | undefined,
): Promise<GateModes | undefined> {
  if (gate.monitor === undefined && gate.accept === undefined && gate.shadow === undefined) return undefined;
  const { openGateModes } = await import('./gates/open-modes.ts');
  return openGateModes({ ...parts, gate, coreGate, options, earlier: earlier?.modes });
}

/** Nothing is loaded where the configuration has no sessions. */
export async function openSessionWith(session: SessionConfig, parts: GateParts): Promise<OpenSession> {
  const { openSession } = await import('./sessions/open-sessions.ts');
  return openSession(session, parts);
}

/** What an operator should know of a gate that starts. */
export function logWarnings(gate: OpenGate, log: Log, nowMs: number): void {
  logProofWarnings(gate, log, nowMs);
  const { config, coreGate, keys, actions } = gate;
  const { name } = config;
  if (coreGate === undefined) return;
  for (const { sentence } of actionsWithoutKey(name, keys.current, actions))
    log.warn({ gate: name }, sentence);
  for (const { severity, sentence } of modeWarnings(gate, nowMs))
    log[severity === 'warning' ? 'warn' : 'info']({ gate: name }, sentence);
}

/** How requests prove themselves there. The rest a reload’s report says, so that this alone is logged of a gate that a reload opens. */
export function logProofWarnings({ config, coreGate, keys }: OpenGate, log: Log, nowMs: number): void {
  const { name } = config;
  if (coreGate === undefined) {
    log.warn({ gate: name }, 'the gate takes unsigned requests');
    return;
  }
  for (const key of coreGate.keys.list()) {
    for (const warning of key.warnings) log.warn({ gate: name, keyId: key.id }, keyWarningText(warning));
  }
  for (const note of keys.notes) log.warn({ gate: name, keyId: note.keyId }, keyNoteText(note));
  const idle = noValidKey(coreGate, nowMs);
  if (idle !== undefined) log.warn({ gate: name }, idle);
}
