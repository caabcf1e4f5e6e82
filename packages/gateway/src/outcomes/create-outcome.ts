/** Makes a gate's outcome from its configuration. */
import type { Gate } from '@countersign/core';
import { loadActions } from '../actions/load-actions.ts';
import type { Outcome } from '../call.ts';
import type { AnswerConfig, GateConfig } from '../config/config.ts';
import type { Deliveries } from '../deliver/deliveries.ts';
import { closedBy, type Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { Sealer } from '../sealed/seal.ts';
import { createHeaderVault, secretHeaders } from '../sealed/withheld-headers.ts';
import type { Store } from '../stores/store.ts';
import { type AnswerOutcome, createAnswerOutcome } from './answer.ts';
import { createForwardOutcome } from './forward.ts';
import { createKeepOutcome } from './keep.ts';
import { createRespondOutcome } from './respond.ts';

export interface OutcomeParts {
  readonly coreGate: Gate | undefined;
  readonly store: Pick<Store, 'events'>;
  readonly now: () => number;
  readonly newEventId: () => string;
  /** Undefined where there is no store key. */
  readonly sealer: Sealer | undefined;
  readonly log: Log;
  /** Whether actions are loaded again when their module changes. */
  readonly watch: boolean;
  readonly lifecycle: Lifecycle;
  readonly deliveries: Pick<Deliveries, 'addGate' | 'wake'>;
}

/** @throws SetupError for options of the outcome that cannot work together. */
export async function createOutcome(gate: GateConfig, parts: OutcomeParts): Promise<Outcome | AnswerOutcome> {
  const { outcome } = gate;
  switch (outcome.kind) {
    case 'answer':
      return openAnswerOutcome(gate, outcome, parts);
    case 'forward':
      return createForwardOutcome({ gate, config: outcome, scheme: parts.coreGate?.scheme });
    case 'keep':
      return openKeepOutcome(gate, parts);
    case 'respond':
      return createRespondOutcome(outcome);
  }
}

async function openKeepOutcome(gate: GateConfig, parts: OutcomeParts): Promise<Outcome> {
  const { coreGate, store, now, newEventId, sealer, deliveries } = parts;
  const scheme = coreGate?.scheme;
  const secrets = scheme === undefined ? [] : secretHeaders(scheme);
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
  { coreGate, now, log, watch, lifecycle }: OutcomeParts,
): Promise<AnswerOutcome> {
  const file = config.actionsFile;
  const option = `gates.${gate.name}.answer.actions`;
  if (!watch)
    return createAnswerOutcome({
      gate,
      config,
      coreGate,
      actions: await loadActions(file, option),
      now,
      log,
    });
  const { createReloadingLoader } = await import('../actions/module-loader.ts');
  const { watchActions } = await import('../actions/watch-actions.ts');
  const loader = createReloadingLoader();
  lifecycle.add(`the loader of ${option}`, closedBy(loader.close));
  const actions = await loadActions(file, option, loader.load);
  const outcome = await createAnswerOutcome({ gate, config, coreGate, actions, now, log });
  const watcher = watchActions({ gate: gate.name, file, option, loader, outcome, log });
  lifecycle.add(`the watcher of ${option}`, watcher);
  return outcome;
}
