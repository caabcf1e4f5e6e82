/** Opens what a gate is beyond one that enforces one proof. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Gate, MemoryReplayGuard, SetupError } from '@countersign/core';
import type { Config, GateConfig } from '../config/config.ts';
import { destinationsOf } from '../deliver/destinations-of.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { GateModes } from '../modes/gate-modes.ts';
import { OldProofSenders } from '../modes/old-proof-senders.ts';
import { createSeveralProofs, type TakenProof } from '../modes/several-proofs.ts';
import { createShadow, type Shadow } from '../modes/shadow.ts';
import { createLeases } from '../sealed/lease.ts';
import type { Sealer } from '../sealed/seal.ts';
import { createSealedRecords } from '../sealed/sealed-records.ts';
import type { Store } from '../stores/store.ts';
import { type CoreGateOptions, createCoreGate } from './core-gate.ts';
import { openKeptSenders, SENDERS_SPACE } from './kept-senders.ts';

/** A few records are read and written in it. */
const SENDERS_LEASE_MS = 5_000;

export interface OpenModesOptions {
  readonly config: Config;
  readonly gate: GateConfig;
  /** The gate's own. */
  readonly coreGate: Gate;
  /** What that was made with. */
  readonly options: CoreGateOptions;
  /** Of the gate whose place it takes: its counts of proofs and senders go on. */
  readonly earlier: Pick<GateModes, 'senders' | 'acceptedByProof'> | undefined;
  readonly now: () => number;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly store: Pick<Store, 'records'>;
  /** Undefined where there is no store key. */
  readonly sealer: Sealer | undefined;
}

/** @throws SetupError for a proof that cannot work, and for a gate that would sign what it let through. */
export async function openGateModes(parts: OpenModesOptions): Promise<GateModes> {
  const { config, gate, coreGate, options, earlier, now } = parts;
  const { monitor, accept = [], shadow } = gate;
  if (monitor !== undefined) refuseSigning(gate, config);
  const proofs: TakenProof[] = [{ label: coreGate.provider, gate: coreGate, untilMs: undefined }];
  const sharingKeys: Gate[] = [];
  for (const { proof, keys = gate.keys, untilMs, at } of accept) {
    const other = requiredGate({ ...gate, proof, keys }, { ...options, option: at });
    proofs.push({ label: labelOf(other, proofs), gate: other, untilMs });
    if (keys === gate.keys) sharingKeys.push(other);
  }
  const shadowGate =
    shadow &&
    requiredGate(
      { ...gate, proof: shadow.proof, keys: shadow.keys ?? gate.keys },
      // It claims nothing, and answers no test.
      { ...withoutChallenges(options), replay: new MemoryReplayGuard(), option: 'shadow' },
    );
  if (shadowGate && shadow.keys === undefined) sharingKeys.push(shadowGate);
  const senders = earlier?.senders ?? new OldProofSenders();
  if (accept.length > 0) await keepSenders(senders, parts);
  const monitors = (): boolean =>
    monitor !== undefined && (monitor.untilMs === undefined || now() < monitor.untilMs);
  return {
    monitors,
    letsThrough: ({ step }) => step !== 'receive' && monitors(),
    several: accept.length === 0 ? undefined : createSeveralProofs(proofs, now),
    senders,
    acceptedByProof: new Map(proofs.map(({ label }) => [label, earlier?.acceptedByProof.get(label) ?? 0])),
    shadow: shadowGate && openShadow(shadowGate, parts),
    coreGates: [...proofs.map((taken) => taken.gate), ...(shadowGate ? [shadowGate] : [])],
    sharingKeys,
  };
}

/** Who a token is of may not stand in a store in the clear; and a store in memory outlives nothing. */
async function keepSenders(
  senders: OldProofSenders,
  { config, gate: { name }, now, log, lifecycle, store, sealer }: OpenModesOptions,
): Promise<void> {
  if (sealer === undefined || config.store.kind === 'memory') return;
  const records = createSealedRecords({ records: store.records, space: SENDERS_SPACE, sealer });
  const leases = createLeases({
    records: store.records,
    now,
    wait: (ms, signal) => delay(ms, undefined, { signal }),
    leaseMs: SENDERS_LEASE_MS,
    // That it could not be written is said where it is written.
    onProblem: () => {},
  });
  const part = await openKeptSenders({ gate: name, senders, records, leases, now, log });
  lifecycle.add(`who uses older proofs of ${name}`, part);
}

function openShadow(gate: Gate, { gate: { name }, now, log, lifecycle }: OpenModesOptions): Shadow {
  const shadow = createShadow({
    gate,
    now,
    onError: (requestId, error) =>
      log.error({ gate: name, requestId, error }, 'a request could not be verified by the shadow proof'),
  });
  lifecycle.add(`the shadow proof of ${name}`, {
    drain: () => shadow.idle(),
    async close() {
      shadow.close();
    },
  });
  return shadow;
}

function withoutChallenges({ challenges: _, ...rest }: CoreGateOptions): CoreGateOptions {
  return rest;
}

/** The rules let no `provider: none` through. */
function requiredGate(config: GateConfig, options: CoreGateOptions): Gate {
  const gate = createCoreGate(config, options);
  if (gate !== undefined) return gate;
  throw new TypeError(`${options.option} has no proof`);
}

/** The provider's id or the scheme's name, with a number where it comes again. */
function labelOf({ provider }: Gate, proofs: readonly TakenProof[]): string {
  const alike = proofs.filter(({ gate }) => gate.provider === provider).length;
  return alike === 0 ? provider : `${provider}-${alike + 1}`;
}

/** A forged request that was let through would leave as a genuine one. */
function refuseSigning({ name }: GateConfig, config: Config): void {
  const signing = destinationsOf(name, config).find(({ sign }) => sign !== undefined);
  if (signing === undefined) return;
  throw new SetupError(
    `gates.${name}.mode`,
    `is monitor, and the destination ${signing.name} gets deliveries that are signed: what nobody has proved would be signed as genuine`,
    'Take sign off the destination while the gate monitors, or let the gate enforce.',
  );
}
