/** Makes a gate's outcome from its configuration. */
import type { Gate } from '@countersign/core';
import { loadActions } from '../actions/load-actions.ts';
import type { Outcome } from '../call.ts';
import type { AnswerConfig, GateConfig } from '../config/config.ts';
import type { Delivering } from '../deliver/deliveries.ts';
import { closedBy, type Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import { type GateModes, withAllProofs } from '../modes/gate-modes.ts';
import type { Sealer } from '../sealed/seal.ts';
import { createHeaderVault, secretHeaders } from '../sealed/withheld-headers.ts';
import type { Store } from '../stores/store.ts';
import { type AnswerOutcome, createAnswerOutcome } from './answer.ts';
import { createForwardOutcome } from './forward.ts';
import { createKeepOutcome } from './keep.ts';
import { createRespondOutcome } from './respond.ts';

export interface OutcomeParts {
  readonly coreGate: Gate | undefined;
  /** Default: the gate enforces one proof. */
  readonly modes?: GateModes | undefined;
  readonly store: Pick<Store, 'events'>;
  readonly now: () => number;
  readonly newEventId: () => string;
  /** Undefined where there is no store key. */
  readonly sealer: Sealer | undefined;
  readonly log: Log;
  /** Whether actions are loaded again when their module changes. */
  readonly watch: boolean;
  readonly lifecycle: Lifecycle;
  readonly deliveries: Pick<Delivering, 'addGate' | 'wake'>;
}

/** @throws SetupError for options of the outcome that cannot work together. */
export async function createOutcome(gate: GateConfig, parts: OutcomeParts): Promise<Outcome | AnswerOutcome> {
  const { outcome } = gate;
  switch (outcome.kind) {
    case 'answer':
      return openAnswerOutcome(gate, outcome, parts);
    case 'forward':
      return createForwardOutcome({ gate, config: outcome, scheme: wholeGate(parts)?.scheme });
    case 'keep':
      return openKeepOutcome(gate, parts);
    case 'respond':
      return createRespondOutcome(outcome);
  }
}

/** The core gate, with the headers of every proof that looks at its requests. */
function wholeGate({ coreGate, modes }: OutcomeParts): Gate | undefined {
  return coreGate && modes ? withAllProofs(coreGate, modes) : coreGate;
}

async function openKeepOutcome(gate: GateConfig, parts: OutcomeParts): Promise<Outcome> {
  const { modes, store, now, newEventId, sealer, deliveries } = parts;
  const coreGate = wholeGate(parts);
  const scheme = coreGate?.scheme;
  const schemes = modes?.coreGates.map((gateOfProof) => gateOfProof.scheme) ?? (scheme ? [scheme] : []);
  const secrets = schemes.flatMap(secretHeaders);
  return createKeepOutcome({
    gate,
    scheme,
    events: store.events,
    now,
    newEventId,
    providerName: coreGate?.provider ?? 'none',
    vault: createHeaderVault(secrets, sealer),
    matching: await deliveries.addGate(gate.name, coreGate, secrets),
    wake: deliveries.wake,
  });
}

async function openAnswerOutcome(
  gate: GateConfig,
  config: AnswerConfig,
  { coreGate, modes, now, log, watch, lifecycle }: OutcomeParts,
): Promise<AnswerOutcome> {
  const file = config.actionsFile;
  const option = `gates.${gate.name}.answer.actions`;
  const older = modes?.several?.proofs.slice(1).map((proof) => proof.gate) ?? [];
  if (!watch)
    return createAnswerOutcome({
      gate,
      config,
      coreGate,
      older,
      actions: await loadActions(file, option),
      now,
      log,
    });
  const { createReloadingLoader } = await import('../actions/module-loader.ts');
  const { watchActions } = await import('../actions/watch-actions.ts');
  const loader = createReloadingLoader();
  lifecycle.add(`the loader of ${option}`, closedBy(loader.close));
  const actions = await loadActions(file, option, loader.load);
  const outcome = await createAnswerOutcome({ gate, config, coreGate, older, actions, now, log });
  const watcher = watchActions({ gate: gate.name, file, option, loader, outcome, log });
  lifecycle.add(`the watcher of ${option}`, watcher);
  return outcome;
}
