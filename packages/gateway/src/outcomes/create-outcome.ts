/** Makes a gate's outcome from its configuration. */
import { type Gate, SetupError } from '@countersign/core';
import type { Action } from '../actions.ts';
import type { Outcome } from '../call.ts';
import type { GateConfig } from '../config/config.ts';
import type { Store } from '../store.ts';
import { createAnswerOutcome } from './answer.ts';
import { createForwardOutcome } from './forward.ts';
import { createKeepOutcome } from './keep.ts';
import { createRespondOutcome } from './respond.ts';

export interface OutcomeParts {
  readonly engine: Gate | undefined;
  /** Of an answering gate. */
  readonly actions: readonly Action[];
  readonly store: Store;
  readonly now: () => number;
  readonly newEventId: () => string;
  /** How long an action may take. */
  readonly actionTimeoutMs: number;
}

/** @throws SetupError for options of the outcome that cannot work together. */
export async function createOutcome(gate: GateConfig, parts: OutcomeParts): Promise<Outcome> {
  const { outcome } = gate;
  switch (outcome.kind) {
    case 'answer':
      return createAnswerOutcome({
        gate,
        config: outcome,
        actions: parts.actions,
        timeoutMs: parts.actionTimeoutMs,
      });
    case 'forward':
      if (gate.replay.repeat === 'first-answer') {
        const problem = 'an upstream’s answer is streamed, and cannot be given again';
        throw new SetupError(`gates.${gate.name}.replay.repeat`, problem, 'Set it to refuse.');
      }
      return createForwardOutcome({ gate, config: outcome, proofHeaders: parts.engine?.proofHeaders ?? [] });
    case 'keep': {
      const { store, now, newEventId } = parts;
      return createKeepOutcome({
        gate,
        providerName: parts.engine?.provider ?? 'none',
        store,
        now,
        newEventId,
      });
    }
    case 'respond':
      return createRespondOutcome(outcome);
  }
}
